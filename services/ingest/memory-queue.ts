import type { Attempted, Notes } from "./room-log.ts";
import type { Spooled } from "./spool-frames.ts";

/** At these the load is 1. */
const MAX_MESSAGES = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
const BATCH_MESSAGES = 200;
const BATCH_BYTES = 1024 * 1024;

/** A message that waits in memory; `bytes` is what it takes there, about. */
export interface Waiting extends Attempted {
  bytes: number;
  notes?: Notes | undefined;
  /** Made by the room's actor. */
  isFact?: boolean | undefined;
  resolve(seqNo: number | null | undefined): void;
  reject(error: Error): void;
}

/** What waits in memory, in the order it came, and how full that is. */
export class MemoryQueue {
  #waiting: Waiting[] = [];
  readonly #maxMessages: number;
  #bytes = 0;

  constructor(maxMessages = MAX_MESSAGES) {
    this.#maxMessages = maxMessages;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** How much of it is taken; above 1 only what room is left for in an emergency. */
  get load(): number {
    return Math.max(this.#waiting.length / this.#maxMessages, this.#bytes / MAX_BYTES);
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#bytes += waiting.bytes;
  }

  first(count: number): Waiting[] {
    return this.#waiting.slice(0, count);
  }

  /** What goes to Redis at once. A message with notes ends its batch, so that they take effect with it and not before. */
  nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && (count >= BATCH_MESSAGES || bytes + waiting.bytes > BATCH_BYTES)) break;
      bytes += waiting.bytes;
      count++;
      if (waiting.notes) break;
    }
    return this.first(count);
  }

  /** Facts that may be told before the messages that wait: they tell of a time, and no note of the room hangs on them. */
  looseFacts(): Waiting[] {
    return this.#waiting.filter(({ isFact, notes }) => isFact && !notes);
  }

  /** When the first of the messages that wait was ingested, ISO 8601. */
  get since(): string | undefined {
    return this.#waiting.find(({ isFact }) => !isFact)?.entry.ingestedAt;
  }

  /** Takes these out, wherever they are. */
  pick(these: readonly Waiting[]): void {
    const picked = new Set(these);
    this.#bytes -= these.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#waiting = this.#waiting.filter((waiting) => !picked.has(waiting));
  }

  /** Takes the first ones out. */
  remove(count: number): Waiting[] {
    const removed = this.#waiting.splice(0, count);
    this.#bytes -= removed.reduce((sum, { bytes }) => sum + bytes, 0);
    return removed;
  }
}

export const toSpooled = (message: Attempted & { notes?: Notes | undefined }): Spooled => {
  const { entry, key, windowMs, attempt, notes, account } = message;
  return { entry, key, windowMs, attempt, notes, told: account?.told(0), isOpen: account?.isOpen };
};
