import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { StreamName } from "../../contracts/streams.ts";
import { Random } from "../../simulator/random.ts";
import { patientClient } from "./archive.ts";
import { type EntryFields, eventPoisonEntry, goodEntry, poisonEntry } from "./entries.ts";

/** Every so many entries one is poison. */
const POISON_EVERY = 25;
const TICK_MS = 50;
/** How many come in each tick while a fault says so. */
const POISON_PER_TICK = 10;

/**
 * Adds entries to ttlc:raw without ingest, and poison to ttlc:raw and ttlc:events. What is not confirmed is sent again,
 * as a producer must; storing it once is the business of the pipeline.
 */
export class Producer {
  readonly confirmed: { stream: StreamName; id: string }[] = [];
  attempted = 0;
  readonly #redis: Redis;
  readonly #random: Random;
  readonly #perTick: number;
  #seqNo = 0;
  #poisons = 0;
  #isPoisonous = false;
  #stopped = false;
  #done: Promise<void> = Promise.resolve();

  constructor(url: string, { seed, rate }: { seed: number; rate: number }) {
    this.#redis = patientClient(url, 2_000);
    this.#random = new Random(`producer ${seed}`);
    this.#perTick = Math.max(1, Math.round((rate * TICK_MS) / 1_000));
  }

  start(): void {
    this.#done = this.#run();
  }

  /** Much poison among the entries, from now on or no longer. */
  poison(much: boolean): void {
    this.#isPoisonous = much;
  }

  /** Resolves once everything that was attempted is confirmed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    this.#redis.disconnect();
  }

  /** Gives up. */
  close(): void {
    this.#stopped = true;
    this.#redis.disconnect();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const entries: [StreamName, EntryFields][] = [];
      for (let i = 0; i < this.#perTick; i++) entries.push(this.#next());
      for (let i = 0; this.#isPoisonous && i < POISON_PER_TICK; i++) entries.push(this.#nextPoison());
      await Promise.all(entries.map(([stream, fields]) => this.#add(stream, fields)));
      await sleep(TICK_MS);
    }
  }

  #next(): [StreamName, EntryFields] {
    this.#seqNo++;
    if (this.#seqNo % POISON_EVERY === 0) return this.#nextPoison();
    return ["ttlc:raw", goodEntry(this.#random, "direct", this.#seqNo, new Date())];
  }

  #nextPoison(): [StreamName, EntryFields] {
    const i = this.#poisons++;
    if (i % 5 === 4) return ["ttlc:events", eventPoisonEntry(i)];
    return ["ttlc:raw", poisonEntry(i, "direct", ++this.#seqNo, new Date())];
  }

  async #add(stream: StreamName, fields: EntryFields): Promise<void> {
    this.attempted++;
    for (;;) {
      try {
        // ttlc:events is storage's to make: its positions must go on from what is stored
        const where = stream === "ttlc:events" ? ["NOMKSTREAM"] : [];
        const id = (await this.#redis.call("XADD", stream, ...where, "*", ...Object.entries(fields).flat())) as string;
        if (id !== null) this.confirmed.push({ stream, id });
        return;
      } catch (error) {
        if (this.#redis.status === "end") throw error;
        await sleep(100);
      }
    }
  }
}
