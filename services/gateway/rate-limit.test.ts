import { expect, it } from "vitest";
import { RateLimit } from "./rate-limit.ts";

const limit = () => new RateLimit({ burst: 3, perMinute: 6 });

it("lets a burst pass, then says how many seconds to wait", () => {
  const attempts = limit();
  expect([1, 2, 3, 4].map(() => attempts.take("a", 0))).toEqual([0, 0, 0, 10]);
});

it("fills up again with time, to the burst and no further", () => {
  const attempts = limit();
  for (let i = 0; i < 3; i++) attempts.take("a", 0);
  expect(attempts.take("a", 10_000)).toBe(0);
  expect([1, 2, 3, 4].map(() => attempts.take("a", 3_600_000))).toEqual([0, 0, 0, 10]);
});

it("does not make a refused attempt wait longer", () => {
  const attempts = limit();
  for (let i = 0; i < 100; i++) attempts.take("a", 0);
  expect(attempts.take("a", 10_000)).toBe(0);
});

it("counts each key for itself", () => {
  const attempts = limit();
  for (let i = 0; i < 4; i++) attempts.take("a", 0);
  expect(attempts.take("b", 0)).toBe(0);
});

it("forgets the least recently used key when there are too many", () => {
  const attempts = limit();
  for (let i = 0; i < 4; i++) attempts.take("first", 0);
  for (let i = 0; i < 10_000; i++) attempts.take(`key-${i}`, 0);
  expect(attempts.take("first", 0)).toBe(0);
});
