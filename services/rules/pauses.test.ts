import { expect, it } from "vitest";
import { pauseMs } from "./pauses.ts";

const retry = { initialMs: 500, maxMs: 30_000, multiplier: 2, jitter: 0 };

it.each([
  [0, 0, 0],
  [3, 0, 0],
  [4, 0, 500],
  [6, 0, 2_000],
  [40, 0, 30_000],
  [0, 60_000, 60_000],
  [5, 700, 1_000],
  [40, 60_000, 60_000],
])("after %d failures, one more that asks for %d ms makes a pause of %d ms", (failures, askedMs, ms) => {
  expect(pauseMs({ failures }, askedMs, retry, 0.5)).toBe(ms);
});
