import type { Provider } from "../../contracts/raw-envelope.ts";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import type { Closed, Source } from "./source.ts";

/** A connection that is perhaps to join the session. */
export interface Joining {
  source: Source;
  /** It is in the session's room: what it has brought so far, and brings, is the session's. */
  admit(): void;
}

export interface RelayOptions {
  /** The source that the session began with. */
  first: Source;
  /** Who is to join it. */
  other: Provider;
  open(provider: Provider): Promise<Joining>;
  /** together: both stay · replace: the first ends once the other has stood for a moment. */
  mode: "together" | "replace";
  /** When the one that is missing is tried, again and again. */
  retry: BackoffPolicy;
  /** How long both run before the first ends, in ms: what one brings late the other has. */
  overlapMs: number;
  /** The other one has taken over for good. */
  onReplaced(): void;
}

/**
 * One session that is taken from two providers at once, or changes from one to the other while it goes on. Both bring
 * the same messages under the same ids, so that the second copy is a duplicate and nothing is lost in between.
 */
export class Relay {
  readonly source: Source;
  readonly #options: RelayOptions;
  readonly #running = new Map<Provider, Source>();
  readonly #close: (closed: Closed) => void;
  /** Who is to be opened. */
  #missing: Provider;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isHeld = false;
  #isOver = false;

  /** @param startMs until the other one is tried first */
  constructor(options: RelayOptions, startMs: number) {
    this.#options = options;
    this.#missing = options.other;
    const { promise, resolve } = Promise.withResolvers<Closed>();
    this.#close = resolve;
    this.source = {
      ...options.first,
      closed: promise,
      pause: () => this.#hold(true),
      resume: () => this.#hold(false),
      close: () => this.#end(),
    };
    this.#run(options.first);
    this.#later(startMs);
  }

  #run(source: Source): void {
    this.#running.set(source.provider, source);
    void source.closed.then((closed) => this.#lost(source, closed));
  }

  #lost(source: Source, closed: Closed): void {
    if (this.#running.get(source.provider) !== source) return; // it was replaced
    this.#running.delete(source.provider);
    void source.close(); // one that is silent still has its socket
    if (this.#running.size === 0 || closed.streamEnded) {
      this.#close(closed);
      void this.#end();
    } else if (this.#options.mode === "replace" && source === this.#options.first) {
      clearTimeout(this.#timer);
      this.#options.onReplaced(); // it was about to be
    } else {
      this.#missing = source.provider;
      this.#later();
    }
  }

  #later(ms = backoffMs(this.#options.retry, this.#attempt++, Math.random())): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#join(), ms);
  }

  async #join(): Promise<void> {
    const { open, mode, overlapMs, first } = this.#options;
    const joining = await open(this.#missing).catch(() => undefined);
    if (!joining) {
      this.#later();
      return;
    }
    const { source, admit } = joining;
    if (this.#isOver || source.streamId !== first.streamId) {
      await source.close(); // another broadcast: the next session is the place for it
      this.#later();
      return;
    }
    this.#attempt = 0;
    admit();
    if (this.#isHeld) source.pause();
    else source.resume();
    this.#run(source);
    if (mode === "replace") this.#timer = setTimeout(() => this.#replace(source), overlapMs);
  }

  #replace(source: Source): void {
    const { first, onReplaced } = this.#options;
    if (this.#isOver || this.#running.get(source.provider) !== source) return;
    this.#running.delete(first.provider);
    void first.close();
    onReplaced();
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const source of this.#running.values()) {
      if (isHeld) source.pause();
      else source.resume();
    }
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#running.values()].map((source) => source.close()));
  }
}
