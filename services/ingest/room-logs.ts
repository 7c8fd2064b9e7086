import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "moleculer";
import { makeFolders } from "../../lib/make-folders.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { Publisher, type PublisherListener } from "./publisher.ts";
import { RedisWatch } from "./redis-watch.ts";
import { type RoomRecord, readRoom, seed } from "./room-log.ts";
import { type Budget, Spool } from "./spool.ts";
import type { Spooled } from "./spool-frames.ts";

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
  maxMessages?: number;
  maxPausedMs?: number;
  /** Entries that the normalizer or storage may have before it. (Default: 1,000,000) */
  maxBacklog?: number;
}

const SUFFIX = ".spool";

/** The logs of all rooms of this process. A publisher outlives its room while anything waits in it. */
export class RoomLogs {
  readonly #options: RoomLogsOptions;
  readonly #publishers = new Map<string, Publisher>();
  readonly #budget: Budget;
  readonly #watch: RedisWatch;
  #canSpool = false;

  constructor(options: RoomLogsOptions) {
    this.#options = options;
    this.#budget = { max: options.spoolMaxBytes, used: 0 };
    const { redis, logger, maxBacklog } = options;
    const onHold = (isHeld: boolean) => {
      for (const publisher of this.#publishers.values()) publisher.hold(isHeld);
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
        await this.#publisherOf(streamId).recover();
      }
    } catch (err) {
      logger.error({ spoolDir, err }, "the spool cannot be used: what Redis cannot take waits in memory");
    }
  }

  /** The log of a room, which tells `listener`, if any, from now on. */
  open(streamId: string, listener?: PublisherListener): Publisher {
    const publisher = this.#publisherOf(streamId);
    if (listener) publisher.attach(listener);
    return publisher;
  }

  /** Nobody publishes to it for now; what waits in it goes on. */
  async release(publisher: Publisher): Promise<void> {
    publisher.attach();
    if (!publisher.isIdle) return;
    this.#publishers.delete(publisher.streamId);
    await this.#close(publisher);
  }

  /** What is known of a room's last session: from Redis, or from storage when Redis knows nothing. */
  async past(streamId: string): Promise<RoomRecord | null> {
    return (await readRoom(this.#options.redis, streamId)) ?? (await this.#seed(streamId, 0));
  }

  /** Puts what waits in memory on the disk, or gives it up. */
  async stop(): Promise<void> {
    this.#watch.stop();
    await Promise.all([...this.#publishers.values()].map((publisher) => this.#close(publisher)));
    this.#publishers.clear();
  }

  async #close(publisher: Publisher): Promise<void> {
    const { streamId } = publisher;
    const givenUp = await publisher.close();
    if (!givenUp) return;
    const { messages, facts, error: err } = givenUp;
    this.#options.logger.error({ streamId, messages, facts, err }, "given up: neither Redis nor the disk took them");
  }

  #publisherOf(streamId: string): Publisher {
    const known = this.#publishers.get(streamId);
    if (known) return known;
    const { redis, maxMessages, maxPausedMs } = this.#options;
    const publisher = new Publisher({
      redis,
      streamId,
      reseed: async (floor) => {
        await this.#seed(streamId, floor);
      },
      ...(this.#canSpool ? { openSpool: (onMessage) => this.#openSpool(streamId, onMessage) } : {}),
      maxMessages,
      maxPausedMs,
    });
    publisher.hold(this.#watch.isHeld);
    this.#publishers.set(streamId, publisher);
    return publisher;
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
