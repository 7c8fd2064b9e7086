import type { Ending } from "./queue.ts";

/** Failures in a row after which nothing is tried for a while, and for how long, in ms. */
const AFTER = 5;
const PAUSE_MS = 60_000;

/** Leaves alone what fails again and again. After a pause one try more tells whether it works again. */
export class Breaker {
  #failures = 0;
  #openUntil = Number.NEGATIVE_INFINITY;

  /** @param now unix milliseconds */
  isOpen(now: number): boolean {
    return now < this.#openUntil;
  }

  tell(isFine: boolean, now: number): void {
    this.#failures = isFine ? 0 : this.#failures + 1;
    if (this.#failures >= AFTER) this.#openUntil = now + PAUSE_MS;
  }
}

/**
 * Whether it is the one who was asked that fails, and not what was asked: any other 4xx is an answer, such as 403 in a room
 * that the account does not moderate.
 */
export const isFault = ({ state, reason }: Ending): boolean =>
  state === "unknown" || (state === "failed" && (!/^http_4/.test(reason ?? "") || faults.has(reason ?? "")));

/** The key or the token is refused, or everybody is. */
const faults: ReadonlySet<string> = new Set(["http_401", "http_429"]);
