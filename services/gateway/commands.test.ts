import { expect, it } from "vitest";
import { commandOf } from "./commands.ts";
import type { Route } from "./route.ts";
import { table } from "./routes.ts";

const routes = [
  { id: "read", path: "GET /a", right: "rooms.read", answers: { 200: { type: "object" } } },
  { id: "untold", path: "GET /b", right: "known" },
  { id: "download", path: "GET /c", right: "events.read", answers: { 200: "text/csv" } },
  { id: "page", path: "GET /d", right: "anybody" },
  { id: "change", path: "POST /e", right: "manage" },
  { id: "addNote", path: "POST /f", right: "moderate" },
  { id: "testRule", path: "POST /g", right: "rules.read" },
] as unknown as Route[];

it.each(["read", "untold", "addNote", "testRule"])("%s is a command", (name) => {
  expect(commandOf(name, routes).id).toBe(name);
});

it.each(["download", "page", "change"])("%s has to be asked for over HTTP", (name) => {
  expect(() => commandOf(name, routes)).toThrow(expect.objectContaining({ code: 403, type: "NOT_A_COMMAND" }));
});

it("what is no route is no command", () => {
  expect(() => commandOf("toString")).toThrow(expect.objectContaining({ code: 404 }));
});

it("no live feed can be begun as a command", () => {
  for (const { id, answers = {} } of table) {
    if (Object.values(answers).includes("text/event-stream")) expect(() => commandOf(id)).toThrow("over HTTP");
  }
});
