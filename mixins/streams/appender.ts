import type { Redis } from "ioredis";
import type { StreamName } from "../../contracts/streams.ts";
import type { Row } from "./codec.ts";
import { packRows } from "./pack.ts";
import { loadScript } from "./script.ts";

const append = loadScript(new URL("lua/append.lua", import.meta.url));

/** Messages in one call, which Redis does without a break. */
const MOST = 500;

interface Call {
  rows: Row[];
  settle: PromiseWithResolvers<string>[];
}

/**
 * Appends messages, those of one moment and stream in one call: a command for each costs a quarter of what a whole stage
 * does. They stay in order, but for calls that are under way while Redis loses its scripts, as in a restart.
 */
export class Appender {
  readonly #redis: Redis;
  readonly #calls = new Map<StreamName, Call>();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Resolves with the entry's id. Rejects when Redis did not take it, or did so and its answer was lost. */
  append(stream: StreamName, row: Row): Promise<string> {
    const call = this.#callOf(stream);
    call.rows.push(row);
    const settle = Promise.withResolvers<string>();
    call.settle.push(settle);
    if (call.settle.length >= MOST) this.#calls.delete(stream);
    return settle.promise;
  }

  /** The one that is being filled: until it is full, or whoever fills it has awaited something. */
  #callOf(stream: StreamName): Call {
    let call = this.#calls.get(stream);
    if (call) return call;
    call = { rows: [], settle: [] };
    this.#calls.set(stream, call);
    queueMicrotask(() => void this.#send(stream, call));
    return call;
  }

  async #send(stream: StreamName, call: Call): Promise<void> {
    if (this.#calls.get(stream) === call) this.#calls.delete(stream);
    try {
      const ids = (await append(this.#redis, [stream], [packRows(call.rows)])) as string[];
      for (const [i, { resolve }] of call.settle.entries()) resolve(ids[i] as string);
    } catch (error) {
      for (const { reject } of call.settle) reject(error);
    }
  }
}
