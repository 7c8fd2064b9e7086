import { beforeEach, describe, expect, it } from "vitest";
import type { StreamDetail } from "../../../contracts/api.ts";
import { eventMaker } from "../../../test/support/web-events.ts";
import { stubStream } from "../../../test/support/web-stub.ts";
import { Totals } from "./totals.ts";

const NOW = Date.parse("2026-01-05T20:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const make = eventMaker({ streamId: "1", sessionId: "3f0c6a53-6e0c-4f5e-9d0e-1b2c3d4e5f60" });
const [mila, jonas] = make.people;

let totals: Totals;
beforeEach(() => {
  totals = new Totals();
});

const gift = (coins: number, seconds: number, { user = mila, streakId = "" } = {}) =>
  totals.add(
    make.of(
      "GIFT",
      {
        giftId: "1",
        giftName: "Rose",
        giftCount: coins,
        diamondCount: 1,
        coins,
        streakable: streakId !== "",
        ...(streakId && { streakId }),
        streakState: streakId ? "progress" : "none",
      },
      user,
      { timestamp: at(seconds) },
    ),
    NOW,
  );
const base = (more: Partial<StreamDetail> = {}) =>
  totals.rebase(stubStream("room", "1", { lastEventAt: at(0), diamonds: 1_000, topGifters: [], ...more }));

describe("diamonds", () => {
  it("are the server's plus the gifts that came after them", () => {
    base();
    gift(5, 1);
    expect(totals.summary().diamonds).toBe(1_005);
  });

  it("do not count again what the server has counted", () => {
    base();
    gift(5, -1);
    expect(totals.summary().diamonds).toBe(1_000);
  });

  it("follow the server when it has caught up", () => {
    base();
    gift(5, 1);
    gift(7, 3);
    base({ lastEventAt: at(2), diamonds: 1_005 });
    expect(totals.summary().diamonds).toBe(1_012);
  });

  it("take a streak at its highest", () => {
    base();
    for (const coins of [1, 9, 4]) gift(coins, 1, { streakId: "a" });
    expect(totals.summary().diamonds).toBe(1_009);
  });

  it("add to a streak that the server knows in part only what is new", () => {
    base();
    gift(5, -1, { streakId: "a" });
    gift(8, 1, { streakId: "a" });
    expect(totals.summary().diamonds).toBe(1_003);
  });

  it("stay exact when the server has not been heard for thousands of gifts", () => {
    base();
    for (let i = 0; i < 9_000; i++) gift(1, 1);
    expect(totals.summary()).toMatchObject({ diamonds: 10_000, topGifters: [{ coins: 9_000 }] });
  });
});

describe("top gifters", () => {
  it("are the server's with what came after", () => {
    const known = { userId: mila?.userId ?? "", uniqueId: "mila", displayName: "Mila", coins: 50 };
    base({ topGifters: [known] });
    gift(7, 1);
    gift(60, 1, { user: jonas });
    expect(totals.summary().topGifters).toMatchObject([{ coins: 60 }, { displayName: "Mila", coins: 57 }]);
  });

  it("are eight", () => {
    for (const user of make.people.slice(0, 12)) gift(1, 1, { user });
    expect(totals.summary().topGifters).toHaveLength(8);
  });
});

describe("gauges", () => {
  it("are the last value, whatever it is", () => {
    for (const viewers of [10, 30, 20]) totals.add(make.of("ROOM_USER", { viewers }), NOW);
    for (const total of [100, 250]) totals.add(make.of("LIKE", { count: 1, total }, mila), NOW);
    expect(totals.summary()).toMatchObject({ viewers: 20, likes: 250 });
  });

  it("of viewers are those of the newest message, whichever comes last", () => {
    totals.add({ ...make.of("ROOM_USER", { viewers: 20 }), seqNo: 900 }, NOW);
    totals.add({ ...make.of("ROOM_USER", { viewers: 30 }), seqNo: 899 }, NOW);
    expect(totals.summary().viewers).toBe(20);
  });

  it("of likes never fall, and are not guessed from the likes of messages", () => {
    for (const total of [250, 100]) totals.add(make.of("LIKE", { count: 1, total }, mila), NOW);
    totals.add(make.of("LIKE", { count: 7 }, mila), NOW);
    expect(totals.summary()).toMatchObject({ likes: 250, observedLikes: 9 });
  });

  it("of likes are unknown until TikTok tells them; those seen are counted apart, on top of the server's", () => {
    base({ likes: null, observedLikes: 40 });
    for (const seconds of [-1, 1]) totals.add(make.of("LIKE", { count: 5 }, mila, { timestamp: at(seconds) }), NOW);
    expect(totals.summary()).toMatchObject({ likes: null, observedLikes: 45 });
    base({ likes: null, observedLikes: 45, lastEventAt: at(1) });
    expect(totals.summary().observedLikes).toBe(45);
  });

  it("begin with the server's, and do not go back to them", () => {
    base({ viewers: 10, likes: 100 });
    totals.add(make.of("ROOM_USER", { viewers: 12 }), NOW);
    base({ viewers: 10, likes: 90 });
    expect(totals.summary()).toMatchObject({ viewers: 12, likes: 100 });
  });
});

describe("the rate", () => {
  const chat = (ageMs: number) =>
    totals.add(make.of("CHAT", { message: "" }, mila, { timestamp: new Date(NOW - ageMs).toISOString() }), NOW);

  it("is the mean of the last five seconds", () => {
    for (const count of [100, 5, 10, 0, 5, 10]) {
      for (let i = 0; i < count; i++) chat(0);
      totals.tick(NOW);
    }
    expect(totals.summary().rate).toBe(6);
  });

  it("ignores events that only catch up", () => {
    chat(0);
    for (let i = 0; i < 200; i++) chat(60_000);
    expect(totals.tick(NOW).rate).toBe(1);
  });

  it("does not mind a clock that is wrong", () => {
    for (let i = 0; i < 20; i++) chat(3_600_000);
    expect(totals.tick(NOW).rate).toBe(20);
  });
});

it("keeps five minutes of points", () => {
  for (let second = 0; second < 400; second++) totals.tick(NOW + second * 1_000);
  const { at: times, viewers } = totals.summary().series;
  expect([times.length, viewers.length, times.at(-1)]).toEqual([300, 300, NOW / 1_000 + 399]);
});
