import { describe, expect, it } from "vitest";
import { stubRoom, stubStream } from "../../../test/support/web-stub.ts";
import { lastedMs, newestLive, roomLines, successorOf } from "./rooms.ts";

const ended = stubStream("mila", "1", {
  endedAt: "2026-01-04T21:00:00Z",
  startedAt: "2026-01-04T20:00:00Z",
  room: null,
});
const live = stubStream("mila", "2", { startedAt: "2026-01-05T20:00:00Z" });
const other = stubStream("jonas", "3", {
  startedAt: "2026-01-05T21:00:00Z",
  room: stubRoom("jonas", "3", "reconnecting"),
});
const older = stubStream("zoe", "4", { startedAt: "2026-01-01T20:00:00Z" });

describe("the rooms page", () => {
  it("lists every streamer once, by the newest broadcast", () => {
    expect(roomLines([ended, live]).map(({ streamId }) => streamId)).toEqual(["2"]);
  });

  it("puts rooms at work first", () => {
    expect(roomLines([ended, other, older]).map(({ uniqueId }) => uniqueId)).toEqual(["zoe", "jonas", "mila"]);
  });
});

describe("the live view without a stream", () => {
  it("opens the newest that is live", () => {
    expect(newestLive([older, live, other, ended])?.streamId).toBe("2");
  });

  it("opens one that reconnects when none is live", () => {
    expect(newestLive([ended, other])?.streamId).toBe("3");
  });

  it("opens none when all are over", () => {
    expect(newestLive([ended])).toBeUndefined();
  });

  it("does not take a broadcast for live that its room has left", () => {
    const left = { ...ended, endedAt: null, room: stubRoom("mila", "2", "live") };
    expect(newestLive([left])).toBeUndefined();
  });
});

describe("the broadcast that a room went on to", () => {
  it.each([
    ["another one", stubRoom("mila", "2", "live"), "2"],
    ["this one", stubRoom("mila", "1", "live"), undefined],
    ["no room", null, undefined],
  ])("with %s", (_, room, streamId) => {
    expect(successorOf("1", room)).toBe(streamId);
  });
});

describe("how long a broadcast has lasted", () => {
  const now = Date.parse("2026-01-05T21:00:00Z");
  const begun = { startedAt: "2026-01-05T20:00:00Z", lastEventAt: "2026-01-05T20:30:00Z" };
  it.each([
    ["until now", "its room is at it", { room: stubRoom("mila", "1", "live") }, 60],
    ["until now", "its room comes back to it", { room: stubRoom("mila", "1", "reconnecting") }, 60],
    ["to its end", "it has one", { endedAt: "2026-01-05T20:40:00Z" }, 40],
    ["to its last event", "its room gave up", { room: stubRoom("mila", "1", "failed") }, 30],
    ["to its last event", "its room went on", { room: stubRoom("mila", "2", "live") }, 30],
    ["to its last event", "it has no room", { room: null }, 30],
  ])("is counted %s when %s", (_, __, more, minutes) => {
    expect(lastedMs(stubStream("mila", "1", { ...begun, ...more }), now)).toBe(minutes * 60_000);
  });
});
