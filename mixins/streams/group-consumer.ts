import type { Redis } from "ioredis";
import type { DeadLetterReason } from "../../contracts/dead-letter.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Entry } from "../../lib/define-service.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { BatchReader, type RawEntry } from "./batch-reader.ts";
import { decode, type Words } from "./codec.ts";
import { BLOCK_MS, connected } from "./connection.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Effect } from "./effect.ts";
import { attemptsKey, floorKey, type Membership } from "./membership.ts";
import { pairs } from "./reply.ts";
import { loadScript } from "./script.ts";

const countAttempt = loadScript(new URL("lua/count-attempt.lua", import.meta.url));
const createGroup = loadScript(new URL("lua/create-group.lua", import.meta.url));
const leaveGroup = loadScript(new URL("lua/leave-group.lua", import.meta.url));
const suspect = loadScript(new URL("lua/suspect.lua", import.meta.url));

/** A consumer without work for this long, of a process that is gone, is removed from its group. */
const REAP_IDLE_MS = 600_000;

/** An entry that failed and waits for its next attempt, still pending under our name. */
interface Parked {
  words: Words;
  attempts: number;
  dueAt: number;
}

export interface GroupConsumerOptions extends Membership {
  reader: Redis;
}

/**
 * One member of a durable consumer group: reads, handles, then acknowledges; never the other way round.
 *
 * What it must survive (DESIGN section 5): a lost reply (own pending entries are drained on every connect), a
 * killed peer (its entries are claimed), a lost stream or group (created again at 0), an outage of Redis or of what
 * the handler needs (pause with back-off, no attempt counted), an entry that always fails (retried alone, counted
 * before handling, then dead-lettered), an entry that was trimmed away (dead-lettered as TRIMMED), a Redis without
 * memory (reads and acknowledges on, letters wait: see DeadLetters).
 *
 * One loop does everything in turn, so there is nothing to race with but other processes. Only the next batch is asked
 * for while one is handled: it is pending like any other, and handled before anything else is begun.
 */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  readonly #effect: Effect;
  readonly #letters: DeadLetters;
  readonly #reader: BatchReader;
  readonly #parked = new Map<string, Parked>();
  /** Ids we are working on: their claim is renewed so that nobody takes them over. */
  #inFlight: readonly string[] = [];
  readonly #stopRequest = Promise.withResolvers<void>();
  #stopping = false;
  #stopped = Promise.resolve();
  #needsGroup = true;
  #needsDrain = true;
  #nextClaimAt = 0;
  #outages = 0;
  #renewal: NodeJS.Timeout | undefined;
  #readerId = 0;
  #wake = () => {};

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.#effect = new Effect(options, () => this.#stopping);
    this.#letters = new DeadLetters(options);
    this.#reader = new BatchReader(options, options.reader);
  }

  start(): void {
    const { reader, commands, patience } = this.#options;
    reader.on("ready", async () => {
      this.#needsDrain = true; // the reply to our last read may have been lost on the way
      this.#readerId = await reader.client("ID").catch(() => 0);
    });
    // Another Redis may answer now, such as a replica that was promoted: with the group, but behind what is stored.
    commands.on("ready", () => {
      this.#needsGroup = true;
    });
    this.#renewal = setInterval(() => void this.#renewClaims(), patience.claimIdleMs / 3);
    this.#stopped = this.#run();
  }

  /** Stops reading, lets what is in flight finish, leaves the group if nothing is pending. */
  async stop(): Promise<void> {
    const { commands, reader, stream, consumer, name, patience } = this.#options;
    this.#stopping = true;
    this.#stopRequest.resolve();
    this.#wake();
    if (reader.status !== "ready") reader.disconnect(); // else it is in the middle of a read
    const unblocking = setInterval(() => void commands.client("UNBLOCK", this.#readerId).catch(() => {}), 50);
    await Promise.race([this.#stopped, delay(patience.drainMs)]);
    clearInterval(unblocking);
    clearInterval(this.#renewal);
    await leaveGroup(commands, [stream], [consumer.group, name, 0]).catch(() => {}); // idle peers reap it later
    reader.disconnect();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#connected();
      if (this.#stopping) break;
      try {
        await this.#turn();
        if (this.#outages > 0) this.#options.logger.info({ ...this.#names(), outages: this.#outages }, "reading again");
        this.#outages = 0;
      } catch (error) {
        await this.#recover(error);
      }
    }
    if (!this.#needsDrain) await this.#handleAhead().catch(() => {}); // pending still: it is for our peers then
  }

  /** What was asked for before we were told to stop. */
  async #handleAhead(): Promise<void> {
    if (this.#reader.isAhead) await this.#handle(await this.#reader.next(0));
  }

  /** Both connections, since what cannot be acknowledged is not begun; or a stop. */
  async #connected(): Promise<void> {
    const { reader, commands } = this.#options;
    if (reader.status === "ready" && commands.status === "ready") return; // racing each turn would pile up reactions
    await Promise.race([Promise.all([connected(reader), connected(commands)]), this.#stopRequest.promise]);
  }

  /** One turn of the loop: whatever is due, unless the next batch is on its way; then that, or a read that blocks. */
  async #turn(): Promise<void> {
    if (this.#needsGroup) await this.#createGroup();
    await this.#letters.writeOwed();
    if (this.#needsDrain) await this.#drainOwnPending();
    if (!this.#reader.isAhead) {
      if (Date.now() >= this.#nextClaimAt) await this.#claimFromTheDead();
      await this.#retryDue();
    }
    if (this.#stopping) return;
    const entries = await this.#reader.next(Math.min(BLOCK_MS, this.#nextDueMs()));
    if (entries.length >= this.#reader.batchSize && this.#nextDueMs() > 0) this.#reader.readAhead();
    await this.#handle(entries);
  }

  async #createGroup(): Promise<void> {
    const { commands, stream, consumer, service, logger } = this.#options;
    this.#needsGroup = false; // from here on: yet another Redis may answer before this is done
    this.#needsDrain = true;
    try {
      const floor = await consumer.floor?.call(service);
      const keys = floor === undefined ? [stream] : [stream, floorKey(stream)];
      const made = await createGroup(commands, keys, [consumer.group, floor ?? "0-0"]);
      if (made === 1) logger.debug({ ...this.#names(), floor }, "created the consumer group");
    } catch (error) {
      this.#needsGroup = true;
      throw error;
    }
  }

  /** Entries that were given to us but whose reply never came. Ours in flight is nothing here: we are between turns. */
  async #drainOwnPending(): Promise<void> {
    await this.#reader.forgetAhead();
    for (let after = "0"; ; ) {
      const entries = await this.#reader.pending(after);
      const last = entries.at(-1);
      if (!last) break;
      after = last[0];
      await this.#handle(entries.filter((entry) => !this.#waits(entry)));
    }
    this.#needsDrain = false;
  }

  /** Takes over what peers left that no longer renew their claim, as much at once as is read at once. */
  async #claimFromTheDead(): Promise<void> {
    const { commands, stream, consumer, name, patience, logger, stats } = this.#options;
    let cursor = "0-0";
    do {
      const [next, entries, deleted] = (await commands.xautoclaim(
        ...([stream, consumer.group, name, patience.claimIdleMs, cursor, "COUNT", this.#reader.batchSize] as const),
      )) as [string, RawEntry[], string[] | undefined];
      cursor = next;
      this.#reader.saw(entries);
      for (const id of deleted ?? []) await this.#letters.reportGone(id);
      const taken = entries.filter((entry) => !this.#waits(entry));
      if (taken.length === 0) continue;
      logger.warn({ ...this.#names(), count: taken.length }, "took over entries of a dead consumer");
      stats.claimed(taken.length);
      this.#hold(taken.map(([id]) => id));
      await this.#handleSuspects(taken);
      this.#hold([]);
    } while (cursor !== "0-0" && !this.#stopping);
    await this.#reapIdleConsumers();
    this.#nextClaimAt = Date.now() + patience.claimIdleMs / 2;
  }

  /**
   * Handles what was taken over. Any of it may be what killed its consumer, so all of it is marked before it is handled:
   * what had no mark yet as one batch, since most consumers die of something else; what had one, since the batch it was
   * in did not survive either, alone and counted.
   *
   * A mark is no attempt. A good entry is charged with nothing for the batch it was in, and alone only with deaths during
   * its own attempts. Of those it may be innocent: a poison in the hands of another member of this process charges what
   * we attempt alone at that moment. A good entry would have to be that one `maxAttempts` times to be given up, and is
   * done with the first time it is not. A poison costs one death more than if it had been alone from the start. What was
   * tried least goes first, so that the good do not wait until the poison has used up its attempts. An outage takes the
   * marks away: it says nothing about the entries.
   */
  async #handleSuspects(taken: readonly RawEntry[]): Promise<void> {
    const { commands } = this.#options;
    const key = attemptsKey(this.#options);
    const ids = taken.map(([id]) => id);
    const attempts = (await suspect(commands, [key], ids)) as number[];
    const known = taken.map((entry, i) => ({ entry, attempts: attempts[i] as number }));
    const fresh = known.filter(({ attempts }) => attempts < 0).map(({ entry }) => entry);
    try {
      await this.#handleBatch(fresh);
    } catch (error) {
      await commands.hdel(key, ...fresh.map(([id]) => id)).catch(() => {}); // else they are handled alone: slow, not wrong
      throw error;
    }
    for (const { entry } of known.filter(({ attempts }) => attempts >= 0).toSorted((a, b) => a.attempts - b.attempts)) {
      if (this.#stopping) return;
      const [id, words] = entry;
      if (words) await this.#attempt(id, words);
      else await this.#letters.moveGone(id);
    }
  }

  async #reapIdleConsumers(): Promise<void> {
    const { commands, stream, consumer, name } = this.#options;
    for (const peer of (await commands.xinfo("CONSUMERS", stream, consumer.group)) as unknown[][]) {
      const of = pairs(peer) as { name: string; pending: number; idle: number };
      if (of.name === name || of.pending > 0 || of.idle < REAP_IDLE_MS) continue;
      await leaveGroup(commands, [stream], [consumer.group, of.name, REAP_IDLE_MS]);
    }
  }

  async #retryDue(): Promise<void> {
    const now = Date.now();
    for (const [id, { words, dueAt }] of this.#parked) {
      if (dueAt > now || this.#stopping) continue;
      this.#options.stats.retried();
      await this.#attempt(id, words);
    }
  }

  /** A fresh batch. */
  async #handle(raw: readonly RawEntry[]): Promise<void> {
    this.#hold(raw.flatMap(([id, words]) => (words ? [id] : []))); // for those that are gone see DeadLetters.owedIds
    await this.#handleBatch(raw);
    this.#hold([]);
  }

  /** `null` words: the entry was trimmed while it was pending. What is bad comes last, so that it keeps no good one up. */
  async #handleBatch(raw: readonly RawEntry[]): Promise<void> {
    const entries: Entry[] = [];
    const undecodable: { id: string; error: unknown }[] = [];
    for (const [id, words] of raw) {
      if (!words) continue;
      try {
        entries.push({ id, message: decode(this.#options.stream, words) });
      } catch (error) {
        undecodable.push({ id, error });
      }
    }
    const failures = await this.#effect.of(entries);
    const words = new Map(raw);
    for (const { id, error } of [...undecodable, ...failures.map(({ entry, error }) => ({ id: entry.id, error }))]) {
      await this.#fail(id, words.get(id) as Words, error, 0);
    }
    for (const [id, words] of raw) if (!words) await this.#letters.moveGone(id);
  }

  /** One more attempt at a suspect, alone; counted first, so that an entry that kills the process is found out. */
  async #attempt(id: string, words: Words): Promise<void> {
    const { stream, patience } = this.#options;
    const attempts = await this.#count(id, 1);
    if (attempts > patience.maxAttempts) {
      const error = new Error("it ended the process each time");
      return this.#giveUp(id, words, "HANDLER_FAILED", error, patience.maxAttempts);
    }
    try {
      const entry = { id, message: decode(stream, words) };
      const [failure] = await this.#effect.of([entry]);
      if (failure) throw failure.error;
      this.#parked.delete(id);
    } catch (error) {
      if (isOutage(error)) {
        await this.#count(id, -1);
        this.#park(id, words, attempts - 1);
        throw error;
      }
      await this.#fail(id, words, error, attempts);
    }
  }

  /** An entry failed by its own fault: park it for another attempt, or give it up. */
  async #fail(id: string, words: Words, error: unknown, attemptsBefore: number): Promise<void> {
    const { patience, logger } = this.#options;
    if (error instanceof PoisonMessageError) return this.#giveUp(id, words, error.reason, error, attemptsBefore);
    const attempts = attemptsBefore || (await this.#count(id, 1));
    if (attempts >= patience.maxAttempts) return this.#giveUp(id, words, "HANDLER_FAILED", error, attempts);
    logger.warn({ ...this.#names(), entryId: id, attempts, err: error }, "entry failed, will be tried again alone");
    this.#park(id, words, attempts);
  }

  /** Counts an attempt, or takes it back; returns how many there were. */
  async #count(id: string, by: 1 | -1): Promise<number> {
    return (await countAttempt(this.#options.commands, [attemptsKey(this.#options)], [id, by])) as number;
  }

  async #giveUp(id: string, words: Words, reason: DeadLetterReason, error: unknown, attempts: number): Promise<void> {
    await this.#letters.move(id, words, { reason, error, attempts });
    this.#parked.delete(id);
  }

  #park(id: string, words: Words, attempts: number): void {
    const wait = backoffMs(this.#options.patience.retry, Math.max(0, attempts - 1), Math.random());
    this.#parked.set(id, { words, attempts, dueAt: Date.now() + wait });
  }

  /** After an error of Redis or an outage of what the handler needs: heal what can be healed, then wait. */
  async #recover(error: unknown): Promise<void> {
    this.#needsDrain = true;
    if (this.#stopping) return;
    const { patience, logger, stats } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    this.#hold([]);
    stats.paused();
    if (/^(NOGROUP|UNBLOCKED)|no such key/i.test(message)) this.#needsGroup = true;
    if (this.#outages === 0 || this.#outages % 50 === 0) {
      logger.warn({ ...this.#names(), err: error, attempt: this.#outages }, "reading paused, trying again");
    }
    await this.#sleep(backoffMs(patience.outage, this.#outages, Math.random()));
    this.#outages++;
  }

  /** Whether it waits already, for its next attempt or for its letter. */
  #waits([id]: RawEntry): boolean {
    return this.#parked.has(id) || this.#letters.owes(id);
  }

  #hold(ids: readonly string[]): void {
    this.#inFlight = ids;
    this.#options.stats.inFlight(ids.length);
  }

  async #renewClaims(): Promise<void> {
    const { commands, stream, consumer, name } = this.#options;
    const ids = [...this.#inFlight, ...this.#reader.aheadIds, ...this.#parked.keys(), ...this.#letters.owedIds];
    if (ids.length === 0) return;
    await commands.xclaim(stream, consumer.group, name, 0, ...ids, "JUSTID").catch(() => {}); // the next renewal repairs it
  }

  #nextDueMs(): number {
    let next = Math.min(this.#nextClaimAt, this.#letters.dueAt);
    for (const { dueAt } of this.#parked.values()) next = Math.min(next, dueAt);
    return next - Date.now();
  }

  #names() {
    return { stream: this.#options.stream, group: this.#options.consumer.group };
  }

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

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
