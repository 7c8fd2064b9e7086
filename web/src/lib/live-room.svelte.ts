import type { StreamDetail } from "../../../contracts/api.ts";
import { type ApiError, api, apiError } from "./api.ts";
import { Feed } from "./feed.svelte.ts";
import { type Link, LiveSource } from "./live-source.ts";
import { successorOf } from "./rooms.ts";

/** The server's sums are asked for again this often, so that ours cannot drift. */
const REFRESH_MS = 30_000;
/** While no broadcast is known yet: the news of it may have passed by a gateway that has only just started. */
const AWAIT_MS = 3_000;

/**
 * One stream as the live view shows it: its facts, its connection and its feed. A room that has met no broadcast yet
 * goes by its streamer's name instead of a stream's id.
 */
export class LiveRoom {
  readonly streamId: string;
  readonly feed = new Feed();
  /** Its `room` is the streamer's, which may be at another broadcast by now: see `ownRoom`. */
  detail = $state.raw<StreamDetail | null>(null);
  /** Why the stream could not be loaded. */
  error = $state.raw<ApiError | null>(null);
  link = $state.raw<Link>({ state: "connecting" });
  readonly #source: LiveSource;
  #closed = false;

  constructor(streamId: string) {
    this.streamId = streamId;
    this.#source = new LiveSource({
      streamId,
      onbatch: (events) => this.feed.push(events),
      onstate: (room) => {
        if (this.detail) this.detail = { ...this.detail, room };
      },
      ongap: ({ from, to }) => {
        this.feed.gap({ from: instantOf(from), to: instantOf(to) });
        void this.refresh();
      },
      onlink: (link) => {
        this.link = link;
      },
      signedIn,
    });
  }

  /** The room's present broadcast, when that is not this one. */
  get successor(): string | undefined {
    return successorOf(this.streamId, this.detail?.room);
  }

  /** The broadcast that a room waited for. */
  get awaited(): string | undefined {
    return this.#isAwaiting ? this.successor : undefined;
  }

  get #isAwaiting(): boolean {
    return this.streamId === this.detail?.uniqueId;
  }

  /** Loads the stream and follows it; answers how to stop. */
  open(): () => void {
    const stopFeed = this.feed.start();
    const refreshing = setInterval(() => document.hidden || this.refresh(), REFRESH_MS);
    const awaiting = setInterval(() => document.hidden || (this.#isAwaiting && this.refresh()), AWAIT_MS);
    void this.load();
    return () => {
      clearInterval(refreshing);
      clearInterval(awaiting);
      stopFeed();
      this.#source.close();
      this.#closed = true;
    };
  }

  /** The first answer decides: without it there is nothing to follow. */
  async load() {
    this.error = null;
    await this.refresh();
    if (this.detail && !this.#closed) this.#source.open();
  }

  /** An error after the first answer is not shown: the feed goes on and says itself when the server is away. */
  async refresh() {
    try {
      const detail = await api.stream(this.streamId);
      this.detail = detail;
      this.feed.rebase(detail);
    } catch (error) {
      if (!this.detail) this.error = apiError(error);
    }
  }
}

/** The instant in a position (`ms-seq`). */
const instantOf = (position: string) => new Date(Number.parseInt(position, 10)).toISOString();

/** False only when the gateway says so: a server that does not answer has not signed anybody out. */
async function signedIn(): Promise<boolean> {
  try {
    await api.me();
    return true;
  } catch (error) {
    return apiError(error).status !== 401;
  }
}
