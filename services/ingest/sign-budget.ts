import type { SignerStatus } from "../../contracts/room.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { ConnectError, type ConnectErrorCode } from "./connect-error.ts";

export interface SignBudgetOptions {
  /** Calls that may be made in a minute; so many at once after a minute of rest. (Default: 60) */
  perMinute?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** In [0, 1). */
  random?: () => number;
}

/** Failures in a row after which the signer is left alone. */
const MAX_FAILURES = 5;
const rest = { initialMs: 30_000, maxMs: 300_000, multiplier: 2, jitter: 0.1 };
/** After a 429 that does not say how long. */
const UNTOLD_MS = 60_000;
/** Rooms that were told to wait do not come back all at once. */
const SPREAD_MS = 2_000;

const outcomes: Partial<Record<ConnectErrorCode, "failed" | "limited" | "refused">> = {
  SIGN_UNAVAILABLE: "failed",
  SIGN_RATE_LIMITED: "limited",
  SIGN_KEY_INVALID: "refused",
  SIGN_PLAN_REQUIRED: "refused",
  SIGN_FORBIDDEN: "refused",
  SIGN_ROOM_NOT_FOUND: "refused",
};

/**
 * One budget in front of all sign calls of a process: a token bucket, first come first served. Nobody calls before a
 * Retry-After is over, whichever room it was told to; after five failures in a row nobody calls for half a minute,
 * doubling to five, then one room tries for all.
 */
export class SignBudget {
  readonly counts: SignerStatus["calls"] = { ok: 0, failed: 0, limited: 0, refused: 0, withheld: 0, delayed: 0 };
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Tokens at `#countedAt`; below 0 when calls wait for theirs. */
  #tokens: number;
  #countedAt: number;
  #failures = 0;
  #restUntil = 0;
  #limitedUntil = 0;
  #isTrying = false;

  constructor({ perMinute = 60, now = Date.now, random = Math.random }: SignBudgetOptions = {}) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#random = random;
    this.#tokens = perMinute;
    this.#countedAt = now();
  }

  /** Calls that could be made now. */
  get tokens(): number {
    this.#refill();
    return Math.max(0, Math.floor(this.#tokens));
  }

  /** Whether the signer is left alone because it failed too often, or until it has proved that it works again. */
  get isPaused(): boolean {
    return this.#failures >= MAX_FAILURES;
  }

  /**
   * Makes a call when its turn comes.
   *
   * @param onWait told how many ms that will take, if any
   * @throws ConnectError SIGN_PAUSED or SIGN_RATE_LIMITED without a call, with how long to wait; what the call throws
   */
  async call<Result>(sign: () => Promise<Result>, signal: AbortSignal, onWait?: (ms: number) => void): Promise<Result> {
    this.#assertOpen();
    this.#refill();
    this.#tokens--;
    const waitMs = this.#tokens < 0 ? (-this.#tokens * 60_000) / this.#perMinute : 0;
    if (waitMs > 0) {
      this.counts.delayed++;
      onWait?.(waitMs);
      if (!(await slept(waitMs, signal))) {
        this.#tokens++;
        throw new ConnectError("CONNECT_FAILED", "disconnected while connecting");
      }
      this.#assertOpen(); // much may have happened meanwhile
    }
    const isTrial = this.isPaused;
    if (isTrial) this.#isTrying = true;
    try {
      const result = await sign();
      this.#succeeded();
      return result;
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
  }

  #assertOpen(): void {
    const now = this.#now();
    const isLimited = this.#limitedUntil > now;
    if (!isLimited && this.#restUntil <= now && !this.#isTrying) return;
    this.counts.withheld++;
    const until = isLimited ? this.#limitedUntil : Math.max(this.#restUntil, now + rest.initialMs / 10);
    const retryAfterMs = Math.round(until - now + this.#random() * SPREAD_MS);
    throw new ConnectError(isLimited ? "SIGN_RATE_LIMITED" : "SIGN_PAUSED", undefined, { retryAfterMs });
  }

  #succeeded(): void {
    this.counts.ok++;
    this.#failures = 0;
  }

  /** What is not the signer's doing, such as a WebSocket that TikTok refuses, shows that it works. */
  #failed(error: unknown): void {
    const outcome = error instanceof ConnectError ? outcomes[error.code] : undefined;
    if (!outcome) {
      this.#succeeded();
      return;
    }
    this.counts[outcome]++;
    if (outcome === "limited") {
      const waitMs = (error as ConnectError).retryAfterMs || UNTOLD_MS;
      this.#limitedUntil = Math.max(this.#limitedUntil, this.#now() + waitMs);
    }
    if (outcome !== "failed") return;
    this.#failures++;
    if (!this.isPaused) return;
    this.#restUntil = this.#now() + backoffMs(rest, this.#failures - MAX_FAILURES, this.#random());
  }

  #refill(): void {
    const now = this.#now();
    this.#tokens = Math.min(this.#perMinute, this.#tokens + ((now - this.#countedAt) * this.#perMinute) / 60_000);
    this.#countedAt = now;
  }
}

/** False: it was aborted first. */
function slept(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (isOver: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(isOver);
    };
    const onAbort = () => settle(false);
    const timer = setTimeout(() => settle(true), ms);
    signal.addEventListener("abort", onAbort);
  });
}
