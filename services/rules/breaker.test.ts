import { expect, it } from "vitest";
import { Breaker } from "./breaker.ts";

it("opens after five failures in a row, for a minute, and again when the next try fails, too", () => {
  const breaker = new Breaker();
  for (const isFine of [false, false, false, false, true, false, false, false, false]) breaker.tell(isFine, 0);
  expect(breaker.isOpen(0)).toBe(false);
  breaker.tell(false, 0);
  expect([breaker.isOpen(0), breaker.isOpen(59_999), breaker.isOpen(60_000)]).toEqual([true, true, false]);
  breaker.tell(false, 60_000);
  expect(breaker.isOpen(60_001)).toBe(true);
  breaker.tell(true, 120_000);
  breaker.tell(false, 120_000);
  expect(breaker.isOpen(120_000)).toBe(false);
});
