import type { ServerResponse } from "node:http";
import type { RoomStatus } from "../../contracts/room.ts";
import type { FeedSource, Wish } from "./catch-up.ts";
import { frame, retry } from "./sse.ts";

/** A client that lost us comes back after this long. */
const RETRY_MS = 1_000;

/** What a slow client may cost. */
export interface Patience {
  /** Bytes that may wait for one client; above that it gets nothing more until it has read them. */
  maxBuffered: number;
  /** How long a client may take to read what waits for it before it is cut off. */
  drainMs: number;
}

/** Who wants the feed. */
export interface Listener {
  wish: Wish;
  /** The streamer, if known: the state of their room is of interest before and after this stream, too. */
  uniqueId: string | null;
  /** Goes on with the streamer's next broadcast when there is one. */
  follows: boolean;
  /** Where its past is read. */
  source: FeedSource;
  /** Asked now and then; false ends the connection. Rejects if that cannot be known. */
  stillAllowed(): Promise<boolean>;
}

/** One Server-Sent Events connection. */
export class FeedClient {
  readonly listener: Listener;
  /** What it wants now. */
  wish: Wish;
  /** Position at which it began to want that: nothing of it came earlier, if it is what came next. */
  wishedAt: string | undefined;
  /** Last position examined for this client: all it wanted up to here is written, or said to be lost. */
  position: string | undefined;
  /** Resolves once the connection is gone. */
  readonly gone: Promise<void>;
  readonly #response: ServerResponse;
  readonly #patience: Patience;
  #closed = false;
  #cutOff: NodeJS.Timeout | undefined;
  /** Set while the client reads too slowly: the position after which it has missed events. */
  #lostAfter: string | undefined;
  #missedState: RoomStatus | undefined;

  constructor(response: ServerResponse, listener: Listener, patience: Patience) {
    this.#response = response;
    this.listener = listener;
    this.wish = listener.wish;
    this.#patience = patience;
    response.on("error", () => {}); // it closes then, and that is all there is to know
    this.gone = new Promise((resolve) => {
      response.once("close", () => {
        this.#closed = true;
        clearTimeout(this.#cutOff);
        resolve();
      });
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  get slow(): boolean {
    return this.#lostAfter !== undefined;
  }

  open(): void {
    this.#response.socket?.setNoDelay(true);
    this.#response.useChunkedEncodingByDefault = false; // it ends with its connection: a write is one buffer as it is
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    this.#write(retry(RETRY_MS));
  }

  /** Writes frames that bring the client to `position`. False when they are lost, as it reads too slowly. */
  push(frames: string | Buffer, position: string): boolean {
    if (this.#closed || this.slow) return false;
    if (this.#response.writableLength > this.#patience.maxBuffered) {
      this.#lostAfter = this.position ?? position;
      this.#expectDrain();
      return false;
    }
    this.#write(frames);
    this.position = position;
    return true;
  }

  /** Writes frames of the past and waits until they are read: nothing is lost on the way to the present. */
  async send(frames: string, position: string): Promise<void> {
    if (this.#closed) return;
    const taken = frames === "" || this.#write(frames);
    this.position = position;
    if (taken) return;
    this.#expectDrain();
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#response.off("drain", done).off("close", done);
        resolve();
      };
      this.#response.on("drain", done).on("close", done);
    });
    clearTimeout(this.#cutOff);
  }

  /** Calls `then` whenever a slow client has read all that waited for it. */
  onDrain(then: () => void): void {
    this.#response.on("drain", () => {
      if (this.slow) then();
    });
  }

  /** After a drain: says what was lost up to `position`, and goes on from there. */
  resume(position: string): void {
    if (this.#lostAfter === undefined) return;
    clearTimeout(this.#cutOff);
    const from = this.#lostAfter;
    this.#lostAfter = undefined;
    this.skip(from, position);
    if (this.#missedState) this.show(this.#missedState);
    this.#missedState = undefined;
  }

  /** Says that everything between the two positions is lost for this client. */
  skip(from: string, to: string): void {
    this.push(frame("gap", { from, to }, to), to);
  }

  show(state: RoomStatus): void {
    if (this.slow) this.#missedState = state;
    else this.#write(frame("state", state));
  }

  ping(): void {
    if (!this.slow && !this.#response.writableNeedDrain) this.#write(frame("ping", {}, this.position));
  }

  /** Ends the answer; a client that does not read is not waited for. */
  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.slow) this.#response.destroy();
    else this.#response.end(retry(RETRY_MS));
  }

  #expectDrain(): void {
    this.#cutOff = setTimeout(() => this.#response.destroy(), this.#patience.drainMs);
  }

  #write(frames: string | Buffer): boolean {
    return this.#closed || this.#response.write(frames);
  }
}
