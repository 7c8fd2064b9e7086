import type { Redis } from "ioredis";
import type { Service } from "moleculer";
import type { DeadLetterReason } from "../../contracts/dead-letter.ts";
import type { StreamMessages, StreamName } from "../../contracts/streams.ts";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import type { Entry } from "../../lib/define-service.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { decode, encode, fieldsOf, type Words } from "./codec.ts";
import { BLOCK_MS, connected } from "./connection.ts";
import { deadLetter } from "./dead-letter.ts";
import { Ledgers, sessionOf } from "./ledger.ts";
import { pairs } from "./reply.ts";
import { loadScript } from "./script.ts";
import type { ConsumerStats } from "./stats.ts";

const handOff = loadScript(new URL("lua/hand-off.lua", import.meta.url));
const acknowledge = loadScript(new URL("lua/ack.lua", import.meta.url));
const createGroup = loadScript(new URL("lua/create-group.lua", import.meta.url));
const leaveGroup = loadScript(new URL("lua/leave-group.lua", import.meta.url));

/** Times and limits of a consumer; a service may change them in `settings.streams`. Durations in milliseconds. */
export interface Patience {
  /** Entries of a consumer that did not renew its claim for this long are taken over. */
  claimIdleMs: number;
  /** Attempts before an entry that keeps failing goes to the dlq. More than the restarts a good entry may live through. */
  maxAttempts: number;
  /** Between attempts at one failing entry. */
  retry: BackoffPolicy;
  /** Between attempts at everything, while Redis or something the handler needs is away. */
  outage: BackoffPolicy;
  /** How long a stop waits for what is in flight; the rest stays pending for others. */
  drainMs: number;
}

export const patience: Patience = {
  claimIdleMs: 10_000,
  maxAttempts: 8,
  retry: { initialMs: 500, maxMs: 10_000, multiplier: 2, jitter: 0.2 },
  outage: { initialMs: 100, maxMs: 2_000, multiplier: 2, jitter: 0.2 },
  drainMs: 8_000,
};

/** A consumer without work for this long, of a process that is gone, is removed from its group. */
const REAP_IDLE_MS = 600_000;
const CLAIM_COUNT = 100;

type RawEntry = [id: string, words: Words | null];
type Failure = { entry: Entry; error: unknown };

/** The forms of `consumes` (lib/define-service.ts) seen from inside: exactly one of handler, batch and map is there. */
export interface GroupForm {
  group: string;
  batchSize?: number;
  floor?(): Promise<string>;
  handler?(message: unknown, entry: Entry): Promise<void>;
  batch?(entries: readonly Entry[]): Promise<void>;
  to?: StreamName;
  map?(message: unknown, entry: Entry): StreamMessages[StreamName];
}

/** An entry that failed and waits for its next attempt, still pending under our name. */
interface Parked {
  words: Words;
  attempts: number;
  dueAt: number;
}

export interface GroupConsumerOptions {
  stream: StreamName;
  consumer: GroupForm;
  /** The service, `this` of its handlers and the stage in its dead letters. */
  service: { name: string };
  /** Unique to this process: two that shared a name would get the same entries. */
  name: string;
  commands: Redis;
  reader: Redis;
  logger: Service["logger"];
  patience: Patience;
  stats: ConsumerStats;
}

/**
 * One member of a durable consumer group: reads, handles, then acknowledges; never the other way round.
 *
 * What it must survive (DESIGN section 5): a lost reply (own pending entries are drained on every connect), a
 * killed peer (its entries are claimed), a lost stream or group (created again at 0), an outage of Redis or of what
 * the handler needs (pause with back-off, no attempt counted), an entry that always fails (retried alone, counted
 * before handling, then dead-lettered), an entry that was trimmed away (dead-lettered as TRIMMED).
 *
 * One loop does everything in turn, so there is nothing to race with but other processes.
 */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  readonly #parked = new Map<string, Parked>();
  /** Ids we are working on: their claim is renewed so that nobody takes them over. */
  #inFlight: readonly string[] = [];
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
  }

  start(): void {
    const { reader, patience } = this.#options;
    reader.on("ready", async () => {
      this.#needsDrain = true; // the reply to our last read may have been lost on the way
      this.#readerId = await reader.client("ID").catch(() => 0);
    });
    this.#renewal = setInterval(() => void this.#renewClaims(), patience.claimIdleMs / 3);
    this.#stopped = this.#run();
  }

  /** Stops reading, lets what is in flight finish, leaves the group if nothing is pending. */
  async stop(): Promise<void> {
    const { commands, reader, stream, consumer, name, patience } = this.#options;
    this.#stopping = true;
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
      await connected(this.#options.reader);
      if (this.#stopping) break;
      try {
        await this.#turn();
        if (this.#outages > 0) this.#options.logger.info({ ...this.#names(), outages: this.#outages }, "reading again");
        this.#outages = 0;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** One turn of the loop: whatever is due, then a read that blocks until something comes. */
  async #turn(): Promise<void> {
    if (this.#needsGroup) await this.#createGroup();
    if (this.#needsDrain) await this.#drainOwnPending();
    if (Date.now() >= this.#nextClaimAt) await this.#claimFromTheDead();
    await this.#retryDue();
    if (this.#stopping) return;
    const { reader, stream, consumer, name } = this.#options;
    const reply = (await reader.xreadgroup(
      ...(["GROUP", consumer.group, name, "COUNT", consumer.batchSize ?? 200] as const),
      ...(["BLOCK", Math.max(1, Math.min(BLOCK_MS, this.#nextDueMs())), "STREAMS", stream, ">"] as const),
    )) as [string, RawEntry[]][] | null;
    if (reply?.[0]) await this.#handle(reply[0][1]);
  }

  async #createGroup(): Promise<void> {
    const { commands, stream, consumer, service, logger } = this.#options;
    const floor = (await consumer.floor?.call(service)) ?? "0-0";
    const made = await createGroup(commands, [stream], [consumer.group, floor]);
    if (made === 1) logger.debug({ ...this.#names(), floor }, "created the consumer group");
    this.#needsGroup = false;
    this.#needsDrain = true;
  }

  /** Entries that were given to us but whose reply never came. Ours in flight is nothing here: we are between turns. */
  async #drainOwnPending(): Promise<void> {
    const { reader, stream, consumer, name } = this.#options;
    let after = "0";
    for (;;) {
      const reply = (await reader.xreadgroup(
        ...(["GROUP", consumer.group, name, "COUNT", consumer.batchSize ?? 200, "STREAMS", stream, after] as const),
      )) as [string, RawEntry[]][] | null;
      const entries = reply?.[0]?.[1] ?? [];
      const last = entries.at(-1);
      if (!last) break;
      after = last[0];
      await this.#handle(entries.filter(([id]) => !this.#parked.has(id)));
    }
    this.#needsDrain = false;
  }

  /** Takes over what peers left that no longer renew their claim. Each may be what killed them: handled alone, counted. */
  async #claimFromTheDead(): Promise<void> {
    const { commands, stream, consumer, name, patience, logger, stats } = this.#options;
    let cursor = "0-0";
    do {
      const [next, entries, deleted] = (await commands.xautoclaim(
        ...([stream, consumer.group, name, patience.claimIdleMs, cursor, "COUNT", CLAIM_COUNT] as const),
      )) as [string, RawEntry[], string[] | undefined];
      cursor = next;
      for (const id of deleted ?? []) await this.#reportTrimmed(id, "no longer pending");
      const taken = entries.filter(([id]) => !this.#parked.has(id));
      if (taken.length > 0) {
        logger.warn({ ...this.#names(), count: taken.length }, "took over entries of a dead consumer");
        stats.claimed(taken.length);
      }
      this.#hold(taken.map(([id]) => id));
      for (const [id, words] of taken) {
        if (words) await this.#attempt(id, words);
        else await this.#reportTrimmed(id);
      }
      this.#hold([]);
    } while (cursor !== "0-0" && !this.#stopping);
    await this.#reapIdleConsumers();
    this.#nextClaimAt = Date.now() + patience.claimIdleMs / 2;
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

  /** A fresh batch. `null` words: the entry was trimmed while it was pending. */
  async #handle(raw: readonly RawEntry[]): Promise<void> {
    this.#hold(raw.map(([id]) => id));
    const entries: Entry[] = [];
    const words = new Map<string, Words>();
    for (const [id, fields] of raw) {
      if (!fields) {
        await this.#reportTrimmed(id);
        continue;
      }
      words.set(id, fields);
      try {
        entries.push({ id, message: decode(this.#options.stream, fields) });
      } catch (error) {
        await this.#fail(id, fields, error, 0);
      }
    }
    for (const { entry, error } of await this.#effect(entries)) {
      await this.#fail(entry.id, words.get(entry.id) as Words, error, 0);
    }
    this.#hold([]);
  }

  /** One more attempt at a suspect, alone; counted first, so that an entry that kills the process is found out. */
  async #attempt(id: string, words: Words): Promise<void> {
    const { commands, stream, patience } = this.#options;
    const attempts = await commands.hincrby(this.#attemptsKey(), id, 1);
    if (attempts > patience.maxAttempts) {
      return this.#fail(id, words, new Error("it ended the process each time"), attempts);
    }
    try {
      const entry = { id, message: decode(stream, words) };
      const [failure] = await this.#effect([entry]);
      if (failure) throw failure.error;
      this.#parked.delete(id);
    } catch (error) {
      if (isOutage(error)) {
        await commands.hincrby(this.#attemptsKey(), id, -1);
        this.#park(id, words, attempts - 1);
        throw error;
      }
      await this.#fail(id, words, error, attempts);
    }
  }

  /**
   * Does what the consumer is for and acknowledges what succeeded.
   *
   * @returns the entries that failed, each with its own error
   * @throws when an outage stopped it: what was not acknowledged is still pending and will be drained again
   */
  async #effect(entries: readonly Entry[]): Promise<Failure[]> {
    if (entries.length === 0) return [];
    const { batch, map } = this.#options.consumer;
    const startedAt = performance.now();
    try {
      if (batch) return await this.#batch(entries);
      return await (map ? this.#handOff(entries) : this.#oneByOne(entries));
    } finally {
      this.#options.stats.handled(entries.length, (performance.now() - startedAt) / 1000);
    }
  }

  async #oneByOne(entries: readonly Entry[]): Promise<Failure[]> {
    const { consumer, service } = this.#options;
    const failures: Failure[] = [];
    for (const entry of entries) {
      if (this.#stopping) break;
      try {
        await consumer.handler?.call(service, entry.message, entry);
        await this.#ack([entry]);
      } catch (error) {
        if (isOutage(error)) throw error;
        failures.push({ entry, error });
      }
    }
    return failures;
  }

  /** Halves a batch that fails until the entry at fault is alone: log2(n) extra calls for one bad entry. */
  async #batch(entries: readonly Entry[]): Promise<Failure[]> {
    const { consumer, service } = this.#options;
    try {
      await consumer.batch?.call(service, entries);
    } catch (error) {
      if (isOutage(error)) throw error;
      const [only] = entries;
      if (entries.length === 1 && only) return [{ entry: only, error }];
      const middle = entries.length >> 1;
      return [...(await this.#batch(entries.slice(0, middle))), ...(await this.#batch(entries.slice(middle)))];
    }
    await this.#ack(entries);
    return [];
  }

  async #handOff(entries: readonly Entry[]): Promise<Failure[]> {
    const { consumer, service, commands, stream } = this.#options;
    const { group, to, map } = consumer as Required<GroupForm>;
    const failures: Failure[] = [];
    const args: (string | number)[] = [];
    const ledgers = new Ledgers();
    for (const entry of entries) {
      try {
        const words = encode(to, map.call(service, entry.message, entry));
        args.push(entry.id, words.length, ...words);
        ledgers.add(sessionOf(entry.message));
      } catch (error) {
        failures.push({ entry, error });
      }
    }
    const count = entries.length - failures.length;
    const keys = [stream, to, this.#attemptsKey(), ...ledgers.keys];
    if (count > 0) await handOff(commands, keys, [group, "1", count, ...args, "normalised", ...ledgers.places]);
    return failures;
  }

  async #ack(entries: readonly Entry[]): Promise<void> {
    const { commands, stream, consumer } = this.#options;
    await acknowledge(commands, [stream, this.#attemptsKey()], [consumer.group, ...entries.map(({ id }) => id)]);
  }

  /** An entry failed by its own fault: park it for another attempt, or give it up. */
  async #fail(id: string, words: Words, error: unknown, attemptsBefore: number): Promise<void> {
    const { commands, patience, logger } = this.#options;
    if (error instanceof PoisonMessageError) return this.#deadLetter(id, words, error.reason, error, attemptsBefore);
    const attempts = attemptsBefore || (await commands.hincrby(this.#attemptsKey(), id, 1));
    if (attempts >= patience.maxAttempts) return this.#deadLetter(id, words, "HANDLER_FAILED", error, attempts);
    logger.warn({ ...this.#names(), entryId: id, attempts, err: error }, "entry failed, will be tried again alone");
    this.#park(id, words, attempts);
  }

  #park(id: string, words: Words, attempts: number): void {
    const wait = backoffMs(this.#options.patience.retry, Math.max(0, attempts - 1), Math.random());
    this.#parked.set(id, { words, attempts, dueAt: Date.now() + wait });
  }

  async #deadLetter(
    id: string,
    words: Words,
    reason: DeadLetterReason,
    error: unknown,
    attempts: number,
  ): Promise<void> {
    const { commands, stream, consumer, logger, stats } = this.#options;
    const fields = encode("ttlc:dlq", this.#letter(id, words, reason, error, attempts));
    const ledgers = new Ledgers();
    ledgers.add(sessionOf(fieldsOf(words)));
    const keys = [stream, "ttlc:dlq", this.#attemptsKey(), ...ledgers.keys];
    const args = [consumer.group, "0", 1, id, fields.length, ...fields, `dead:${consumer.group}`, ...ledgers.places];
    await handOff(commands, keys, args);
    this.#parked.delete(id);
    stats.deadLettered(reason);
    logger.error({ ...this.#names(), entryId: id, reason, attempts, err: error }, "entry moved to ttlc:dlq");
  }

  #letter(id: string, words: Words, reason: DeadLetterReason, error: unknown, attempts: number) {
    const { stream, consumer, service } = this.#options;
    const where = { stage: service.name, stream, group: consumer.group, entryId: id };
    return deadLetter(where, words, { reason, error, attempts }, new Date());
  }

  /** The entry's content is gone: what remains is to say so. XAUTOCLAIM takes it off the pending list by itself. */
  async #reportTrimmed(id: string, pending: "pending" | "no longer pending" = "pending"): Promise<void> {
    const error = new Error("the entry was trimmed before it was handled");
    if (pending === "pending") return this.#deadLetter(id, [], "TRIMMED", error, 0);
    const { commands, logger, stats } = this.#options;
    await commands.xadd("ttlc:dlq", "*", ...encode("ttlc:dlq", this.#letter(id, [], "TRIMMED", error, 0)));
    stats.deadLettered("TRIMMED");
    logger.error({ ...this.#names(), entryId: id, reason: "TRIMMED" }, "entry moved to ttlc:dlq");
  }

  /** After an error of Redis or an outage of what the handler needs: heal what can be healed, then wait. */
  async #recover(error: unknown): Promise<void> {
    if (this.#stopping) return;
    const { patience, logger, stats } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    this.#hold([]);
    stats.paused();
    this.#needsDrain = true;
    if (/^(NOGROUP|UNBLOCKED)|no such key/i.test(message)) this.#needsGroup = true;
    if (this.#outages === 0 || this.#outages % 50 === 0) {
      logger.warn({ ...this.#names(), err: error, attempt: this.#outages }, "reading paused, trying again");
    }
    await this.#sleep(backoffMs(patience.outage, this.#outages, Math.random()));
    this.#outages++;
  }

  #hold(ids: readonly string[]): void {
    this.#inFlight = ids;
    this.#options.stats.inFlight(ids.length);
  }

  async #renewClaims(): Promise<void> {
    const { commands, stream, consumer, name } = this.#options;
    const ids = [...this.#inFlight, ...this.#parked.keys()];
    if (ids.length === 0) return;
    await commands.xclaim(stream, consumer.group, name, 0, ...ids, "JUSTID").catch(() => {}); // the next renewal repairs it
  }

  #nextDueMs(): number {
    let next = this.#nextClaimAt;
    for (const { dueAt } of this.#parked.values()) next = Math.min(next, dueAt);
    return next - Date.now();
  }

  #attemptsKey(): string {
    return `ttlc:attempts:${this.#options.stream}:${this.#options.consumer.group}`;
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
