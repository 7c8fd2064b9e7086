import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { type Frame, parseFrames } from "./sse.ts";

/** An SSE answer whose reader can be told to stop reading. */
export class FakeResponse extends EventEmitter {
  text = "";
  ended = false;
  destroyed = false;
  status: number | undefined;
  writableLength = 0;
  #reads = true;

  get writableNeedDrain(): boolean {
    return !this.#reads && this.writableLength > 0;
  }

  writeHead(status: number): void {
    this.status = status;
  }

  write(text: string): boolean {
    this.text += text;
    if (!this.#reads) this.writableLength += Buffer.byteLength(text);
    return this.#reads;
  }

  end(text = ""): void {
    this.text += text;
    this.ended = true;
    this.emit("close");
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }

  stopReading(): void {
    this.#reads = false;
  }

  readOn(): void {
    this.#reads = true;
    this.writableLength = 0;
    this.emit("drain");
  }

  /** What was written, as frames. */
  get frames(): Frame[] {
    return parseFrames(this.text);
  }

  get asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}
