import type { Redis } from "ioredis";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { parseJson } from "../json.ts";
import { eventLine } from "./event-line.ts";

const STREAM = "ttlc:events";
/** Longest wait of one read. */
const BLOCK_MS = 5000;

/**
 * Prints the events of a room as they come, until it is stopped or Redis refuses. Reads beside all groups: it
 * acknowledges nothing and holds nothing back.
 */
export class Tail {
  readonly #redis: Redis;
  readonly #ended: Promise<void>;
  #stopped = false;

  /**
   * @param redis a connection of its own that waits for a lost Redis (`maxRetriesPerRequest: null`); closed by `stop`
   * @param streamId only this room; every room when it is missing
   */
  constructor(redis: Redis, streamId: string | undefined, print: (line: string) => void) {
    this.#redis = redis;
    this.#ended = this.#read(streamId, print).catch((error: Error) => {
      if (!this.#stopped) print(`tail ended: ${error.message}`);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#redis.disconnect();
    await this.#ended;
  }

  async #read(streamId: string | undefined, print: (line: string) => void): Promise<void> {
    const [last] = await this.#redis.xrevrange(STREAM, "+", "-", "COUNT", 1);
    let after = last?.[0] ?? "0"; // not "$": what came between two reads would be missed
    while (!this.#stopped) {
      const [stream] = (await this.#redis.xread("BLOCK", BLOCK_MS, "STREAMS", STREAM, after)) ?? [];
      for (const [id, fields] of stream?.[1] ?? []) {
        after = id;
        const event = parseJson(fields[fields.indexOf("event") + 1] ?? "") as UnifiedEvent;
        if (!streamId || event.streamId === streamId) print(eventLine(event));
      }
    }
  }
}
