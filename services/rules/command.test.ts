import { describe, expect, it } from "vitest";
import { isOver, refusalOfCommand, reverseOf, taskOf } from "./command.ts";
import type { Capabilities } from "./gate.ts";

const able: Capabilities = { types: new Set(["log", "moderate"]), account: "bot" };
const room = { simulated: false, owner: { userId: "1", uniqueId: "anna" } };
const viewer = { userId: "9", uniqueId: "viewer9" };

describe("what a person commands", () => {
  it.each([
    ["may be done", viewer, room, able, null],
    ["is not done to the account that acts", { ...viewer, uniqueId: "Bot" }, room, able, "own_account"],
    ["is not done to the streamer", { ...viewer, userId: "1" }, room, able, "streamer"],
    ["is not done to whoever goes by the streamer's name", { ...viewer, uniqueId: "Anna" }, room, able, "streamer"],
    ["has no means in a simulated room", viewer, { ...room, simulated: true }, able, "no_capability"],
    ["has no means without an account", viewer, room, { types: new Set(["log" as const]) }, "no_capability"],
    [
      "does not take somebody for the streamer whom nobody knows",
      viewer,
      { ...room, owner: { userId: null, uniqueId: null } },
      able,
      null,
    ],
  ] as const)("%s", (_, person, target, can, refusal) => {
    expect(refusalOfCommand(person, target, can)).toBe(refusal);
  });

  it.each([
    ["timeout", { measure: "unmute", seconds: null }],
    ["ban", { measure: "unban", seconds: null }],
    ["unmute", null],
    ["unban", null],
    [null, null],
  ] as const)("%s is taken back by %j", (measure, reverse) => {
    expect(reverseOf(measure)).toEqual(reverse);
  });

  it("is a task in the room", () => {
    expect(taskOf({ measure: "timeout", seconds: 30 }, "7300", "9")).toEqual({
      ...{ kind: "mute", roomId: "7300", userId: "9", seconds: 30 },
    });
    expect(taskOf({ measure: "unban", seconds: null }, "7300", "9")).toEqual({
      ...{ kind: "unban", roomId: "7300", userId: "9" },
    });
  });
});

it("a broadcast is over half an hour after it was last heard", () => {
  const heardAt = "2026-03-01T12:00:00.000Z";
  expect(isOver({ heardAt }, Date.parse("2026-03-01T12:30:00Z"))).toBe(false);
  expect(isOver({ heardAt }, Date.parse("2026-03-01T12:30:00.001Z"))).toBe(true);
});
