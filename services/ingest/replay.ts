import type { ReplayPlace, ReplaySpeed, StoredReplay } from "../../contracts/replay.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { isOutage } from "../../lib/errors.ts";
import { placeOf } from "../../lib/replay-order.ts";
import type { ReplayMessage } from "./providers/replay.ts";
import { EXPIRY_MS, MovedError, NotOwnerError, type ReplayLog } from "./replay-log.ts";
import { ReplayPace } from "./replay-pace.ts";

/** Published at once, at most: so many messages, and about so many bytes unless one is larger. */
const BATCH_MESSAGES = 100;
const BATCH_CHARACTERS = 2 ** 20;
/** Batches on their way at a time: Redis appends one while the next is written. */
const IN_FLIGHT = 2;
/**
 * Entries that may wait for the normalizer, storage and the rules, those of live rooms included: what happens now queues
 * behind ours, so this decides what a replay costs it (docs/benchmarks.md). More makes no replay faster.
 */
const MAX_BACKLOG = 200;
const LOOK_MS = 5;
/** Longest the replay is silent: then it says that it still is ours. */
const RENEW_MS = EXPIRY_MS / 4;

const outage = { initialMs: 100, maxMs: 2_000, multiplier: 2, jitter: 0.2 };

export interface ReplayClock {
  /** Unix ms. */
  now(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

export interface ReplayOptions {
  replay: StoredReplay;
  log: Pick<ReplayLog, "claim" | "append" | "renew" | "release">;
  /** Whether it is still to be gone on with: asked once it is ours. */
  isWanted(): Promise<boolean>;
  /** The next messages after a place, none at the end. */
  read(after: ReplayPlace): Promise<ReplayMessage[]>;
  /** Entries that wait for the normalizer, for storage and for the rules. */
  backlog(): Promise<number>;
  clock: ReplayClock;
  /** Once per outage. */
  onOutage(error: unknown): void;
}

/** over: all is published · elsewhere: another process has it, or nobody may go on with it */
export type ReplayOutcome = "over" | "elsewhere";

/** One stored session, or several of a broadcast, on its way to ttlc:raw: in order, spaced, no faster than it is handled. */
export class Replay {
  readonly #options: ReplayOptions;
  /** Begins anew whenever sending does. */
  #pace: ReplayPace;
  #speed: ReplaySpeed;
  published = 0;
  /** The room's time of the last message sent, Unix ms; undefined before the first. */
  reachedAt: number | undefined;
  /** In a row. */
  #failures = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#speed = options.replay.speed;
    this.#pace = new ReplayPace(this.#speed);
    this.published = options.replay.published;
  }

  /** From now on; a wait that is under way notices within RENEW_MS. */
  setSpeed(speed: ReplaySpeed): void {
    this.#speed = speed;
    this.#pace.setSpeed(speed, this.#options.clock.now());
  }

  /** @throws what is no outage, and AbortError once `signal` aborts */
  async run(signal: AbortSignal): Promise<ReplayOutcome> {
    const { log, replay } = this.#options;
    try {
      let at = await this.#patiently(signal, () => log.claim({ at: replay.seen, published: replay.published }));
      if (!at || !(await this.#patiently(signal, () => this.#options.isWanted()))) return "elsewhere";
      while (at) at = await this.#sendFrom(at, signal);
      return "over";
    } catch (error) {
      if (error instanceof NotOwnerError) return "elsewhere";
      throw error;
    } finally {
      await log.release();
    }
  }

  /**
   * Sends all that follows `start`. Resolves with null at the end, or with the place to go on after: an outage leaves open
   * whether messages were appended, and then Redis says where it is.
   */
  async #sendFrom(start: ReplayPlace, signal: AbortSignal): Promise<ReplayPlace | null> {
    this.#pace = new ReplayPace(this.#speed);
    let sent = start;
    let last = start;
    const inFlight: Promise<void>[] = [];
    const send = async (batch: readonly ReplayMessage[], after: ReplayPlace, end: ReplayPlace) => {
      this.published = await this.#options.log.append(batch, after, new Date(this.#options.clock.now()));
      sent = end;
      this.#failures = 0;
      this.reachedAt = batch.reduce((latest, { timestamp_ms }) => Math.max(latest, timestamp_ms), this.reachedAt ?? 0);
    };
    try {
      for (let reading = this.#read(start, signal); ; ) {
        const page = await reading;
        const newest = page.at(-1);
        const end = newest && placeOf(newest);
        if (end) reading = this.#read(end, signal); // while this page is sent
        for (let from = 0; from < page.length; ) {
          const batch = await this.#due(page, from, signal, () => Promise.all(inFlight));
          const place = placeOf(batch.at(-1) as ReplayMessage);
          const sending = send(batch, last, place);
          sending.catch(() => {}); // seen below, in its turn
          inFlight.push(sending);
          if (inFlight.length === IN_FLIGHT) await inFlight.shift();
          last = place;
          from += batch.length;
        }
        if (end) continue;
        await Promise.all(inFlight);
        return null;
      }
    } catch (error) {
      await Promise.allSettled(inFlight);
      if (error instanceof MovedError) return error.at;
      if (!isOutage(error)) throw error;
      if (this.#failures === 0) this.#options.onOutage(error);
      await this.#options.clock.sleep(backoffMs(outage, this.#failures++, Math.random()), signal);
      return sent;
    }
  }

  #read(after: ReplayPlace, signal: AbortSignal): Promise<ReplayMessage[]> {
    const reading = this.#patiently(signal, () => this.#options.read(after));
    reading.catch(() => {}); // whoever waits for it is told; nobody may
    return reading;
  }

  /**
   * Waits for the next messages to be due and for room behind them. Resolves with one at least.
   *
   * @param sent that those before them were appended: made sure of before it waits
   */
  async #due(
    page: readonly ReplayMessage[],
    from: number,
    signal: AbortSignal,
    sent: () => Promise<unknown>,
  ): Promise<ReplayMessage[]> {
    const { clock } = this.#options;
    const first = page[from] as ReplayMessage;
    let renewedAt = clock.now();
    for (;;) {
      const waitMs = this.#pace.waitMs(first.received_ms, clock.now());
      const isFull = waitMs === 0 && (await this.#patiently(signal, () => this.#options.backlog())) > MAX_BACKLOG;
      if (waitMs === 0 && !isFull) break;
      await sent();
      await clock.sleep(isFull ? LOOK_MS : Math.min(waitMs, RENEW_MS), signal);
      if (clock.now() - renewedAt < RENEW_MS) continue;
      await this.#patiently(signal, () => this.#options.log.renew());
      renewedAt = clock.now();
    }
    const now = clock.now();
    const batch = [first];
    let characters = first.data.length;
    for (let i = from + 1; i < page.length && batch.length < BATCH_MESSAGES; i++) {
      const message = page[i] as ReplayMessage;
      characters += message.data.length;
      if (characters > BATCH_CHARACTERS || this.#pace.waitMs(message.received_ms, now) > 0) break;
      batch.push(message);
    }
    return batch;
  }

  /** Tries again while Redis or Postgres is away. */
  async #patiently<Result>(signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await task();
      } catch (error) {
        if (!isOutage(error)) throw error;
        if (attempt === 0) this.#options.onOutage(error);
        await this.#options.clock.sleep(backoffMs(outage, attempt, Math.random()), signal);
      }
    }
  }
}
