import { Firings, type Held, type PaceLimits } from "./firings.ts";

/** Whether it says anything. */
export const isPaced = ({ cooldown, perUserCooldown, limits }: PaceLimits): boolean =>
  cooldown > 0 || perUserCooldown > 0 || limits.perMinute !== undefined;

/**
 * How often one rule may fire. Goes by the time of the events in whatever order they come: of two that are too near to each
 * other, the one that is asked about first fires.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #firings: Firings;

  /** @param firings what it did so far, and is added to */
  constructor(limits: PaceLimits, firings = new Firings()) {
    this.#limits = limits;
    this.#firings = firings;
  }

  /** Null when it fires, and that is remembered. */
  fire(timestamp: string, userId: string | undefined): Held | null {
    if (!isPaced(this.#limits)) return null;
    const at = Date.parse(timestamp);
    const held = this.#firings.holds(this.#limits, at, userId);
    if (!held) this.#firings.add(at, userId);
    return held;
  }
}
