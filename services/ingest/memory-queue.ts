import { isSameFence } from "./fence.ts";
import type { Attempted, Notes } from "./room-log.ts";
import type { Budget } from "./spool.ts";
import type { Spooled } from "./spool-frames.ts";
import type { Marks } from "./streaks.ts";

/** Of one room: at this its load is 1. */
const MAX_MESSAGES = 10_000;
/** Of all rooms of a process: at this the load of each in which something waits is 1. */
const MAX_BYTES = 32 * 1024 * 1024;
/** What a message takes besides its data, about: the entry's other fields, its objects and its promise. */
const OVERHEAD_BYTES = 2_000;
const BATCH_MESSAGES = 200;
const BATCH_BYTES = 1024 * 1024;

/** A message that waits in memory. */
export interface Waiting extends Attempted {
  notes?: Notes | undefined;
  marks?: Marks | undefined;
  /** Made by the room's actor. */
  isFact?: boolean | undefined;
  resolve(seqNo: number | null | undefined): void;
  reject(error: Error): void;
}

/** What the queues of a process share. */
export const memoryBudget = (): Budget => ({ max: MAX_BYTES, used: 0 });

/** What waits in memory, in the order it came, and how full that is. */
export class MemoryQueue {
  #waiting: Waiting[] = [];
  readonly #memory: Budget;
  readonly #maxMessages: number;

  /** @param memory shared with the queues of other rooms */
  constructor(memory: Budget, maxMessages = MAX_MESSAGES) {
    this.#memory = memory;
    this.#maxMessages = maxMessages;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /**
   * How much is taken of what the room may have, or all rooms together; above 1 only what is left for an emergency. A room
   * of which nothing waits has no load: nothing would tell it when the others have drained.
   */
  get load(): number {
    if (this.#waiting.length === 0) return 0;
    return Math.max(this.#waiting.length / this.#maxMessages, this.#memory.used / this.#memory.max);
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#memory.used += bytesOf(waiting);
  }

  first(count: number): Waiting[] {
    return this.#waiting.slice(0, count);
  }

  /**
   * What goes to Redis at once, in the name of one owner. A message with notes ends its batch, so that they take effect
   * with it and not before.
   */
  nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && (count >= BATCH_MESSAGES || bytes + bytesOf(waiting) > BATCH_BYTES)) break;
      if (!isSameFence(waiting.fence, this.#waiting[0]?.fence)) break;
      bytes += bytesOf(waiting);
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
    this.#release(these);
    this.#waiting = this.#waiting.filter((waiting) => !picked.has(waiting));
  }

  /** Takes the first ones out. */
  remove(count: number): Waiting[] {
    const removed = this.#waiting.splice(0, count);
    this.#release(removed);
    return removed;
  }

  #release(these: readonly Waiting[]): void {
    this.#memory.used -= these.reduce((sum, waiting) => sum + bytesOf(waiting), 0);
  }
}

/** What it takes in memory, about. */
const bytesOf = ({ entry: { data } }: Waiting) => OVERHEAD_BYTES + (typeof data === "string" ? data.length : 0);

export const toSpooled = (message: Attempted & Pick<Spooled, "notes" | "marks">): Spooled => {
  const { entry, key, windowMs, ownerOnly, attempt, notes, marks, account, fence } = message;
  const kept = { entry, key, windowMs, ownerOnly, attempt, notes, marks, fence };
  return { ...kept, told: account?.told(0), isOpen: account?.isOpen };
};
