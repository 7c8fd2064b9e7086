import { randomUUID } from "node:crypto";
import type { ShedClass } from "../../contracts/room.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import type { Account } from "./account.ts";
import { EXPIRY_MS, type Fence, renew } from "./fence.ts";
import { type GivenUp, giveUp } from "./given-up.ts";
import { MemoryQueue, memoryBudget, type Waiting } from "./memory-queue.ts";
import { type OpenSpool, type Outgoing, Overflow } from "./overflow.ts";
import { type Intake, mustSpool, nextIntake, RESUME_BELOW } from "./pressure.ts";
import type { SourceMessage, Unplaced } from "./raw-message.ts";
import { type Attempted, appendToRoom, isUnowned, isUnseeded, type Notes, type Outcome } from "./room-log.ts";
import { shedAs } from "./shedding.ts";
import type { Budget } from "./spool.ts";
import type { Marks } from "./streaks.ts";

/** Taken from the disk at once. */
const BATCH_MESSAGES = 200;
/** Written to the disk at once. */
const SPOOL_MESSAGES = 1_000;

const retry = { initialMs: 100, maxMs: 2_000, multiplier: 2, jitter: 0.2 };

/** Whoever publishes. */
export interface PublisherListener {
  /** How messages are taken from now on. */
  onIntake(intake: Intake): void;
  /** Once per outage. */
  onOutage(error: unknown): void;
  /** `fenced`: refused, since another process has the room. */
  onPublished(outcome: { published: number; duplicates: number; fenced: number }): void;
  /** What waits on the disk has changed; null: nothing does any more. */
  onSpool(spool: { messages: number; bytes: number } | null): void;
  /** The disk cannot take more. */
  onSpoolFull(error: unknown): void;
}

export interface PublisherOptions {
  redis: Commands;
  streamId: string;
  /** Gives the room's counter a start in this run of Redis; `floor` is the highest seqNo we know of. */
  reseed(floor: number): Promise<void>;
  /** Opens the room's spool. Without it messages wait in memory. */
  openSpool?: OpenSpool;
  /** Nothing waits any more. */
  onIdle?(): void;
  /** So many messages were refused: they were for the room's owner to say, and that is another process now. */
  onFenced?(messages: number): void;
  /** Whether the acquisition is held here: only then is its record made again in a Redis that was emptied. (Default: no) */
  isOwner?(fence: Fence): boolean;
  /** How long Redis knows no owner until none can be left who would say that it is. (Default: 6,000) */
  ownerlessMs?: number | undefined;
  /** For what waits in memory, in bytes, shared with other rooms. (Default: its own) */
  memory?: Budget;
  /** That wait in memory until the source is paused; up to twice as many while the room sheds. (Default: 10,000) */
  maxMessages?: number | undefined;
  /** How long the source is paused before messages are dropped. (Default: 5,000) */
  maxPausedMs?: number | undefined;
}

/** What goes with a message. */
export interface Enclosed {
  /** Of the message's session: told to its ledger with every publish. */
  account?: Account;
  /** What the room's hash shall say from this message on. */
  notes?: Notes | undefined;
  /** What the room's hash shall keep of gift streaks from this message on. */
  marks?: Marks | undefined;
  /** Made by the room's actor: small, rare, and worth more than any message. */
  isFact?: boolean;
  /** In whose name it is published. */
  fence?: Fence | undefined;
}

/** The publisher was closed before the message came. */
export class ClosedError extends Error {
  override name = "ClosedError";
}

/** The publisher was closed before Redis or the disk took the message; `close` says how many there were. */
export class GivenUpError extends Error {
  override name = "GivenUpError";
}

/** Another process has the room: what only its owner may say was refused, and is counted. */
export class FencedError extends Error {
  override name = "FencedError";
}

const nobody: PublisherListener = {
  onIntake() {},
  onOutage() {},
  onPublished() {},
  onSpool() {},
  onSpoolFull() {},
};

/**
 * The queue between one room and ttlc:raw. Messages leave in the order they came, in batches, one batch at a time; a
 * batch whose reply was lost is sent again under the same attempts, which the script recognises. What Redis cannot
 * take for a while goes to the spool, and everything after it queues behind it there until it is empty.
 */
export class Publisher {
  readonly streamId: string;
  readonly #options: PublisherOptions;
  readonly #id = randomUUID();
  #listener: PublisherListener = nobody;
  #attempts = 0;
  readonly #queue: MemoryQueue;
  #intake: Intake = "open";
  #pausedAt = 0;
  #held = false;
  /** Since when Redis has refused every message, by performance.now(). */
  #refusedAt: number | undefined;
  #closed = false;
  #pumping: Promise<void> | undefined;
  #wake = () => {};
  /** Since when Redis has known no owner of the room, and it is not us, by performance.now(). */
  #ownerlessAt: number | undefined;
  /** Highest seqNo that was given to us: what a new counter must start above. */
  #highest = 0;
  readonly #overflow: Overflow;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.streamId = options.streamId;
    this.#queue = new MemoryQueue(options.memory ?? memoryBudget(), options.maxMessages);
    this.#overflow = new Overflow(options.openSpool);
  }

  /** From now on, tells `listener` and nobody else; none: nobody. */
  attach(listener: PublisherListener = nobody): void {
    this.#listener = listener;
    listener.onIntake(this.#intake);
    if (this.#overflow.size) listener.onSpool(this.#overflow.size);
  }

  /** Publishes what an earlier process left in the spool. */
  async recover(): Promise<void> {
    await this.#overflow.recover();
    this.#pumping ??= this.#pump();
  }

  /** Redis is to be given nothing more, or takes messages again. */
  hold(held: boolean): void {
    this.#held = held;
    this.#wake();
  }

  /** The class for which a message is to be dropped now; undefined: it is to be published. */
  sheds(message: Pick<SourceMessage, "method" | "payload" | "encoding">): ShedClass | undefined {
    return this.#intake === "shedding" ? shedAs(message, this.#queue.load) : undefined;
  }

  get isIdle(): boolean {
    return this.#pumping === undefined;
  }

  /**
   * Queues a message. Resolves with its seqNo once it is on ttlc:raw, with null if it is a duplicate, or with
   * undefined once it is on the disk.
   *
   * @throws ClosedError when it is closed, GivenUpError when it is closed first, FencedError when it was refused
   */
  publish(message: Unplaced, enclosed: Enclosed = {}): Promise<number | null | undefined> {
    if (this.#closed) return Promise.reject(new ClosedError("the room is closed"));
    return new Promise((resolve, reject) => {
      const attempt = this.#nextAttempt();
      this.#queue.push({ ...message, ...enclosed, attempt, resolve, reject });
      if (enclosed.account) enclosed.account.waiting++;
      this.#tellIntake();
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

  /**
   * Puts what is still queued on the disk, or gives it up.
   *
   * @returns what was given up; null: nothing
   */
  async close(): Promise<GivenUp | null> {
    this.#closed = true;
    this.#wake();
    await this.#pumping;
    const error = this.#queue.length > 0 && this.#overflow.isThere ? await this.#moveToSpool() : undefined;
    const givenUp = this.#queue.length > 0 ? await this.#giveUp(error) : null;
    await this.#overflow.close();
    return givenUp;
  }

  async #pump(): Promise<void> {
    await Promise.resolve(); // what arrives in the same tick goes in one batch
    let refusals = 0;
    while (!this.#closed && (this.#queue.length > 0 || this.#overflow.isUsed)) {
      if (this.#mustSpool) await this.#moveToSpool();
      this.#tellIntake();
      try {
        if (!this.#held) {
          await (this.#overflow.isUsed ? this.#drain() : this.#send());
          refusals = 0;
          this.#refusedAt = undefined;
          continue;
        }
      } catch (error) {
        if (refusals === 0) {
          this.#refusedAt = performance.now();
          this.#listener.onOutage(error);
        }
        refusals++;
      }
      if (this.#closed || this.#isUrgent) continue;
      await this.#sleep(backoffMs(retry, Math.max(0, refusals - 1), Math.random()));
    }
    this.#pumping = undefined;
    this.#options.onIdle?.();
  }

  get #mustSpool(): boolean {
    return mustSpool({
      isHeld: this.#held,
      refusedMs: this.#refusedAt === undefined ? 0 : performance.now() - this.#refusedAt,
      queueLoad: this.#queue.load,
      isSpooling: this.#overflow.isUsed,
      canSpool: this.#overflow.isWilling,
    });
  }

  /** From memory to ttlc:raw. */
  async #send(): Promise<void> {
    const batch = this.#queue.nextBatch();
    const outcomes = await this.#append(batch);
    this.#leave(batch.length);
    for (const [i, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[i];
      if (outcome === "fenced") reject(new FencedError());
      else resolve(outcome);
    }
    this.#count(batch, outcomes);
  }

  /** From the disk to ttlc:raw. */
  async #drain(): Promise<void> {
    const batch = await this.#overflow.peek(BATCH_MESSAGES);
    if (batch.length > 0) this.#count(batch, await this.#append(batch));
    await this.#overflow.remove(batch.length);
    this.#listener.onSpool(this.#overflow.size);
  }

  /**
   * From memory to the disk: all that is there now. What the disk does not take stays, and is tried again later; facts
   * that can go ahead do, and with them what was dropped becomes known to a later process.
   *
   * @returns why the disk does not take all of it
   */
  async #moveToSpool(): Promise<unknown> {
    let left = this.#queue.length;
    try {
      while (left > 0) {
        const some = this.#queue.first(Math.min(left, SPOOL_MESSAGES));
        await this.#overflow.append(some);
        this.#leave(some.length);
        this.#spooled(some);
        left -= some.length;
      }
      this.#overflow.becameWilling();
      return undefined;
    } catch (error) {
      if (this.#overflow.becameFull()) this.#listener.onSpoolFull(error);
      await this.#spoolFacts();
      return error;
    }
  }

  /** What waits in memory is not published with them: the room's hash is not to say that it was heard already. */
  async #spoolFacts(): Promise<void> {
    const facts = this.#queue.looseFacts();
    if (facts.length === 0) return;
    const lastAt = this.#queue.since;
    const notes = lastAt === undefined ? undefined : { lastAt };
    const isOnDisk = await this.#overflow.tryAppend(
      facts.map((fact) => ({ ...fact, notes })),
      "facts",
    );
    if (!isOnDisk) return; // the disk itself is full
    this.#queue.pick(facts);
    this.#spooled(facts);
  }

  /** They are no longer in memory, but on the disk. */
  #spooled(messages: readonly Waiting[]): void {
    for (const { resolve } of messages) resolve(undefined);
    this.#listener.onSpool(this.#overflow.size);
  }

  /** Of what is left, the facts go to the disk, with a GAP for the messages; both are given up if it does not take that. */
  async #giveUp(error: unknown): Promise<GivenUp> {
    const left = this.#queue.remove(this.#queue.length);
    const messages = left.filter(({ isFact }) => !isFact);
    const facts = left.filter(({ isFact }) => isFact);
    const gaps = giveUp(messages).map((gap) => ({ ...gap, attempt: this.#nextAttempt() }));
    for (const { reject } of messages) reject(new GivenUpError());
    const isSaid = await this.#overflow.tryAppend([...gaps, ...facts], "lastWords");
    for (const { resolve, reject } of facts) {
      if (isSaid) resolve(undefined);
      else reject(new GivenUpError());
    }
    return { messages: messages.length, facts: isSaid ? 0 : facts.length, error };
  }

  /** Neither Redis nor the disk takes what is in memory. */
  get #isStuck(): boolean {
    const isRefused = this.#held || this.#refusedAt !== undefined || this.#overflow.isUsed;
    return isRefused && (!this.#overflow.isThere || this.#overflow.isFull);
  }

  /** @throws whatever Redis or the seeding says: nothing is known of the batch then, but it may be appended again */
  async #append(batch: readonly Outgoing[]): Promise<Outcome[]> {
    const { redis, streamId, reseed } = this.#options;
    const last = batch.at(-1) as (typeof batch)[number];
    const marks: Marks = Object.assign({}, ...batch.map((message) => message.marks));
    const notes = { sessionId: last.entry.sessionId, lastAt: last.entry.ingestedAt, ...last.notes, ...marks };
    for (let isSeeded = false, isOwned = false; ; ) {
      try {
        const outcomes = await appendToRoom(redis, streamId, batch, notes);
        this.#ownerlessAt = undefined;
        return outcomes;
      } catch (error) {
        if (!isUnowned(error)) this.#ownerlessAt = undefined;
        if (isUnseeded(error) && !isSeeded) {
          await reseed(this.#highest);
          isSeeded = true;
        } else if (last.fence && isUnowned(error) && !isOwned && this.#mayRenew(last.fence)) {
          isOwned = true;
          await renew(redis, last.fence); // if another process has been faster, what it may say is said
        } else throw error;
      }
    }
  }

  /**
   * Redis was emptied. The room's owner makes its record again within two seconds; who has lost the room, and has yet to
   * publish what it spooled, must not be faster. When nobody does, the room is nobody's: then it may.
   */
  #mayRenew(fence: Fence): boolean {
    const { isOwner, ownerlessMs = EXPIRY_MS } = this.#options;
    if (isOwner?.(fence)) return true;
    this.#ownerlessAt ??= performance.now();
    return performance.now() - this.#ownerlessAt >= ownerlessMs;
  }

  #nextAttempt(): string {
    return `${this.#id}:${this.#attempts++}`;
  }

  /** These are no longer in memory: the first of the queue. */
  #leave(count: number): void {
    this.#queue.remove(count);
    this.#tellIntake();
  }

  #count(batch: readonly Attempted[], outcomes: readonly Outcome[]): void {
    for (const { account } of batch) if (account) account.waiting--;
    const given = outcomes.filter((outcome) => typeof outcome === "number");
    const fenced = outcomes.filter((outcome) => outcome === "fenced").length;
    this.#highest = Math.max(this.#highest, ...given);
    this.#listener.onPublished({ published: given.length, duplicates: batch.length - given.length - fenced, fenced });
    if (fenced > 0) this.#options.onFenced?.(fenced);
  }

  /** The disk has to take what waits in memory before the source is paused, or so that it goes on. */
  get #isUrgent(): boolean {
    return this.#overflow.isWilling && this.#queue.load >= (this.#overflow.isUsed ? RESUME_BELOW : 1);
  }

  #tellIntake(): void {
    if (this.#isUrgent) this.#wake();
    const intake = nextIntake(this.#intake, {
      queueLoad: this.#queue.load,
      isStuck: this.#isStuck,
      pausedMs: performance.now() - this.#pausedAt,
      maxPausedMs: this.#options.maxPausedMs,
    });
    if (intake === this.#intake) return;
    this.#intake = intake;
    if (intake === "paused") this.#pausedAt = performance.now();
    this.#listener.onIntake(intake);
  }

  /** Ends early when there is something to do. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
