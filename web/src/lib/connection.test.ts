import { describe, expect, it } from "vitest";
import { stubRoom } from "../../../test/support/web-stub.ts";
import { connectionOf, roomConnection } from "./connection.ts";

const NOW = Date.parse("2026-01-05T20:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const stream = (...room: Parameters<typeof stubRoom> extends [string, string, ...infer Rest] ? Rest : never) => ({
  endedAt: null,
  room: stubRoom("mila", "1", ...room),
});
const live = stream("live");

describe("the badge", () => {
  it.each([
    ["Connecting", { state: "connecting" }],
    ["Live", { state: "open" }],
    ["Stale", { state: "stale" }],
    ["Signed out", { state: "signedOut" }],
    ["Reconnecting in 5 s", { state: "reconnecting", retryAt: NOW + 4_200 }],
    ["Reconnecting", { state: "reconnecting", retryAt: NOW - 1 }],
  ] as const)("says %j over a room that is live", (label, link) => {
    expect(connectionOf(link, live, NOW).label).toBe(label);
  });

  it.each([
    ["Waiting", stream("waiting")],
    ["Connecting", stream("connecting")],
    ["Reconnecting in 8 s", stream("reconnecting", { nextAttemptAt: at(8) })],
    ["Ended", stream("ended")],
    ["Ended", { ...live, endedAt: at(-60) }],
    ["Failed", stream("failed")],
    ["Not connected", { endedAt: null, room: null }],
  ])("says %j for the room", (label, room) => {
    expect(roomConnection(room, NOW).label).toBe(label);
  });

  it("gives the room's own reason", () => {
    expect(roomConnection(stream("failed", { reason: "No such user." }), NOW).detail).toBe("No such user.");
  });

  it("explains a room that waits", () => {
    expect(roomConnection(stream("waiting"), NOW).detail).toContain("keeps asking");
  });
});
