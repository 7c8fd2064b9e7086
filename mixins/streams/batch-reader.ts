import type { Redis } from "ioredis";
import type { Words } from "./codec.ts";
import type { Membership } from "./membership.ts";

/** An entry as Redis tells it; `null` words: it was trimmed while it was pending. */
export type RawEntry = [id: string, words: Words | null];

type Reply = [stream: string, entries: RawEntry[]][] | null;

/** Entries read or taken over at once. */
const BATCH_SIZE = 200;

/** Reads for one member of a group: while one batch is handled, the next is on its way. */
export class BatchReader {
  readonly #member: Membership;
  readonly #redis: Redis;
  #ahead: Promise<RawEntry[]> | undefined;
  #aheadIds: readonly string[] = [];

  constructor(member: Membership, redis: Redis) {
    this.#member = member;
    this.#redis = redis;
  }

  get batchSize(): number {
    return this.#member.consumer.batchSize ?? BATCH_SIZE;
  }

  /** Whether the next batch was asked for already. */
  get isAhead(): boolean {
    return this.#ahead !== undefined;
  }

  /** Of what was read ahead and is not handled yet: pending under our name. */
  get aheadIds(): readonly string[] {
    return this.#aheadIds;
  }

  /** What was read ahead, else what is new, waited for up to `blockMs`. */
  async next(blockMs: number): Promise<RawEntry[]> {
    const ahead = this.#ahead;
    if (!ahead) return this.#read(["BLOCK", Math.max(1, blockMs)], ">");
    try {
      return await ahead;
    } finally {
      this.#let();
    }
  }

  /** Asks for the next batch, without waiting for entries to come. */
  readAhead(): void {
    const ahead = this.#read([], ">");
    this.#ahead = ahead;
    ahead.then(
      (entries) => {
        if (this.#ahead === ahead) this.#aheadIds = entries.map(([id]) => id);
      },
      () => {}, // whoever takes it is told
    );
  }

  /** What was read ahead is left pending: `pending` tells it again. */
  async forgetAhead(): Promise<void> {
    await this.#ahead?.catch(() => {});
    this.#let();
  }

  /** What was given to us before and is not acknowledged, above `after`. */
  pending(after: string): Promise<RawEntry[]> {
    return this.#read([], after);
  }

  async #read(block: readonly (string | number)[], after: string): Promise<RawEntry[]> {
    const { stream, consumer, name } = this.#member;
    const args = ["GROUP", consumer.group, name, "COUNT", this.batchSize, ...block, "STREAMS", stream, after];
    return ((await this.#redis.call("XREADGROUP", args)) as Reply)?.[0]?.[1] ?? [];
  }

  #let(): void {
    this.#ahead = undefined;
    this.#aheadIds = [];
  }
}
