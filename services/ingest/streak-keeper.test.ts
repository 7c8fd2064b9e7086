import { Gift, User, WebcastGiftMessage } from "tiktok-live-proto/v3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encode, make } from "../../simulator/codec.ts";
import { StreakKeeper } from "./streak-keeper.ts";
import type { Closing, Marks } from "./streaks.ts";

const gift = (repeatCount: number, { groupId = "77", isEnd = false } = {}) => ({
  method: "WebcastGiftMessage",
  payload: encode(WebcastGiftMessage, {
    user: make(User, { id: "42" }),
    giftId: "5655",
    gift: make(Gift, { id: "5655", type: 1, diamondCount: 5 }),
    groupId,
    repeatCount,
    repeatEnd: isEnd ? 1 : 0,
  }),
});

describe("a room's streaks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function keep(marks: Marks = {}) {
    const told: Closing["data"][] = [];
    const counts = { closed: { timeout: 0, streamEnd: 0 }, untracked: 0 };
    const keeper = new StreakKeeper({
      streamId: "7300",
      counts,
      tell: ({ data }) => told.push(data),
    });
    keeper.restore(marks);
    return { keeper, counts, closed: () => told.splice(0).map(({ giftCount, closedBy }) => [giftCount, closedBy]) };
  }

  it("are closed after ten seconds in which they did not grow", () => {
    const { keeper, counts, closed } = keep();
    keeper.listen();
    keeper.take(gift(1));
    vi.advanceTimersByTime(9_000);
    keeper.take(gift(2));
    vi.advanceTimersByTime(9_900);
    expect(closed()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(closed()).toEqual([[2, "timeout"]]);
    expect([keeper.open, counts]).toEqual([0, { closed: { timeout: 1, streamEnd: 0 }, untracked: 0 }]);
  });

  it("are each closed in their own time", () => {
    const { keeper, closed } = keep();
    keeper.listen();
    for (const groupId of ["1", "2", "3"]) {
      keeper.take(gift(Number(groupId), { groupId }));
      vi.advanceTimersByTime(3_000);
    }
    vi.advanceTimersByTime(1_100);
    expect(closed()).toEqual([[1, "timeout"]]);
    vi.advanceTimersByTime(6_000);
    expect(closed()).toEqual([
      [2, "timeout"],
      [3, "timeout"],
    ]);
  });

  it("are not silent while the room cannot be heard, and for ten seconds after", () => {
    const { keeper, closed } = keep();
    keeper.listen();
    keeper.take(gift(1));
    keeper.pause();
    vi.advanceTimersByTime(60_000);
    keeper.listen();
    vi.advanceTimersByTime(9_900);
    expect(closed()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(closed()).toEqual([[1, "timeout"]]);
  });

  it("take-over: are closed by who takes the room over, ten seconds after it hears it", () => {
    const before = keep().keeper;
    const { keeper, closed } = keep(before.take(gift(4)));
    vi.advanceTimersByTime(60_000);
    expect(closed()).toEqual([]);
    keeper.listen();
    vi.advanceTimersByTime(10_100);
    expect(closed()).toEqual([[4, "timeout"]]);
  });

  it("are followed in gift messages only, and outside of streaks not at all", () => {
    const { keeper } = keep();
    expect(keeper.take({ ...gift(1), method: "WebcastChatMessage" })).toBeUndefined();
    expect(keeper.take(gift(1, { groupId: "0" }))).toBeUndefined();
    expect(keeper.open).toBe(0);
  });

  it("need no timer when none is open", () => {
    const { keeper } = keep();
    keeper.listen();
    keeper.take(gift(2, { isEnd: true }));
    expect(vi.getTimerCount()).toBe(0);
  });
});
