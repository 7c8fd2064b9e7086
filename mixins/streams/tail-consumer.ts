import type { Redis } from "ioredis";
import type { Service } from "moleculer";
import type { StreamName } from "../../contracts/streams.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Entry } from "../../lib/define-service.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { decode, type Words } from "./codec.ts";
import { BLOCK_MS, connected } from "./connection.ts";
import type { Patience } from "./patience.ts";
import { pairs } from "./reply.ts";

/** A tail that nobody has read for this long belongs to a node that is gone for good. */
const REAP_IDLE_MS = 3_600_000;

/** How often we look whether the stream is there. */
const ABSENT_MS = 100;

/** The tail form of `consumes` (lib/define-service.ts) seen from inside. */
export interface TailForm {
  tail: string;
  batch(entries: readonly Entry[]): void | Promise<void>;
  catchUp(): Promise<void>;
}

export interface TailConsumerOptions {
  stream: StreamName;
  consumer: TailForm;
  /** `this` of its handlers. */
  service: object;
  /** `<tail>:<nodeID>`: the same after a restart of the node, so that groups do not pile up. */
  group: string;
  commands: Redis;
  reader: Redis;
  logger: Service["logger"];
  patience: Patience;
}

/**
 * Follows the present of a stream for one instance (DESIGN rule 5): a group of its own that starts at the end, never
 * acknowledges and holds nothing back. Whatever it may have missed, its service fetches in `catchUp`, before every
 * first read after a connect or a lost group, and when the janitor was faster.
 */
export class TailConsumer {
  readonly #options: TailConsumerOptions;
  #stopping = false;
  #stopped = Promise.resolve();
  #behind = true;
  /**
   * How many entries the stream had had when it had what we read last. While no more of them were removed, nothing was
   * removed that we have not read: entries go from the oldest on.
   */
  #seen = 0;
  #outages = 0;
  #readerId = 0;

  constructor(options: TailConsumerOptions) {
    this.#options = options;
  }

  start(): void {
    const { reader } = this.#options;
    reader.on("ready", async () => {
      this.#behind = true;
      this.#readerId = await reader.client("ID").catch(() => 0);
    });
    this.#stopped = this.#run();
  }

  async stop(): Promise<void> {
    const { commands, reader, stream, group, patience } = this.#options;
    this.#stopping = true;
    if (reader.status !== "ready") reader.disconnect(); // else it is in the middle of a read
    const unblocking = setInterval(() => void commands.client("UNBLOCK", this.#readerId).catch(() => {}), 50);
    await Promise.race([this.#stopped, delay(patience.drainMs)]);
    clearInterval(unblocking);
    await commands.xgroup("DESTROY", stream, group).catch(() => {}); // a peer reaps it later
    reader.disconnect();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await connected(this.#options.reader);
      if (this.#stopping) break;
      try {
        if (this.#behind) await this.#catchUp();
        else await this.#read();
        this.#outages = 0;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /**
   * The group first, so that what comes while we catch up is delivered after it. A group that is there already is put at
   * the end too, in one step with the count: what it had still to deliver is part of what we catch up on.
   */
  async #catchUp(): Promise<void> {
    const { commands, stream, group, consumer, service } = this.#options;
    // Whoever owns the stream's positions creates it (hand-off.lua waits for that too); there is nothing to follow yet.
    if ((await commands.exists(stream)) === 0) return delay(ABSENT_MS);
    const replies = await commands
      .multi()
      .xgroup("CREATE", stream, group, "$") // fails where it is there already
      .xgroup("SETID", stream, group, "$")
      .xinfo("STREAM", stream)
      .exec();
    const [, , info] = (replies ?? []).map(([error, reply], i) => {
      if (error && i > 0) throw error;
      return reply;
    });
    this.#seen = extent(info).added;
    await this.#reapIdleTails();
    this.#behind = false;
    await consumer.catchUp.call(service);
  }

  async #read(): Promise<void> {
    const { reader, stream, group, consumer, service, logger } = this.#options;
    const [reply, info] = (await Promise.all([
      reader.xreadgroup(
        ...(["GROUP", group, "tail", "COUNT", 500, "BLOCK", BLOCK_MS, "NOACK", "STREAMS", stream, ">"] as const),
      ),
      reader.xinfo("STREAM", stream), // the connection answers it once it has answered the read
    ])) as [[string, [string, Words][]][] | null, unknown];
    if (!reply?.[0]) return;
    const unread = extent(info).removed - this.#seen;
    if (unread > 0) {
      logger.info({ stream, group, entries: unread }, "entries were trimmed before they were read, catching up");
      this.#behind = true;
      return;
    }
    this.#seen += reply[0][1].length;
    const entries: Entry[] = [];
    for (const [id, words] of reply[0][1]) {
      try {
        entries.push({ id, message: decode(stream, words) });
      } catch (error) {
        if (!(error instanceof PoisonMessageError)) throw error;
        logger.warn({ stream, group, entryId: id, err: error }, "skipped an entry that breaks the contract");
      }
    }
    if (entries.length > 0) await consumer.batch.call(service, entries);
  }

  /** Tails of nodes that never came back; they hold nothing, but each costs a little. */
  async #reapIdleTails(): Promise<void> {
    const { commands, stream, group, consumer } = this.#options;
    for (const list of (await commands.xinfo("GROUPS", stream)) as unknown[][]) {
      const name = String(pairs(list).name);
      if (name === group || !name.startsWith(`${consumer.tail}:`)) continue;
      const members = ((await commands.xinfo("CONSUMERS", stream, name)) as unknown[][]).map(pairs);
      if (members.length > 0 && members.every(({ idle }) => Number(idle) > REAP_IDLE_MS)) {
        await commands.xgroup("DESTROY", stream, name);
      }
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (this.#stopping) return;
    const { stream, group, patience, logger } = this.#options;
    this.#behind = true;
    if (this.#outages === 0) logger.warn({ stream, group, err: error }, "tail paused, trying again");
    await delay(backoffMs(patience.outage, this.#outages++, Math.random()));
  }
}

/** How many entries a stream ever had, and how many of them are gone, by XINFO STREAM. */
function extent(info: unknown): { added: number; removed: number } {
  const { length, "entries-added": added } = pairs(info as unknown[]);
  return { added: Number(added), removed: Number(added) - Number(length) };
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
