import { describe, expect, it } from "vitest";
import type { StreakFrame } from "./gift-frame.ts";
import { type Marks, Streaks } from "./streaks.ts";

const given = { giftId: "5655", giftName: "Rose", diamondCount: 5 };
const frame = (count: number, { id = "a", isEnd = false } = {}): StreakFrame => ({ streakId: id, count, isEnd, given });
const end = (count: number, id = "a") => frame(count, { id, isEnd: true });

/** Takes frames at second 1, 2, ... and keeps what a room's hash would. */
function follow(...frames: StreakFrame[]) {
  const streaks = new Streaks();
  const hash: Record<string, string> = {};
  for (const [i, each] of frames.entries()) Object.assign(hash, streaks.take(each, (i + 1) * 1_000));
  const counts = (closings: ReturnType<Streaks["closeAll"]>) =>
    closings.map(({ data }) => [data.streakId, data.giftCount]);
  return { streaks, hash, closed: (before: number) => counts(streaks.closeSilent(before)) };
}
const restored = (marks: Marks) => {
  const streaks = new Streaks();
  streaks.restore(marks, 0);
  return streaks;
};

describe("a streak whose end is lost", () => {
  it("is closed at its highest count once it has not grown for a while, and once only", () => {
    const { streaks, closed } = follow(frame(1), frame(3));
    expect(closed(1_999)).toEqual([]);
    expect(streaks.closeSilent(2_000)).toEqual([
      {
        id: "streak:a:3",
        data: { streakId: "a", ...given, giftCount: 3, closedBy: "timeout" },
        isHistory: false,
        marks: { "streak:a": "3" },
      },
    ]);
    expect(closed(9_000)).toEqual([]);
  });

  it("is closed by the end of the stream, which waits for nothing", () => {
    const { streaks } = follow(frame(2), frame(1, { id: "b" }));
    expect(streaks.closeAll("streamEnd").map(({ data }) => [data.streakId, data.closedBy])).toEqual([
      ["a", "streamEnd"],
      ["b", "streamEnd"],
    ]);
    expect(streaks.open).toBe(0);
  });

  it("is not kept open by frames that come out of order or are sent again", () => {
    expect(follow(frame(13), frame(15), frame(14), frame(15)).closed(2_000)).toEqual([["a", 15]]);
  });

  it("does not wait for others that grow", () => {
    const b = (count: number) => frame(count, { id: "b" });
    expect(follow(frame(1), b(1), b(2), b(3)).closed(3_000)).toEqual([["a", 1]]);
  });
});

describe("a streak of before the connection", () => {
  const closed = (...isHistory: boolean[]) => {
    const streaks = new Streaks();
    for (const [i, each] of isHistory.entries()) streaks.take(frame(i + 1), 0, each);
    return streaks.closeAll("timeout").map((closing) => closing.isHistory);
  };

  it("is history when it is closed, unless it went on", () => {
    expect([closed(true, true), closed(true, false), closed(false, true)]).toEqual([[true], [false], [false]]);
  });
});

describe("a streak that ended", () => {
  it("is not closed again", () => {
    expect(follow(frame(1), frame(2), end(2)).closed(9_000)).toEqual([]);
  });

  it("is not opened again by a frame that comes late or is sent again", () => {
    expect(follow(frame(1), end(3), frame(2), end(3), frame(3)).streaks.open).toBe(0);
  });

  it("is not opened by frames that come after an end that was the first of it", () => {
    expect(follow(end(3), frame(2)).streaks.open).toBe(0);
  });
});

describe("a streak that was closed too early", () => {
  it("takes its late end without another closing", () => {
    const { streaks, closed } = follow(frame(5));
    expect(closed(1_000)).toEqual([["a", 5]]);
    expect(streaks.take(end(7), 20_000)).toEqual({ "streak:a": "7" });
    expect(closed(90_000)).toEqual([]);
  });

  it("that goes on is closed at its new count, as another fact", () => {
    const { streaks } = follow(frame(5));
    streaks.closeSilent(1_000);
    streaks.take(frame(6), 20_000);
    expect(streaks.closeSilent(20_000).map(({ id }) => id)).toEqual(["streak:a:6"]);
  });
});

describe("another actor", () => {
  it("takes over what is open, and closes it with all that the frames said", () => {
    const { streaks, hash } = follow(frame(4));
    expect(restored(hash).closeAll("timeout")).toEqual(streaks.closeAll("timeout"));
  });

  it("knows what has ended", () => {
    const streaks = restored(follow(frame(4), end(4)).hash);
    expect([streaks.take(frame(3), 0), streaks.open]).toEqual([undefined, 0]);
  });
});

describe("memory", () => {
  it("has an end: streaks above the cap are not followed until others are over", () => {
    const streaks = new Streaks({ maxOpen: 2 });
    const take = (id: string, isEnd = false) => streaks.take(frame(1, { id, isEnd }), 0);
    expect([take("a"), take("b"), take("c")]).toEqual([expect.anything(), expect.anything(), null]);
    expect(streaks.open).toBe(2);
    expect(take("a", true)).toEqual({ "streak:a": "1" });
    expect(take("c")).toEqual(expect.anything());
  });

  it("is not exceeded by what another actor left", () => {
    const streaks = new Streaks({ maxOpen: 2 });
    const marks = follow(frame(1), frame(1, { id: "b" }), frame(1, { id: "c" })).hash;
    expect([streaks.restore(marks, 0), streaks.open]).toEqual([1, 2]);
  });

  it("of those that are over goes to the last ones", () => {
    const streaks = new Streaks({ maxEnded: 10 });
    for (let i = 0; i < 60; i++) streaks.take(end(1, `s${i}`), 0);
    expect(streaks.forget()).toEqual(Array.from({ length: 50 }, (_, i) => `streak:s${i}`));
    expect(streaks.forget()).toEqual([]);
    expect(streaks.take(frame(1, { id: "s59" }), 0)).toBeUndefined();
  });
});
