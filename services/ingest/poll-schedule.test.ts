import { expect, it } from "vitest";
import { PollSchedule } from "./poll-schedule.ts";

it("asks a room again after 30 to 50 seconds", () => {
  expect([0, 0.5, 0.999].map((random) => new PollSchedule().reserve(0, random))).toEqual([30_000, 40_000, 49_980]);
});

it("never asks for two rooms at once, however many there are", () => {
  const polls = new PollSchedule();
  const at = Array.from({ length: 300 }, (_, i) => polls.reserve(1_000, (i % 7) / 7)).toSorted((a, b) => a - b);
  expect(at[0]).toBeGreaterThanOrEqual(30_000);
  expect(Math.min(...at.slice(1).map((ms, i) => ms - (at[i] as number)))).toBeGreaterThanOrEqual(249);
});

it("forgets the moments that have passed", () => {
  const polls = new PollSchedule();
  const first = polls.reserve(0, 0);
  expect(polls.reserve(first, 0)).toBe(first);
});
