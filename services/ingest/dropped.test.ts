import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Dropped, type DroppedRange } from "./dropped.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (second: number) => new Date(second * 1_000);
const collecting = () => {
  const ranges: DroppedRange[] = [];
  return { ranges, dropped: new Dropped((range) => ranges.push(range)) };
};

it("counts by class, and tells a range from its first to its last message", () => {
  const { ranges, dropped } = collecting();
  dropped.add("crowd", at(1));
  dropped.add("crowd", at(2));
  dropped.add("vital", at(5));
  expect(ranges).toEqual([]);
  dropped.endRange();
  dropped.add("other", at(9));
  dropped.endRange();
  expect(ranges).toEqual([
    { from: at(1), to: at(5), count: 3 },
    { from: at(9), to: at(9), count: 1 },
  ]);
  expect(dropped.counts).toEqual({ crowd: 2, other: 1, vital: 1 });
});

it("tells nothing when nothing was dropped", () => {
  const { ranges, dropped } = collecting();
  dropped.endRange();
  vi.advanceTimersByTime(120_000);
  expect(ranges).toEqual([]);
});

it("tells a long range in parts of a minute, without waiting for the next message", () => {
  const { ranges, dropped } = collecting();
  dropped.add("crowd", at(1));
  vi.advanceTimersByTime(59_999);
  expect(ranges).toHaveLength(0);
  vi.advanceTimersByTime(1);
  dropped.add("crowd", at(61));
  dropped.endRange();
  vi.advanceTimersByTime(60_000);
  expect(ranges.map(({ count }) => count)).toEqual([1, 1]);
});

it("tells a range that was counted elsewhere at once, and counts it", () => {
  const { ranges, dropped } = collecting();
  dropped.addRange({ from: at(1), to: at(2), count: 3, counts: { crowd: 1, other: 0, vital: 2 } });
  expect(ranges).toEqual([{ from: at(1), to: at(2), count: 3 }]);
  expect(dropped.counts).toEqual({ crowd: 1, other: 0, vital: 2 });
});
