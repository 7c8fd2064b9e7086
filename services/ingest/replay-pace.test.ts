import { expect, it } from "vitest";
import { ReplayPace } from "./replay-pace.ts";

it.each([
  { speed: 1, waits: [0, 1_000, 60_000] },
  { speed: 5, waits: [0, 200, 12_000] },
  { speed: 20, waits: [0, 50, 3_000] },
  { speed: "max" as const, waits: [0, 0, 0] },
])("spaces messages at speed $speed as they were received", ({ speed, waits }) => {
  const pace = new ReplayPace(speed);
  expect([0, 1_000, 60_000].map((at) => pace.waitMs(500_000 + at, 9))).toEqual(waits);
});

it("catches up what a timer was late", () => {
  const pace = new ReplayPace(1);
  pace.waitMs(0, 0);
  expect(pace.waitMs(1_000, 1_020)).toBe(0);
  expect(pace.waitMs(2_000, 1_020)).toBe(980);
});

it("keeps the spacing of what follows an outage, and does not send it in a burst", () => {
  const pace = new ReplayPace(1);
  pace.waitMs(0, 0);
  expect(pace.waitMs(1_000, 31_000)).toBe(0);
  expect(pace.waitMs(3_000, 31_000)).toBe(2_000);
});

it.each([
  { to: 5, waits: [8_000, 28_000] },
  { to: 20, waits: [2_000, 7_000] },
  { to: "max" as const, waits: [0, 0] },
])("changed to $to in the middle of a wait, goes on from where the room is", ({ to, waits }) => {
  const pace = new ReplayPace(1);
  pace.waitMs(0, 0);
  expect(pace.waitMs(60_000, 10_000)).toBe(50_000);
  pace.setSpeed(to, 20_000); // 40 of 60 seconds are left
  expect([60_000, 160_000].map((at) => pace.waitMs(at, 20_000))).toEqual(waits);
});

it("slowed down from as fast as possible, spaces what follows the last message", () => {
  const pace = new ReplayPace("max");
  pace.waitMs(30_000, 0);
  pace.setSpeed(2, 100);
  expect(pace.waitMs(40_000, 100)).toBe(5_000);
});

it("changed before its first message, begins with that", () => {
  const pace = new ReplayPace("max");
  pace.setSpeed(1, 0);
  expect([pace.waitMs(5_000, 7), pace.waitMs(6_000, 7)]).toEqual([0, 1_000]);
});

it("sends what was received earlier than the message before it together with that", () => {
  const pace = new ReplayPace(1);
  pace.waitMs(0, 0);
  expect(pace.waitMs(5_000, 0)).toBe(5_000);
  expect(pace.waitMs(4_000, 0)).toBe(5_000);
});
