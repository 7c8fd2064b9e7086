import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectError } from "./connect-error.ts";
import { SignBudget } from "./sign-budget.ts";

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

const { signal } = new AbortController();
const create = (perMinute = 60) => new SignBudget({ perMinute, random: () => 0.5 });
const fails =
  (code: ConstructorParameters<typeof ConnectError>[0], retryAfterMs = 0) =>
  async () => {
    throw new ConnectError(code, undefined, { retryAfterMs });
  };
const ok = async () => "signed";
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (error: ConnectError) => error.code,
  );

describe("all rooms of a process", () => {
  it("sign so many times at once, and then one by one, first come first served", async () => {
    const budget = create(60);
    const order: number[] = [];
    const calls = Array.from({ length: 65 }, (_, i) => budget.call(async () => order.push(i), signal));
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toHaveLength(60);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(order).toHaveLength(62);
    await vi.advanceTimersByTimeAsync(3_000);
    await Promise.all(calls);
    expect(order).toEqual(Array.from({ length: 65 }, (_, i) => i));
    expect(budget.counts).toMatchObject({ ok: 65, delayed: 5 });
  });

  it("leave the signer alone until the Retry-After is over that one of them was told", async () => {
    const budget = create();
    const sign = vi.fn(ok);
    expect(await codeOf(budget.call(fails("SIGN_RATE_LIMITED", 7_000), signal))).toBe("SIGN_RATE_LIMITED");
    const refused = budget.call(sign, signal);
    await expect(refused).rejects.toMatchObject({ code: "SIGN_RATE_LIMITED", retryAfterMs: 8_000 });
    vi.setSystemTime(7_000);
    expect(await codeOf(budget.call(sign, signal))).toBe("ok");
    expect(sign).toHaveBeenCalledTimes(1);
    expect(budget.counts).toMatchObject({ limited: 1, withheld: 1, ok: 1 });
  });

  it("wait a minute after a 429 that does not say how long", async () => {
    const budget = create();
    await codeOf(budget.call(fails("SIGN_RATE_LIMITED"), signal));
    vi.setSystemTime(59_000);
    expect(await codeOf(budget.call(ok, signal))).toBe("SIGN_RATE_LIMITED");
    vi.setSystemTime(60_000);
    expect(await codeOf(budget.call(ok, signal))).toBe("ok");
  });

  it("pause after five failures in a row, then one tries for all", async () => {
    const budget = create();
    for (let i = 0; i < 5; i++) await codeOf(budget.call(fails("SIGN_UNAVAILABLE"), signal));
    expect(await codeOf(budget.call(ok, signal))).toBe("SIGN_PAUSED");
    vi.setSystemTime(30_000);
    let answer: (text: string) => void = () => {};
    const trial = budget.call(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
      signal,
    );
    expect(await codeOf(budget.call(ok, signal))).toBe("SIGN_PAUSED");
    expect(budget.isPaused).toBe(true);
    answer("signed");
    await trial;
    expect([budget.isPaused, await codeOf(budget.call(ok, signal))]).toEqual([false, "ok"]);
  });

  it("pause twice as long when that fails too", async () => {
    const budget = create();
    for (let i = 0; i < 5; i++) await codeOf(budget.call(fails("SIGN_UNAVAILABLE"), signal));
    vi.setSystemTime(30_000);
    await codeOf(budget.call(fails("SIGN_UNAVAILABLE"), signal));
    vi.setSystemTime(89_000);
    expect(await codeOf(budget.call(ok, signal))).toBe("SIGN_PAUSED");
    vi.setSystemTime(90_000);
    expect(await codeOf(budget.call(ok, signal))).toBe("ok");
  });

  it("do not blame the signer for a WebSocket that TikTok refused", async () => {
    const budget = create();
    for (let i = 0; i < 9; i++) await codeOf(budget.call(fails("CONNECT_FAILED"), signal));
    expect(budget.isPaused).toBe(false);
  });

  it("give their turn back when they are stopped while they wait", async () => {
    const budget = create(1);
    await budget.call(ok, signal);
    const stopping = new AbortController();
    const waiting = codeOf(budget.call(ok, stopping.signal));
    stopping.abort();
    expect(await waiting).toBe("CONNECT_FAILED");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(budget.tokens).toBe(1);
  });
});
