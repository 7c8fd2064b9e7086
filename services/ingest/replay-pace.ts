import type { ReplaySpeed } from "../../contracts/replay.ts";

/** Lateness up to here is caught up, as of a timer; beyond, as after an outage, the rest keeps its spacing from then on. */
const TOLERANCE_MS = 1_000;

/** When each message of a replay is due: spaced as they were received, at `speed` times that. */
export class ReplayPace {
  #speed: ReplaySpeed;
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
    this.#latest = Math.max(this.#latest, receivedAt);
    if (this.#speed === "max") return 0;
    this.#origin ??= { received: this.#latest, due: now };
    const due = this.#origin.due + (this.#latest - this.#origin.received) / this.#speed;
    if (now - due > TOLERANCE_MS) this.#origin = { received: this.#latest, due: now };
    return Math.max(0, due - now);
  }

  /** Goes on at another speed from where the room is now: what is left of a wait is stretched or shortened. */
  setSpeed(speed: ReplaySpeed, now: number): void {
    if (speed === this.#speed) return;
    const { received, due } = this.#origin ?? { received: this.#latest, due: now };
    const gone = this.#speed === "max" ? Number.POSITIVE_INFINITY : (now - due) * this.#speed;
    const reached = Math.min(received + gone, this.#latest);
    this.#origin = Number.isFinite(reached) ? { received: reached, due: now } : undefined;
    this.#speed = speed;
  }
}
