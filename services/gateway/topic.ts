import type { FeedClient } from "./feed-client.ts";
import type { Dialect, FeedItem } from "./feed-frames.ts";
import { type Wish, wishMatcher } from "./wish.ts";

export interface TopicOptions {
  /** How long an event waits for others after a write, in ms. */
  waitMs(): number;
  /** Told how many events were written, counted once per client. */
  sent(events: number): void;
}

/**
 * The clients that want the same thing and have all of it up to the present. What comes is serialised and encoded once
 * for all of them and costs each one write: at once when it is quiet, together with what follows for a while when not.
 */
export class Topic {
  /** Equal for those who belong together. */
  readonly key: string;
  readonly wish: Wish;
  readonly clients = new Set<FeedClient>();
  readonly wants: ReturnType<typeof wishMatcher>;
  readonly #dialect: Dialect;
  readonly #options: TopicOptions;
  #waiting: FeedItem[] = [];
  #examined = "";
  #flushedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(key: string, wish: Wish, dialect: Dialect, options: TopicOptions) {
    this.key = key;
    this.wish = wish;
    this.wants = wishMatcher(wish);
    this.#dialect = dialect;
    this.#options = options;
  }

  add(item: FeedItem): void {
    this.#waiting.push(item);
  }

  /** Writes what was added, now or soon. Everything up to `examined` was added. */
  flushSoon(examined: string): void {
    this.#examined = examined;
    if (this.#timer) return;
    const waitMs = this.#flushedAt + this.#options.waitMs() - performance.now();
    if (waitMs <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), waitMs);
  }

  /** Writes what was added. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    const frames = this.#dialect.batches(items, this.#examined).map((frame) => Buffer.from(frame));
    this.#waiting = [];
    let writes = 0;
    for (const client of this.clients) if (client.push(frames, this.#examined)) writes++;
    this.#options.sent(writes * items.length);
    this.#flushedAt = performance.now();
  }
}
