import { expect, it } from "vitest";
import { countsOf, eventsOverTime } from "./timeline.ts";

const point = (at: string, events: Record<string, number>) => ({
  at: `2026-03-01T${at}:00Z`,
  events,
  likes: 0,
  viewers: 1,
});
const timeline = {
  minutes: 2,
  points: [point("12:00", { CHAT: 3, GIFT: 1 }), point("12:06", { CHAT: 2, EMOTE: 5, CONNECTED: 1 })],
};
const noon = Date.parse("2026-03-01T12:00:00Z") / 1000;

it("has a point for every step, also where nothing happened", () => {
  expect(eventsOverTime(timeline)).toEqual([
    [noon, noon + 120, noon + 240, noon + 360],
    [4, 0, 0, 8],
  ]);
  expect(eventsOverTime({ minutes: 1, points: [] })).toEqual([[], []]);
  expect(eventsOverTime({ minutes: 1, points: [point("12:00", { CHAT: 3 })] })).toEqual([
    [noon - 60, noon],
    [0, 3],
  ]);
});

it("counts what each chip stands for", () => {
  expect(countsOf(timeline)).toMatchObject({ chat: 10, gift: 1, like: 0 });
  expect(countsOf(undefined)).toMatchObject({ chat: 0 });
});
