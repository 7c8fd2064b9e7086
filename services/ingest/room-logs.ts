import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "moleculer";
import type { RoomStatus } from "../../contracts/room.ts";
import { makeFolders } from "../../lib/make-folders.ts";
import { ledgerKey } from "../../mixins/streams/ledger.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { memoryBudget } from "./memory-queue.ts";
import { Publisher, type PublisherListener, type PublisherOptions } from "./publisher.ts";
import { RedisWatch } from "./redis-watch.ts";
import { forgetStreaks, type RoomRecord, readRoom, readStreaks, seed } from "./room-log.ts";
import { type Budget, Spool } from "./spool.ts";
import type { Spooled } from "./spool-frames.ts";
import type { Marks } from "./streaks.ts";

/** What storage knows of a room's newest live session. */
export interface LastSession {
  sessionId: string;
  at: string;
  seqNo: number;
  open: boolean;
}

export interface RoomLogsOptions {
  redis: Commands;
  logger: Service["logger"];
  /** A start for the counter of a room that Redis knows nothing of, and its last session as stored. */
  seedOf(streamId: string, floor: number): Promise<{ seed: number; last: LastSession | null }>;
  /** Folder of the spools, of this process alone. */
  spoolDir: string;
  /** What all of them may take; 0: there are none. */
  spoolMaxBytes: number;
  /** See PublisherOptions. */
  isOwner?: PublisherOptions["isOwner"];
  maxMessages?: number;
  maxPausedMs?: number;
  /** Entries that the normalizer or storage may have before it. (Default: 1,000,000) */
  maxBacklog?: number;
}

/** A room by its streamer. */
type BroadcastKey = Pick<RoomStatus, "uniqueId" | "simulated">;

const SUFFIX = ".spool";
const FORGET_BROADCAST_S = 7 * 24 * 3600;
const broadcastKey = ({ uniqueId, simulated }: BroadcastKey) =>
  `ttlc:broadcast:${simulated ? "simulated" : "live"}:${uniqueId}`;

/** A publisher, and how many have opened it and not released it. */
interface Log {
  publisher: Publisher;
  users: number;
}

/** The logs of all rooms of this process. A publisher outlives its users while anything waits in it. */
export class RoomLogs {
  readonly #options: RoomLogsOptions;
  readonly #logs = new Map<string, Log>();
  /** Of which rooms the log is about to be closed: the next one opens their spool only after that. */
  readonly #closing = new Map<string, Promise<void>>();
  readonly #budget: Budget;
  readonly #memory = memoryBudget();
  readonly #watch: RedisWatch;
  #canSpool = false;
  #fenced = 0;

  constructor(options: RoomLogsOptions) {
    this.#options = options;
    this.#budget = { max: options.spoolMaxBytes, used: 0 };
    const { redis, logger, maxBacklog } = options;
    const onHold = (isHeld: boolean) => {
      for (const { publisher } of this.#logs.values()) publisher.hold(isHeld);
    };
    this.#watch = new RedisWatch({ redis, logger, maxBacklog, onHold });
  }

  /** Publishes what an earlier process left on the disk, and watches Redis from now on. */
  async start(): Promise<void> {
    const { spoolDir, spoolMaxBytes, logger } = this.#options;
    this.#watch.start();
    if (spoolMaxBytes === 0) return;
    try {
      await makeFolders(spoolDir, 0o700);
      this.#canSpool = true;
      for (const file of await readdir(spoolDir)) {
        if (!file.endsWith(SUFFIX)) continue;
        const streamId = decodeURIComponent(file.slice(0, -SUFFIX.length));
        logger.warn({ streamId }, "publishing what an earlier process left in the spool");
        await this.#logOf(streamId).publisher.recover();
      }
    } catch (err) {
      logger.error({ spoolDir, err }, "the spool cannot be used: what Redis cannot take waits in memory");
    }
  }

  /** Messages that Redis refused, since another process had their room: what only its owner may say. */
  get fenced(): number {
    return this.#fenced;
  }

  /** The log of a room, which tells `listener`, if any, from now on. */
  open(streamId: string, listener?: PublisherListener): Publisher {
    const log = this.#logOf(streamId);
    log.users++;
    if (listener) log.publisher.attach(listener);
    return log.publisher;
  }

  /** Who has opened it publishes no more; what waits in it goes on. */
  async release(publisher: Publisher): Promise<void> {
    const log = this.#logs.get(publisher.streamId);
    if (log?.publisher !== publisher) return;
    log.users--;
    if (log.users === 0) publisher.attach();
    await this.#retire(log);
  }

  /** What is known of a room's last session: from Redis, or from storage when Redis knows nothing. */
  async past(streamId: string): Promise<RoomRecord | null> {
    return (await readRoom(this.#options.redis, streamId)) ?? (await this.#seed(streamId, 0));
  }

  /** What Redis keeps of a room's gift streaks. */
  streaks(streamId: string): Promise<Marks> {
    return readStreaks(this.#options.redis, streamId);
  }

  /** Facts of a session that others than its own actor have told, as far as its ledger says. */
  async posthumous(sessionId: string): Promise<number> {
    return Number((await this.#options.redis.hget(ledgerKey(sessionId), "posthumous")) ?? 0);
  }

  /** The broadcast in which a room was followed last, by any process; undefined: none for a week. */
  async broadcastOf(room: BroadcastKey): Promise<string | undefined> {
    return (await this.#options.redis.get(broadcastKey(room))) ?? undefined;
  }

  /** Not waited for: a Redis that takes nothing must not keep a room from being followed. */
  noteBroadcast(room: BroadcastKey, streamId: string): void {
    this.#options.redis.set(broadcastKey(room), streamId, "EX", FORGET_BROADCAST_S).catch(() => {});
  }

  /** It need not keep these any more; it may all the same. */
  forgetStreaks(streamId: string, fields: readonly string[]): void {
    forgetStreaks(this.#options.redis, streamId, fields).catch(() => {});
  }

  /** Puts what waits in memory on the disk, or gives it up. */
  async stop(): Promise<void> {
    this.#watch.stop();
    for (const log of this.#logs.values()) this.#close(log);
    await Promise.all(this.#closing.values());
  }

  /** Closes it if nobody needs it: nothing waits, and nobody may publish. */
  async #retire(log: Log): Promise<void> {
    const { publisher, users } = log;
    if (users > 0 || !publisher.isIdle || this.#logs.get(publisher.streamId) !== log) return;
    this.#close(log);
    await this.#closing.get(publisher.streamId);
  }

  #close({ publisher }: Log): void {
    const { streamId } = publisher;
    this.#logs.delete(streamId);
    const closing = this.#closed(publisher).finally(() => {
      if (this.#closing.get(streamId) === closing) this.#closing.delete(streamId);
    });
    this.#closing.set(streamId, closing);
  }

  async #closed(publisher: Publisher): Promise<void> {
    const { streamId } = publisher;
    const { logger } = this.#options;
    try {
      const givenUp = await publisher.close();
      if (!givenUp) return;
      const { messages, facts, error: err } = givenUp;
      logger.error({ streamId, messages, facts, err }, "given up: neither Redis nor the disk took them");
    } catch (err) {
      logger.error({ streamId, err }, "the spool could not be closed");
    }
  }

  #logOf(streamId: string): Log {
    const known = this.#logs.get(streamId);
    if (known) return known;
    const { redis, maxMessages, maxPausedMs, isOwner } = this.#options;
    const closed = this.#closing.get(streamId);
    const publisher = new Publisher({
      redis,
      streamId,
      reseed: async (floor) => {
        await this.#seed(streamId, floor);
      },
      ...(this.#canSpool
        ? {
            openSpool: async (onMessage) => {
              await closed;
              return this.#openSpool(streamId, onMessage);
            },
          }
        : {}),
      memory: this.#memory,
      ...(isOwner ? { isOwner } : {}),
      maxMessages,
      maxPausedMs,
      onIdle: () => void this.#retire(log),
      onFenced: (messages) => {
        this.#fenced += messages;
        this.#options.logger.warn({ streamId, messages }, "refused: another process has the room, and speaks for it");
      },
    });
    publisher.hold(this.#watch.isHeld);
    const log: Log = { publisher, users: 0 };
    this.#logs.set(streamId, log);
    return log;
  }

  async #openSpool(streamId: string, onMessage: (message: Spooled) => void): Promise<Spool> {
    const { spoolDir, logger } = this.#options;
    const spool = await Spool.open(join(spoolDir, encodeURIComponent(streamId) + SUFFIX), this.#budget, onMessage);
    if (spool.cutOff > 0)
      logger.error({ streamId, bytes: spool.cutOff }, "the end of a spool is damaged and was cut off");
    return spool;
  }

  async #seed(streamId: string, floor: number): Promise<RoomRecord | null> {
    const { redis, seedOf } = this.#options;
    const surviving = (await readRoom(redis, streamId))?.seqNo ?? 0;
    const { seed: start, last } = await seedOf(streamId, Math.max(floor, surviving));
    await seed(redis, streamId, start);
    if (!last) return null;
    return { seqNo: last.seqNo, sessionId: last.sessionId, lastAt: last.at, cutAt: last.open ? null : last.at };
  }
}
