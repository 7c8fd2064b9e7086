import type { ShedClass } from "../../contracts/room.ts";
import type { DroppedRange } from "./dropped.ts";
import type { SourceMessage } from "./raw-message.ts";
import { classOf } from "./shedding.ts";

/** Messages of one connection attempt that wait until it stands. */
const MAX_EARLY = 5_000;

/** Messages that were dropped, and of which class. */
export interface Excess extends DroppedRange {
  counts: Record<ShedClass, number>;
}

/** What a connection brings before it stands: kept in order, up to a limit; what is beyond it can be dropped and is counted. */
export class Early {
  #messages: SourceMessage[] = [];
  #excess: Excess | undefined;

  get isFull(): boolean {
    return this.#messages.length >= MAX_EARLY;
  }

  get excess(): Excess | undefined {
    return this.#excess;
  }

  keep(message: SourceMessage): void {
    this.#messages.push(message);
  }

  keepOrDrop(message: SourceMessage): void {
    if (this.isFull) this.#drop(message);
    else this.keep(message);
  }

  /** Those that were kept; it is empty from then on. */
  takeAll(): SourceMessage[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  #drop(message: SourceMessage): void {
    const { receivedAt: at } = message;
    this.#excess ??= { from: at, to: at, count: 0, counts: { crowd: 0, other: 0, vital: 0 } };
    this.#excess.to = at;
    this.#excess.count++;
    this.#excess.counts[classOf(message)]++;
  }
}
