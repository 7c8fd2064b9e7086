import { EventEmitter } from "node:events";
import { comparePositions } from "../../lib/position.ts";

/** How far `ttlc:events` has come with each channel, as the group told one of us; the channel's senders wait for it. */
export class News {
  readonly #latest = new Map<string, string>();
  readonly #bell = new EventEmitter().setMaxListeners(0);

  latest(channelId: string): string {
    return this.#latest.get(channelId) ?? "0-0";
  }

  /** @param news the newest position of each channel; they may come in any order, and again */
  hear(news: Readonly<Record<string, string>>): void {
    for (const [channelId, position] of Object.entries(news)) {
      if (comparePositions(position, this.latest(channelId)) <= 0) continue;
      this.#latest.set(channelId, position);
      this.#bell.emit(channelId);
    }
  }

  /** Resolves once something of the channel is `beyond` that position, after `ms`, or when `signal` is aborted. */
  wait(channelId: string, beyond: string, ms: number, signal: AbortSignal): Promise<void> {
    return comparePositions(this.latest(channelId), beyond) > 0 ? Promise.resolve() : this.#rest(ms, signal, channelId);
  }

  /** Resolves after `ms` or when `signal` is aborted, whatever comes. */
  pause(ms: number, signal: AbortSignal): Promise<void> {
    return this.#rest(ms, signal);
  }

  #rest(ms: number, signal: AbortSignal, channelId?: string): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        if (channelId) this.#bell.off(channelId, done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
      if (channelId) this.#bell.once(channelId, done);
      if (signal.aborted) done();
    });
  }
}
