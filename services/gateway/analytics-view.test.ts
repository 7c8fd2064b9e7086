import { expect, it } from "vitest";
import type { Analytics } from "../../contracts/analytics.ts";
import { analyticsView } from "./analytics-view.ts";

const ann = { userId: "42", uniqueId: "ann", displayName: "Ann", count: 3, coins: 30 };
const { coins: _, ...chatter } = ann;
const whole: Analytics = {
  ...{ streamId: "1", sessionId: null, from: "2026-03-01T12:00:00.000Z", to: "2026-03-01T13:00:00.000Z" },
  totals: {
    ...{ events: 9, people: 1, chats: 3, gifts: 3, diamonds: 30, observedLikes: 0, likes: null },
    ...{ follows: 0, shares: 0, subscribes: 0, joins: 0, peakViewers: null },
  },
  timeline: { minutes: 1, points: [] },
  gifts: [{ giftId: "1", giftName: "Rose", gifts: 3, coins: 30 }],
  top: { gifters: [ann], chatters: [chatter], likers: [], sharers: [] },
};

it("is whole for who may see people", () => {
  expect(analyticsView(whole, "whole")).toEqual(whole);
});

it.each(["aggregates", "masked"] as const)("names nobody in view %s", (view) => {
  const { top: _, ...rest } = whole;
  expect(analyticsView(whole, view)).toEqual(rest);
});

it("shows an overlay the sums, and gifters by the name they show", () => {
  const { timeline: _, gifts: __, top: ___, ...figures } = whole;
  const gifters = [{ displayName: "Ann", count: 3, coins: 30 }];
  expect(analyticsView(whole, "chosen")).toEqual({ ...figures, top: { gifters } });
});
