import { describe, expect, it } from "vitest";
import { stubRoom, stubStream } from "../../../test/support/web-stub.ts";
import { connectionOf, reasonOf, roomConnection, streamConnection } from "./connection.ts";

const NOW = Date.parse("2026-01-05T20:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const room = (...how: Parameters<typeof stubRoom> extends [string, string, ...infer Rest] ? Rest : never) =>
  stubRoom("mila", "1", ...how);
const { streamId: _, ...waiting } = room("waiting");
const live = stubStream("mila", "1");

describe("the badge", () => {
  it.each([
    ["Connecting", { state: "connecting" }],
    ["Live", { state: "open" }],
    ["Stale", { state: "stale" }],
    ["Signed out", { state: "signedOut" }],
    ["Reconnecting in 5 s", { state: "reconnecting", retryAt: NOW + 4_200 }],
    ["Reconnecting", { state: "reconnecting", retryAt: NOW - 1 }],
  ] as const)("says %j over a stream that is live", (label, link) => {
    expect(connectionOf(link, live, NOW).label).toBe(label);
  });

  it.each([
    ["Waiting", room("waiting")],
    ["Looking up", room("resolving")],
    ["Connecting", room("connecting")],
    ["Live", room("live")],
    ["Reconnecting in 8 s", room("reconnecting", { nextAttemptAt: at(8) })],
    ["Ended", room("ended")],
    ["Failed", room("failed")],
  ])("says %j for the room", (label, status) => {
    expect(roomConnection(status, NOW).label).toBe(label);
  });

  it.each([
    ["Live", "its own room", { room: room("live") }],
    ["Ended", "its own room once it is over", { room: room("live"), endedAt: at(-60) }],
    ["Ended", "no room once it is over", { room: null, endedAt: at(-60) }],
    ["Ended", "a room at a newer one once it is over", { room: stubRoom("mila", "2", "live"), endedAt: at(-60) }],
    ["Over", "a room that is live in a newer one", { room: stubRoom("mila", "2", "live") }],
    ["Over", "a room that failed in a newer one", { room: stubRoom("mila", "2", "failed") }],
    ["Not connected", "a room that is at none", { room: waiting }],
    ["Not connected", "no room", { room: null }],
  ])("says %j for a stream with %s", (label, _, more) => {
    expect(streamConnection(stubStream("mila", "1", more), NOW).label).toBe(label);
  });

  it("says Waiting for a room that has met no broadcast and goes by its streamer's name", () => {
    expect(streamConnection(stubStream("mila", "mila", { room: waiting }), NOW).label).toBe("Waiting");
  });

  it("tells when the last event of a stream came that has no room", () => {
    const left = stubStream("mila", "1", { room: null, lastEventAt: "2026-01-04T12:34:00Z" });
    expect(streamConnection(left, NOW).detail).toMatch(/last event came Jan 4, \d\d:34/);
  });

  it("gives the room's own reason", () => {
    expect(roomConnection(room("failed", { reason: "No such user." }), NOW).detail).toBe("No such user.");
  });

  it("explains a room that waits", () => {
    expect(roomConnection(room("waiting"), NOW).detail).toContain("keeps asking");
  });
});

describe("the reason of a room", () => {
  it.each([
    ["TIKTOK_UNAVAILABLE: TikTok answered 503", "TikTok answered 503."],
    ["OFFLINE: the streamer is not live", "The streamer is not live."],
    ["Mila: no such user.", "Mila: no such user."],
    [undefined, ""],
  ])("%j reads %j", (reason, sentence) => {
    expect(reasonOf(room("failed", { ...(reason && { reason }) }))).toBe(sentence);
  });
});
