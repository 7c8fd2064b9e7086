import type { Entry } from "../../lib/define-service.ts";
import { isOutage } from "../../lib/errors.ts";
import { encodeRow, type Row } from "./codec.ts";
import { Ledgers, sessionOf } from "./ledger.ts";
import { attemptsKey, floorKey, type GroupForm, type Membership } from "./membership.ts";
import { packRows } from "./pack.ts";
import { loadScript } from "./script.ts";

const handOff = loadScript(new URL("lua/hand-off.lua", import.meta.url));
const acknowledge = loadScript(new URL("lua/ack.lua", import.meta.url));

/** An entry and why it failed. */
interface Failure {
  entry: Entry;
  error: unknown;
}

/** What a consumer is for, in whichever form it says so, and the acknowledgement after it. */
export class Effect {
  readonly #member: Membership;
  readonly #isStopping: () => boolean;

  constructor(member: Membership, isStopping: () => boolean) {
    this.#member = member;
    this.#isStopping = isStopping;
  }

  /**
   * Does what the consumer is for and acknowledges what succeeded.
   *
   * @returns the entries that failed, each with its own error
   * @throws when an outage stopped it: what was not acknowledged is still pending and will be drained again
   */
  async of(entries: readonly Entry[]): Promise<Failure[]> {
    if (entries.length === 0) return [];
    const { batch, map } = this.#member.consumer;
    const startedAt = performance.now();
    try {
      if (batch) return await this.#batch(entries);
      return await (map ? this.#handOff(entries) : this.#oneByOne(entries));
    } finally {
      this.#member.stats.handled(entries.length, (performance.now() - startedAt) / 1000);
    }
  }

  async #oneByOne(entries: readonly Entry[]): Promise<Failure[]> {
    const { consumer, service } = this.#member;
    const failures: Failure[] = [];
    for (const entry of entries) {
      if (this.#isStopping()) break;
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
    const { consumer, service } = this.#member;
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
    const { consumer, service, commands, stream } = this.#member;
    const { group, to, map } = consumer as Required<GroupForm>;
    const failures: Failure[] = [];
    const moved: Row[] = [];
    const ledgers = new Ledgers();
    for (const entry of entries) {
      try {
        const before = [entry.id, ledgers.placeOf(sessionOf(entry.message))];
        moved.push(encodeRow(before, to, map.call(service, entry.message, entry)));
      } catch (error) {
        failures.push({ entry, error });
      }
    }
    const keys = [stream, to, attemptsKey(this.#member), floorKey(to), ...ledgers.keys];
    if (moved.length > 0) await handOff(commands, keys, [group, "1", "normalised", packRows(moved)]);
    return failures;
  }

  async #ack(entries: readonly Entry[]): Promise<void> {
    const { commands, stream, consumer } = this.#member;
    await acknowledge(commands, [stream, attemptsKey(this.#member)], [consumer.group, ...entries.map(({ id }) => id)]);
  }
}
