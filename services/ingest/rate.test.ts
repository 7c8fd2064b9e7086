import { expect, it } from "vitest";
import { Rate } from "./rate.ts";

it("is known from the second count on", () => {
  const rate = new Rate();
  expect([rate.at(0, 0), rate.at(50, 1_000)]).toEqual([0, 50]);
});

it("stays what it is, and follows a change within some seconds", () => {
  const rate = new Rate();
  for (let s = 0; s <= 10; s++) expect([0, 100]).toContain(rate.at(s * 100, s * 1_000));
  const rates = [11, 12, 13, 14, 15, 25].map((s) => rate.at(1_000, s * 1_000));
  expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  expect(rates[0]).toBeGreaterThan(70);
  expect(rates.at(-1)).toBeLessThan(6);
});

it("does not mind being asked twice in an instant", () => {
  const rate = new Rate();
  rate.at(0, 0);
  rate.at(10, 1_000);
  expect(rate.at(20, 1_000)).toBe(10);
});
