import type { Wish } from "./catch-up.ts";
import type { FeedClient } from "./feed-client.ts";
import { batchFrames, type FeedItem } from "./sse.ts";

/**
 * The clients that want the same thing and have all of it up to the present. What comes is serialised once for all of
 * them and costs each one write: at once when it is quiet, together with what follows within `coalesceMs` when not.
 */
export class Topic {
  readonly wish: Wish;
  readonly clients = new Set<FeedClient>();
  readonly #coalesceMs: number;
  readonly #sent: (events: number) => void;
  #waiting: FeedItem[] = [];
  #examined = "";
  #flushedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param sent is told how many events were written, counted once per client */
  constructor(wish: Wish, coalesceMs: number, sent: (events: number) => void) {
    this.wish = wish;
    this.#coalesceMs = coalesceMs;
    this.#sent = sent;
  }

  add(item: FeedItem): void {
    this.#waiting.push(item);
  }

  /** Writes what was added, now or soon. Everything up to `examined` was added. */
  flushSoon(examined: string): void {
    this.#examined = examined;
    const quietMs = performance.now() - this.#flushedAt;
    if (quietMs >= this.#coalesceMs) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#coalesceMs - quietMs);
  }

  /** Writes what was added. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    const frames = batchFrames(items, this.#examined);
    this.#waiting = [];
    this.#flushedAt = performance.now();
    for (const client of this.clients) if (client.push(frames, this.#examined)) this.#sent(items.length);
  }
}
