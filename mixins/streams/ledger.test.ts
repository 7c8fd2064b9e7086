import { expect, it } from "vitest";
import { Ledgers, ledgerKey, sessionOf } from "./ledger.ts";

it("names the ledger of each session once, and for each entry which it is", () => {
  const ledgers = new Ledgers();
  expect(["a", "b", undefined, "a"].map((session) => ledgers.placeOf(session))).toEqual([1, 2, 0, 1]);
  expect(ledgers.keys).toEqual([ledgerKey("a"), ledgerKey("b")]);
});

it.each([
  ["a raw entry", { sessionId: "s" }, "s"],
  ["an event", { event: { sessionId: "s" } }, "s"],
  ["an event as text", { event: '{"sessionId":"s"}' }, "s"],
  ["an event that is no JSON", { event: "{" }, undefined],
  ["an event that is no object", { event: "null" }, undefined],
  ["nothing", {}, undefined],
])("finds the session of %s", (_name, entry, expected) => {
  expect(sessionOf(entry)).toBe(expected);
});
