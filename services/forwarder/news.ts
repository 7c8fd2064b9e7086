import { EventEmitter } from "node:events";
import { comparePositions } from "../../lib/position.ts";

/** How far `ttlc:events` has come, as the group told one of us; senders wait for it. */
export class News {
  #latest = "0-0";
  readonly #bell = new EventEmitter().setMaxListeners(0);

  get latest(): string {
    return this.#latest;
  }

  /** Positions may come in any order, and again. */
  hear(position: string): void {
    if (comparePositions(position, this.#latest) <= 0) return;
    this.#latest = position;
    this.#bell.emit("news");
  }

  /** Ends every wait: something else than an event is to be looked at. */
  ring(): void {
    this.#bell.emit("news");
  }

  /** Resolves after `ms`, when something comes, or when `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return this.#wait(ms, signal, true);
  }

  /** The same, whatever comes. */
  pause(ms: number, signal: AbortSignal): Promise<void> {
    return this.#wait(ms, signal, false);
  }

  #wait(ms: number, signal: AbortSignal, listens: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#bell.off("news", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
      if (listens) this.#bell.once("news", done);
      if (signal.aborted) done();
    });
  }
}
