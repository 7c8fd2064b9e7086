import { BREAKS_AFTER } from "./places.ts";
import type { Outcome } from "./queue.ts";

/** How long nothing is tried after so many failures in a row. */
const PAUSE_MS = 60_000;

/** Leaves alone what fails again and again. After a pause one try more tells whether it works again. */
export class Breaker {
  /** Actions that failed in a row: one that is tried again and again tells no more than once. */
  readonly #failed = new Set<string>();
  #openUntil = Number.NEGATIVE_INFINITY;

  /**
   * Until something may be tried; 0: now.
   *
   * @param now unix milliseconds
   */
  closesInMs(now: number): number {
    return Math.max(0, this.#openUntil - now);
  }

  tell(actionId: string, isFine: boolean, now: number): void {
    if (isFine) this.#failed.clear();
    else if (this.#failed.size < BREAKS_AFTER) this.#failed.add(actionId);
    if (this.#failed.size >= BREAKS_AFTER) this.#openUntil = now + PAUSE_MS;
  }
}

/**
 * Whether it is the one who was asked that fails, and not what was asked: any other 4xx is an answer, such as 403 in a room
 * that the account does not moderate.
 */
export const isFault = ({ state, reason }: Outcome): boolean =>
  state === "again" ||
  state === "unknown" ||
  (state === "failed" && (!/^http_4/.test(reason ?? "") || faults.has(reason ?? "")));

/** The key or the token is refused. */
const faults: ReadonlySet<string> = new Set(["http_401"]);
