import { expect, it } from "vitest";
import type { ActionReason } from "../../contracts/action-reason.ts";
import { Breaker, isFault } from "./breaker.ts";

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

it("counts what speaks against the one who was asked, not what was refused for its own sake", () => {
  const failed = (reason: ActionReason) => isFault({ state: "failed", reason });
  expect(isFault({ state: "done", reason: null })).toBe(false);
  expect((["http_400", "http_403", "http_404", "http_410"] as const).map(failed)).toEqual([false, false, false, false]);
  expect((["http_401", "http_429", "dns", "tls", "address_refused"] as const).every(failed)).toBe(true);
  for (const reason of ["http_500", "http_408", "timeout"] as const)
    expect(isFault({ state: "unknown", reason })).toBe(true);
});
