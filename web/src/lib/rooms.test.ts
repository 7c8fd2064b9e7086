import { describe, expect, it } from "vitest";
import { stubRoom, stubStream } from "../../../test/support/web-stub.ts";
import { newestLive, roomLines } from "./rooms.ts";

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
    expect(roomLines([ended, live], []).map(({ stream }) => stream?.streamId)).toEqual(["2"]);
  });

  it("puts rooms at work first", () => {
    expect(roomLines([ended, other, older], []).map(({ uniqueId }) => uniqueId)).toEqual(["zoe", "jonas", "mila"]);
  });

  it("lists a room that has met no broadcast yet", () => {
    const waiting = stubRoom("leo", "", "waiting");
    expect(roomLines([live], [waiting])).toMatchObject([{ uniqueId: "mila" }, { uniqueId: "leo", stream: null }]);
  });

  it("shows what the actor says beside a broadcast that is over", () => {
    const [line] = roomLines([ended], [stubRoom("mila", "", "waiting")]);
    expect(line).toMatchObject({ stream: { streamId: "1" }, room: { state: "waiting" } });
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
