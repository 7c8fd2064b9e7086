import { expect, it } from "vitest";
import { type MinuteRow, sumsOf, timeline } from "./timeline.ts";

const row = (minute: number, event_type: string, figures: Partial<MinuteRow> = {}): MinuteRow => ({
  ...{ minute: new Date(Date.UTC(2026, 2, 1, 12, minute)), event_type, events: "1", viewers: null, likes: null },
  ...figures,
});
const every = (minutes: number) => Array.from({ length: minutes }, (_, minute) => row(minute, "CHAT"));

it("has a point for each minute in which something happened", () => {
  const rows = [
    row(0, "CHAT", { events: "2" }),
    row(0, "LIKE", { events: "3", likes: "45" }),
    row(7, "ROOM_USER", { events: "4", viewers: "120" }),
  ];
  expect(timeline(rows)).toEqual({
    minutes: 1,
    points: [
      { at: "2026-03-01T12:00:00.000Z", events: { CHAT: 2, LIKE: 3 }, likes: 45, viewers: null },
      { at: "2026-03-01T12:07:00.000Z", events: { ROOM_USER: 4 }, likes: 0, viewers: 120 },
    ],
  });
});

it("of nothing has no point", () => {
  expect(timeline([])).toEqual({ minutes: 1, points: [] });
});

it.each([
  [1_440, 1, 1_440],
  [1_441, 2, 721],
  [10_000, 10, 1_000],
])("of %i minutes has points of %i", (minutes, step, count) => {
  const { minutes: taken, points } = timeline(every(minutes));
  expect([taken, points.length]).toEqual([step, count]);
  expect(points.reduce((sum, { events }) => sum + (events.CHAT ?? 0), 0)).toBe(minutes);
});

it("takes the most that watched where several minutes are one point", () => {
  const rows = every(2_000).map((chat, i) =>
    row(i, "ROOM_USER", { ...chat, event_type: "ROOM_USER", viewers: String(i) }),
  );
  expect(timeline(rows).points[1]?.viewers).toBe(3);
});

it("adds up what can be added", () => {
  const rows = [
    ...[row(0, "CHAT"), row(1, "CHAT"), row(1, "LIKE", { likes: "7" }), row(2, "LIKE", { likes: "8" })],
    ...[row(1, "ROOM_USER", { viewers: "9" }), row(2, "ROOM_USER", { viewers: "5" })],
  ];
  expect(sumsOf(rows)).toEqual({
    ...{ byType: { CHAT: 2, LIKE: 2, ROOM_USER: 2 }, events: 6, observedLikes: 15, peakViewers: 9 },
  });
  expect(sumsOf([])).toEqual({ byType: {}, events: 0, observedLikes: 0, peakViewers: null });
});
