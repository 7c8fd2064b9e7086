import type { ReplayPlace, StoredReplay } from "../../contracts/replay.ts";
import { placeOf } from "../../lib/replay-order.ts";
import { ledgerKey } from "../../mixins/streams/ledger.ts";
import { pack } from "../../mixins/streams/pack.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import type { ReplayMessage } from "./providers/replay.ts";

const publishReplay = loadScript(new URL("lua/publish-replay.lua", import.meta.url));
const leave = loadScript(new URL("lua/leave-replay.lua", import.meta.url));

/** A replay that was not renewed for this long is nobody's: what a take-over waits for after a kill. */
export const EXPIRY_MS = 6_000;
const FORGET_S = 24 * 3600;
const FORGET_LEDGER_S = 30 * 24 * 3600;

/** Another process has the replay, or it is over. */
export class NotOwnerError extends Error {
  override name = "NotOwnerError";
}

/** The messages do not follow the last one: Redis has the replay at another place. */
export class MovedError extends Error {
  override name = "MovedError";
  readonly at: ReplayPlace;
  constructor(at: ReplayPlace) {
    super("the replay is at another place");
    this.at = at;
  }
}

/** What one process has of a replay in Redis: the right to go on with it, and where it is. */
export class ReplayLog {
  readonly #redis: Commands;
  readonly #replay: Pick<StoredReplay, "sessionId" | "streamId">;
  readonly #token: string;

  /** @param token of this acquisition */
  constructor(redis: Commands, replay: Pick<StoredReplay, "sessionId" | "streamId">, token: string) {
    this.#redis = redis;
    this.#replay = replay;
    this.#token = token;
  }

  /**
   * Takes the replay, unless another process has it.
   *
   * @param known where to begin, and how many were published, if Redis does not know the replay
   * @returns the place to go on after, null: it is another's
   */
  async claim(known: { at: ReplayPlace; published: number }): Promise<ReplayPlace | null> {
    const [hash, owner] = this.#keys;
    if ((await this.#redis.set(owner, this.#token, "PX", EXPIRY_MS, "NX")) !== "OK") return null;
    await this.#redis.hsetnx(hash, "published", known.published);
    await this.#redis.hsetnx(hash, "at", written(known.at));
    await this.#redis.expire(hash, FORGET_S);
    return read((await this.#redis.hget(hash, "at")) as string);
  }

  /**
   * Appends messages that follow `after`; sent again, it appends nothing.
   *
   * @returns how many were published so far
   * @throws NotOwnerError, MovedError; an outage, after which it may be sent again
   */
  async append(messages: readonly ReplayMessage[], after: ReplayPlace, now: Date): Promise<number> {
    const newest = messages.at(-1);
    const last = newest ? placeOf(newest) : after;
    const { streamId, sessionId } = this.#replay;
    const isFirst = after.seqNo < 0 ? 1 : 0;
    const ownership = [this.#token, EXPIRY_MS, FORGET_S, FORGET_LEDGER_S, written(after), written(last), isFirst];
    const words: string[] = [];
    for (const { seq_no, timestamp_ms, facts, data } of messages) {
      words.push(seq_no, new Date(Math.round(timestamp_ms)).toISOString(), facts, data);
    }
    const args = [...ownership, streamId, sessionId, now.toISOString(), pack(words)];
    const [hash, owner] = this.#keys;
    try {
      return (await publishReplay(this.#redis, ["ttlc:raw", hash, owner, ledgerKey(sessionId)], args)) as number;
    } catch (error) {
      throw meaning(error);
    }
  }

  /** Says that the replay still is ours. @throws as `append` */
  renew(): Promise<number> {
    return this.append([], START, new Date(0));
  }

  /** Leaves the replay to whoever wants it. */
  async release(): Promise<void> {
    await leave(this.#redis, [this.#keys[1]], [this.#token]).catch(() => {}); // it expires by itself
  }

  get #keys(): readonly [hash: string, owner: string] {
    return keysOf(this.#replay.sessionId);
  }
}

/** Before the first event of a room. */
const START: ReplayPlace = { seqNo: -1, eventId: "" };

/** How many a replay has published, as far as Redis knows it. */
export async function publishedOf(redis: Commands, sessionId: string): Promise<number> {
  return Number((await redis.hget(keysOf(sessionId)[0], "published")) ?? 0);
}

/** Takes a replay from whoever has it. */
export async function evict(redis: Commands, sessionId: string): Promise<void> {
  await redis.del(keysOf(sessionId)[1]);
}

const keysOf = (sessionId: string) => [`ttlc:replay:${sessionId}`, `ttlc:replay:${sessionId}:owner`] as const;

const written = ({ seqNo, eventId }: ReplayPlace) => `${seqNo} ${eventId}`;

function read(at: string): ReplayPlace {
  const [seqNo, eventId = ""] = at.split(" ");
  return { seqNo: Number(seqNo), eventId };
}

function meaning(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  if (message.startsWith("NOTOWNER")) return new NotOwnerError();
  const moved = /^MOVED (\S+ \S*)/.exec(message);
  return moved ? new MovedError(read(moved[1] as string)) : error;
}
