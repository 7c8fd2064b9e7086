import type { ServerResponse } from "node:http";
import type { Dialect } from "./feed-frames.ts";
import { retry, sse } from "./sse.ts";

/** A client that lost us comes back after this long. */
const RETRY_MS = 1_000;

/** Where the frames of one feed go: a connection, or its part of one. */
export interface Outlet {
  readonly dialect: Dialect;
  /** Bytes that wait to be read by the client. */
  readonly buffered: number;
  /** What was written last waits, and nothing was read since. */
  readonly isBlocked: boolean;
  /** Feeds of the same connection that wait for what they wrote of the past to be read; counted by the feeds. */
  readonly load: { catchingUp: number };
  /** Begins the answer. */
  open(): void;
  /** False when what was written has to wait: then there will be a drain. */
  write(frame: string | Buffer): boolean;
  /** Calls `then` whenever everything that waited was read. */
  onDrain(then: () => void): void;
  /** Calls `then` once it is gone. */
  onClose(then: () => void): void;
  /** Ends it in the way in which clients come back. */
  end(): void;
  /** Ends it for a client that does not read. */
  cutOff(): void;
}

/** An answer that goes on for as long as its client stays. */
export class SseOutlet implements Outlet {
  readonly dialect = sse;
  readonly load = { catchingUp: 0 };
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on("error", () => {}); // it closes then, and that is all there is to know
  }

  get buffered(): number {
    return this.#response.writableLength;
  }

  get isBlocked(): boolean {
    return this.#response.writableNeedDrain;
  }

  open(): void {
    this.#response.socket?.setNoDelay(true);
    this.#response.useChunkedEncodingByDefault = false; // it ends with its connection: a write is one buffer as it is
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    this.write(retry(RETRY_MS));
  }

  write(frame: string | Buffer): boolean {
    return this.#response.write(frame);
  }

  onDrain(then: () => void): void {
    this.#response.on("drain", then);
  }

  onClose(then: () => void): void {
    this.#response.once("close", then);
  }

  end(): void {
    this.#response.end(retry(RETRY_MS));
  }

  cutOff(): void {
    this.#response.destroy();
  }
}
