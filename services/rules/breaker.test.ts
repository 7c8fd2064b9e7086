import { expect, it } from "vitest";
import type { ActionReason } from "../../contracts/action-reason.ts";
import { Breaker, isFault } from "./breaker.ts";

it("opens after five failures in a row, for a minute, and again when the next try fails, too", () => {
  const breaker = new Breaker();
  for (const [i, isFine] of [false, false, false, false, true, false, false, false, false].entries()) {
    breaker.tell(`${i}`, isFine, 0);
  }
  expect(breaker.closesInMs(0)).toBe(0);
  breaker.tell("9", false, 0);
  expect([0, 59_999, 60_000].map((now) => breaker.closesInMs(now))).toEqual([60_000, 1, 0]);
  breaker.tell("10", false, 60_000);
  expect(breaker.closesInMs(60_001)).toBe(59_999);
  breaker.tell("11", true, 120_000);
  breaker.tell("12", false, 120_000);
  expect(breaker.closesInMs(120_000)).toBe(0);
});

it("takes one action that is tried again and again for one failure", () => {
  const breaker = new Breaker();
  for (const actionId of ["1", "1", "2", "1", "2", "1"]) breaker.tell(actionId, false, 0);
  expect(breaker.closesInMs(0)).toBe(0);
});

it("counts what speaks against the one who was asked, not what was refused for its own sake", () => {
  const failed = (reason: ActionReason) => isFault({ state: "failed", reason });
  expect(isFault({ state: "done", reason: null })).toBe(false);
  expect((["http_400", "http_403", "http_404", "http_410"] as const).map(failed)).toEqual([false, false, false, false]);
  expect((["http_401", "address_refused"] as const).every(failed)).toBe(true);
  expect(isFault({ state: "again", reason: "http_429", waitMs: 0 })).toBe(true);
  for (const reason of ["http_500", "http_408", "timeout"] as const)
    expect(isFault({ state: "unknown", reason })).toBe(true);
});
