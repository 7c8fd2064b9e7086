import type { ShedClass } from "../../contracts/room.ts";

/** A range that lasts longer is recorded in parts, so that no record waits for the end of an outage. */
const MAX_RANGE_MS = 60_000;

/** Within it messages were dropped; `from` and `to` are when the first and the last of them was received. */
export interface DroppedRange {
  from: Date;
  to: Date;
  count: number;
}

/** What a room has dropped for want of room: counted by class since its actor started, and told range by range. */
export class Dropped {
  readonly counts: Record<ShedClass, number> = { crowd: 0, other: 0, vital: 0 };
  readonly #onRange: (range: DroppedRange) => void;
  #range: DroppedRange | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onRange: (range: DroppedRange) => void) {
    this.#onRange = onRange;
  }

  add(shedClass: ShedClass, receivedAt: Date): void {
    this.counts[shedClass]++;
    this.#range ??= this.#begin(receivedAt);
    this.#range.to = receivedAt;
    this.#range.count++;
  }

  /** Messages of a range of their own, which is told at once. */
  addRange({ counts, ...range }: DroppedRange & { counts: Record<ShedClass, number> }): void {
    for (const shedClass of ["crowd", "other", "vital"] as const) this.counts[shedClass] += counts[shedClass];
    this.#onRange(range);
  }

  /** What is dropped from now on is another range. */
  endRange(): void {
    clearTimeout(this.#timer);
    const range = this.#range;
    this.#range = undefined;
    if (range) this.#onRange(range);
  }

  #begin(from: Date): DroppedRange {
    this.#timer = setTimeout(() => this.endRange(), MAX_RANGE_MS);
    return { from, to: from, count: 0 };
  }
}
