import type { ReplaySpeed } from "../../contracts/replay.ts";

/** Lateness up to here is caught up, as of a timer; beyond, as after an outage, the rest keeps its spacing from then on. */
const TOLERANCE_MS = 1_000;

/** When each message of a replay is due: spaced as they were received, at `speed` times that. */
export class ReplayPace {
  readonly #speed: ReplaySpeed;
  /** What was received then is due then, both in Unix ms. */
  #origin: { received: number; due: number } | undefined;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(speed: ReplaySpeed) {
    this.#speed = speed;
  }

  /**
   * How long to wait for a message, in ms; 0: it is due.
   *
   * @param receivedAt in Unix ms; one that is earlier than what came before it is due with that
   */
  waitMs(receivedAt: number, now: number): number {
    if (this.#speed === "max") return 0;
    this.#latest = Math.max(this.#latest, receivedAt);
    this.#origin ??= { received: this.#latest, due: now };
    const due = this.#origin.due + (this.#latest - this.#origin.received) / this.#speed;
    if (now - due > TOLERANCE_MS) this.#origin = { received: this.#latest, due: now };
    return Math.max(0, due - now);
  }
}
