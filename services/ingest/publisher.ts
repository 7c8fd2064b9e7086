import { randomUUID } from "node:crypto";
import { backoffMs } from "../../lib/backoff.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import type { Account } from "./account.ts";
import type { Unplaced } from "./raw-message.ts";
import { type Attempted, appendToRoom, isUnseeded, type Notes } from "./room-log.ts";

/** Limits of what waits for Redis; at the upper ones the source is paused, so nothing is ever dropped here. */
const MAX_MESSAGES = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
const RESUME_BELOW = 0.5;
const BATCH_MESSAGES = 200;
const BATCH_BYTES = 1024 * 1024;

const retry = { initialMs: 100, maxMs: 2_000, multiplier: 2, jitter: 0.2 };

export interface PublisherOptions {
  redis: Commands;
  streamId: string;
  /** Gives the room's counter a start in this run of Redis; `floor` is the highest seqNo we know of. */
  reseed(floor: number): Promise<void>;
  /** The queue is full, or has room again. */
  onPressure(full: boolean): void;
  /** Once per outage. */
  onOutage(error: unknown): void;
  onPublished(outcome: { published: number; duplicates: number }): void;
}

interface Waiting extends Attempted {
  bytes: number;
  notes?: Notes | undefined;
  resolve(seqNo: number | null): void;
  reject(error: Error): void;
}

/** What goes with a message. */
export interface Enclosed {
  /** Of the message's session: told to its ledger with every publish. */
  account?: Account;
  /** What the room's hash shall say from this message on. */
  notes?: Notes | undefined;
}

/** The publisher was closed before Redis took the message. */
export class NotPublishedError extends Error {
  override name = "NotPublishedError";
}

/**
 * The queue between one room and ttlc:raw. Messages leave in the order they came, in batches, one batch at a time; a
 * batch whose reply was lost is sent again under the same attempts, which the script recognises. While Redis is away
 * it waits and retries for as long as it takes.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #id = randomUUID();
  #attempts = 0;
  readonly #queue: Waiting[] = [];
  #bytes = 0;
  #full = false;
  #closed = false;
  #pumping: Promise<void> | undefined;
  /** Highest seqNo that was given to us: what a new counter must start above. */
  #highest = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Queues a message. Resolves with its seqNo once it is on ttlc:raw, or null if it is a duplicate.
   *
   * @throws NotPublishedError when closed first
   */
  publish(message: Unplaced, enclosed: Enclosed = {}): Promise<number | null> {
    if (this.#closed) return Promise.reject(new NotPublishedError("the room is closed"));
    const bytes = typeof message.entry.data === "string" ? message.entry.data.length : 1_000;
    const attempt = `${this.#id}:${this.#attempts++}`;
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...message, ...enclosed, attempt, bytes, resolve, reject });
      if (enclosed.account) enclosed.account.waiting++;
      this.#bytes += bytes;
      this.#tellPressure();
      this.#pumping ??= this.#pump();
    });
  }

  /** Resolves once everything queued so far is published, or after `ms`. */
  async flushed(ms: number): Promise<void> {
    if (!this.#pumping) return;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#pumping, deadline]);
    clearTimeout(timer);
  }

  /** Gives up what is still queued. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(new NotPublishedError("Redis did not take it in time"));
  }

  async #pump(): Promise<void> {
    await Promise.resolve(); // what arrives in the same tick goes in one batch
    while (this.#queue.length > 0 && !this.#closed) {
      const batch = this.#nextBatch();
      const seqNos = await this.#append(batch);
      if (!seqNos) break;
      this.#queue.splice(0, batch.length);
      this.#bytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
      this.#settle(batch, seqNos);
      this.#tellPressure();
    }
    this.#pumping = undefined;
  }

  /** A message with notes ends its batch, so that they take effect with it and not before. */
  #nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && (count >= BATCH_MESSAGES || bytes + waiting.bytes > BATCH_BYTES)) break;
      bytes += waiting.bytes;
      count++;
      if (waiting.notes) break;
    }
    return this.#queue.slice(0, count);
  }

  /** Appends until it succeeds; undefined when closed meanwhile. */
  async #append(batch: readonly Waiting[]): Promise<(number | null)[] | undefined> {
    const { redis, streamId, reseed, onOutage } = this.#options;
    const last = batch.at(-1) as Waiting;
    const notes = { sessionId: last.entry.sessionId, lastAt: last.entry.ingestedAt, ...last.notes };
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        return await appendToRoom(redis, streamId, batch, notes);
      } catch (error) {
        try {
          if (!isUnseeded(error)) throw error;
          await reseed(this.#highest);
        } catch (outage) {
          if (attempt === 0) onOutage(outage);
          await delay(backoffMs(retry, attempt, Math.random()));
        }
      }
    }
    return undefined;
  }

  #settle(batch: readonly Waiting[], seqNos: readonly (number | null)[]): void {
    let published = 0;
    for (const [i, { account, resolve }] of batch.entries()) {
      if (account) account.waiting--;
      const seqNo = seqNos[i] ?? null;
      if (seqNo !== null) {
        published++;
        this.#highest = Math.max(this.#highest, seqNo);
      }
      resolve(seqNo);
    }
    this.#options.onPublished({ published, duplicates: batch.length - published });
  }

  #tellPressure(): void {
    const load = Math.max(this.#queue.length / MAX_MESSAGES, this.#bytes / MAX_BYTES);
    const full = this.#full ? load >= RESUME_BELOW : load >= 1;
    if (full === this.#full) return;
    this.#full = full;
    this.#options.onPressure(full);
  }
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
