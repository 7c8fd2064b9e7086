import type { FeedFrames } from "../../../contracts/api.ts";

/** Where the connection to the gateway stands; `retryAt` in epoch ms. */
export type Link =
  | { state: "connecting" | "open" | "stale" | "signedOut" | "closed" }
  | { state: "reconnecting"; retryAt: number };

interface Options {
  streamId: string;
  onbatch(events: FeedFrames["batch"]): void;
  onstate(room: FeedFrames["state"]): void;
  ongap(gap: FeedFrames["gap"]): void;
  onlink(link: Link): void;
  /** Asked when the gateway refuses the feed. */
  signedIn(): Promise<boolean>;
  /** In [0, 1); spreads the reconnects of many pages. */
  random?: () => number;
}

/** The page starts with what just happened. */
const RECENT = 200;
/** The gateway pings every 15 s. */
const STALE_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/**
 * The SSE feed of one stream, by the native EventSource and the session cookie. It reconnects by itself rather than
 * leave that to the browser: so it can say when, notices silence, and goes on after the last position it examined.
 */
export class LiveSource {
  readonly #options: Options;
  #source: EventSource | undefined;
  #link: Link = { state: "closed" };
  #after = "";
  #failures = 0;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  open() {
    addEventListener("online", this.#retryNow);
    this.#report({ state: "connecting" });
    this.#connect();
  }

  close() {
    removeEventListener("online", this.#retryNow);
    this.#disconnect();
    this.#report({ state: "closed" });
  }

  #connect() {
    this.#disconnect();
    const start = this.#after ? `after=${this.#after}` : `recent=${RECENT}`;
    const source = new EventSource(`/streams/${encodeURIComponent(this.#options.streamId)}/events?${start}`);
    this.#source = source;
    const on = <Name extends keyof FeedFrames>(name: Name, handle: (frame: FeedFrames[Name]) => void) =>
      source.addEventListener(name, (message: MessageEvent<string>) => {
        if (message.lastEventId) this.#after = message.lastEventId;
        this.#failures = 0;
        this.#watch();
        handle(JSON.parse(message.data));
      });
    source.onopen = () => this.#report({ state: "open" });
    source.onerror = () => void this.#failed(source);
    on("batch", this.#options.onbatch);
    on("state", this.#options.onstate);
    on("gap", this.#options.ongap);
    on("ping", () => {});
    this.#watch();
  }

  #disconnect() {
    clearTimeout(this.#staleTimer);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#source?.close();
    this.#source = undefined;
  }

  #report(link: Link) {
    this.#link = link;
    this.#options.onlink(link);
  }

  #watch() {
    clearTimeout(this.#staleTimer);
    this.#staleTimer = setTimeout(() => {
      this.#report({ state: "stale" });
      this.#connect();
    }, STALE_MS);
  }

  /** A refusal (any status but 200) closes an EventSource for good and hides the status: the session is asked. */
  async #failed(source: EventSource) {
    const refused = source.readyState === EventSource.CLOSED;
    this.#disconnect();
    if (refused && !(await this.#options.signedIn())) return this.#report({ state: "signedOut" });
    if (this.#link.state === "closed") return;
    const { random = Math.random } = this.#options;
    const delayMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++) * (0.8 + 0.4 * random());
    this.#report({ state: "reconnecting", retryAt: Date.now() + delayMs });
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
  }

  /** The network is back: no need to sit out the delay. */
  readonly #retryNow = () => {
    if (this.#retryTimer !== undefined) this.#connect();
  };
}
