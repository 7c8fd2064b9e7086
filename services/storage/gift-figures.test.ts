import { expect, it } from "vitest";
import { giftFigures, type SingleGifts, type StreakFrames } from "./gift-figures.ts";

const single = (fields: Partial<SingleGifts> = {}): SingleGifts => ({
  ...{ gift_id: "1", gift_name: "Rose", user_ref: "ann", gifts: "2", coins: "10" },
  ...fields,
});
/** Told the count; a gift is worth 5 coins. */
const frames = (session: string, seq: number, now: number, before: number | null = null): StreakFrames => ({
  ...{ streak_id: "s", session_id: session, gift_id: "1", gift_name: "Rose", user_ref: "ann" },
  ...{ seq: String(seq), gifts: String(now), coins: String(now * 5), sessions: null },
  seq_before: before === null ? null : String(seq),
  gifts_before: before === null ? null : String(before),
  coins_before: before === null ? null : String(before * 5),
});

it("adds single gifts up, by gift and by giver", () => {
  const gifts = [single(), single({ user_ref: "bob" }), single({ gift_id: "2", gift_name: "Lion", user_ref: null })];
  expect(giftFigures(["a"], gifts, [])).toEqual({
    ...{ gifts: 6, coins: 30 },
    byGift: new Map([
      ["1", { giftName: "Rose", gifts: 4, coins: 20 }],
      ["2", { giftName: "Lion", gifts: 2, coins: 10 }],
    ]),
    byGiver: new Map([
      ["ann", { gifts: 2, coins: 10 }],
      ["bob", { gifts: 2, coins: 10 }],
    ]),
  });
});

it.each([
  ["at its maximum", ["a"], [frames("a", 1, 7)], 7],
  ["by what it grew in the range", ["a"], [frames("a", 1, 7, 3)], 4],
  ["not at all when it did not grow there", ["a"], [frames("a", 1, 7, 7)], 0],
  ["once when it goes over two sessions", ["a", "b"], [frames("a", 1, 3), frames("b", 9, 7)], 7],
  ["once when a session before it brought more", ["a", "b"], [frames("a", 1, 7), frames("b", 9, 3)], 7],
] as const)("counts a streak %s", (_what, sessions, told, gifts) => {
  expect(giftFigures(sessions, [], told)).toMatchObject({ gifts, coins: gifts * 5 });
});

it("leaves to other sessions what a streak had come to before", () => {
  const sessions = { a: { seq: 1, gifts: 3, coins: 15 }, b: { seq: 9, gifts: 7, coins: 35 } };
  expect(giftFigures(["b"], [], [{ ...frames("b", 9, 7), sessions }])).toMatchObject({ gifts: 4 });
  expect(giftFigures(["a"], [], [{ ...frames("a", 1, 3), sessions }])).toMatchObject({ gifts: 3 });
});
