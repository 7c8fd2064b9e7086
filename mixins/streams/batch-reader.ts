import type { Redis } from "ioredis";
import type { Words } from "./codec.ts";
import type { Membership } from "./membership.ts";

/** An entry as Redis tells it; `null` words: it was trimmed while it was pending. */
export type RawEntry = [id: string, words: Words | null];

type Reply = [stream: string, entries: RawEntry[]][] | null;

/** Entries read or taken over at once. */
const BATCH_SIZE = 200;
/** What a batch should be at most, in characters, going by the entries before: some have half a million each. */
const BATCH_LENGTH = 8 * 2 ** 20;

/** Reads for one member of a group: while one batch is handled, the next is on its way. */
export class BatchReader {
  readonly #member: Membership;
  readonly #redis: Redis;
  #ahead: Promise<RawEntry[]> | undefined;
  #aheadIds: readonly string[] = [];
  /** Of the entries read last, on average, in characters. */
  #entryLength = BATCH_LENGTH / BATCH_SIZE;

  constructor(member: Membership, redis: Redis) {
    this.#member = member;
    this.#redis = redis;
  }

  /** Entries asked for at once: fewer while they are long. */
  get batchSize(): number {
    const most = this.#member.consumer.batchSize ?? BATCH_SIZE;
    return Math.max(1, Math.min(most, Math.floor(BATCH_LENGTH / this.#entryLength)));
  }

  /** Whether the next batch was asked for already. */
  get isAhead(): boolean {
    return this.#ahead !== undefined;
  }

  /** Of what was read ahead and is not handled yet: pending under our name. */
  get aheadIds(): readonly string[] {
    return this.#aheadIds;
  }

  /** Entries as they came, read or taken over: how many are asked for next depends on their length. */
  saw(entries: readonly RawEntry[]): void {
    const lengths = entries.flatMap(([, words]) => (words ? lengthOf(words) : []));
    if (lengths.length > 0) this.#entryLength = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
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
    const entries = ((await this.#redis.call("XREADGROUP", args)) as Reply)?.[0]?.[1] ?? [];
    this.saw(entries);
    return entries;
  }

  #let(): void {
    this.#ahead = undefined;
    this.#aheadIds = [];
  }
}

function lengthOf(words: Words): number {
  let length = 0;
  for (const word of words) length += word.length;
  return length;
}
