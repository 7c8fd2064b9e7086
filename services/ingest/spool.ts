import { type FileHandle, open, unlink } from "node:fs/promises";
import { isSameFence } from "./fence.ts";
import { type Framed, frameOf, framesIn, type Spooled } from "./spool-frames.ts";

/** At the beginning of the file: what it is, and where its first unpublished message begins. */
const MAGIC = "ttlcspl1";
const START = 16;
const READ_BYTES = 1024 * 1024;

/** Of the disk, kept for what the actors of rooms have to say when messages have taken the rest: some thousand facts. */
const RESERVE_BYTES = 4 * 1024 * 1024;
const RESERVE_SHARE = 1 / 8;
/** The share of that which is kept from whom. */
const kept = { messages: 1, facts: 0.5, lastWords: 0 };

/** For what disk space is wanted: facts may be written when messages may not, and those of a stop when facts may not. */
export type Claim = keyof typeof kept;

/** What the rooms of a process share, in bytes: the disk space of their spools, or memory. */
export interface Budget {
  readonly max: number;
  used: number;
}

const limitOf = (max: number, claim: Claim) => max - kept[claim] * Math.min(RESERVE_BYTES, max * RESERVE_SHARE);

/** The spools of this process take as much of the disk as they may. */
export class SpoolFullError extends Error {
  override name = "SpoolFullError";
}

/**
 * A queue of messages in a file, for what Redis cannot take: appended and flushed to disk in batches, read and removed
 * at the head. It survives the process; a message whose removal was not written down is read again, and recognised by
 * its attempt. The file shrinks when it is empty.
 */
export class Spool {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #budget: Budget;
  #head: number;
  #tail: number;
  #messages = 0;
  #cutOff = 0;
  /** The next ones, read and not removed. */
  readonly #ahead: Framed[] = [];

  private constructor(path: string, file: FileHandle, budget: Budget, head: number, tail: number) {
    this.#path = path;
    this.#file = file;
    this.#budget = budget;
    this.#head = head;
    this.#tail = tail;
    budget.used += tail;
  }

  /**
   * Opens the file, or makes it. What a crash left half written at its end is cut off.
   *
   * @param onMessage told of every message that waits in it, in order
   */
  static async open(path: string, budget: Budget, onMessage: (message: Spooled) => void = () => {}): Promise<Spool> {
    const file = await open(path, "a+", 0o600)
      .then((created) => created.close())
      .then(() => open(path, "r+"));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0);
    const isOurs = bytesRead === START && buffer.toString("latin1", 0, MAGIC.length) === MAGIC;
    const { size } = await file.stat();
    const head = isOurs ? Math.min(Number(buffer.readBigUInt64LE(MAGIC.length)), size) : START;
    const spool = new Spool(path, file, budget, head, isOurs ? size : START);
    if (isOurs) await spool.#scan(onMessage);
    else await spool.#writeHead();
    return spool;
  }

  /** Messages that wait in it. */
  get messages(): number {
    return this.#messages;
  }

  /** Bytes that were cut off when it was opened: half a batch after a crash; more is damage. */
  get cutOff(): number {
    return this.#cutOff;
  }

  /** What it takes on the disk. */
  get bytes(): number {
    return this.#tail;
  }

  /**
   * Resolves once the messages are on the disk.
   *
   * @throws SpoolFullError when there is no room for all of them; then none is
   */
  async append(messages: readonly Spooled[], claim: Claim = "messages"): Promise<void> {
    const bytes = Buffer.concat(messages.map(frameOf));
    if (this.#budget.used + bytes.length > limitOf(this.#budget.max, claim)) {
      throw new SpoolFullError(`the spool has reached SPOOL_MAX_BYTES (${this.#budget.max})`);
    }
    for (let written = 0; written < bytes.length; ) {
      // a disk that fills up takes a part first, and refuses the rest
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#tail + written);
      written += bytesWritten;
    }
    await this.#file.datasync();
    this.#budget.used += bytes.length;
    this.#tail += bytes.length;
    this.#messages += messages.length;
  }

  /**
   * The next messages, at most `count` of them, in the name of one owner, up to and with one that has notes. They stay
   * until they are removed.
   */
  async peek(count: number): Promise<Spooled[]> {
    if (this.#ahead.length < count) await this.#readAhead();
    const next = this.#ahead.slice(0, count).map(({ message }) => message);
    const last = next.findIndex(
      ({ notes }, i) => notes || (next[i + 1] && !isSameFence(next[i + 1]?.fence, next[0]?.fence)),
    );
    return last === -1 ? next : next.slice(0, last + 1);
  }

  /** Removes the first `count` of those that were peeked at. */
  async remove(count: number): Promise<void> {
    for (const { bytes } of this.#ahead.splice(0, count)) this.#head += bytes;
    this.#messages -= count;
    if (this.#messages === 0) await this.#empty();
    await this.#writeHead();
  }

  /** Closes the file; one that nothing waits in is deleted. */
  async close(): Promise<void> {
    await this.#file.close();
    if (this.#messages === 0) await unlink(this.#path);
    this.#budget.used -= this.#tail;
  }

  async #scan(onMessage: (message: Spooled) => void): Promise<void> {
    let at = this.#head;
    for (;;) {
      const frames = await this.#framesAt(at);
      if (frames.length === 0) break;
      for (const { message, bytes } of frames) {
        onMessage(message);
        at += bytes;
      }
      this.#messages += frames.length;
    }
    this.#cutOff = this.#tail - at;
    this.#budget.used -= this.#cutOff;
    this.#tail = at;
    await this.#file.truncate(at);
    if (this.#messages === 0) await this.#empty();
  }

  async #readAhead(): Promise<void> {
    const ahead = this.#ahead.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#ahead.push(...(await this.#framesAt(this.#head + ahead)));
  }

  /** The whole messages from `at` on, as many as one read brings; at least one, if there is one. */
  async #framesAt(at: number): Promise<Framed[]> {
    for (let size = READ_BYTES; ; ) {
      const length = Math.min(size, this.#tail - at);
      if (length <= 0) return [];
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, at);
      const { frames, wanted } = framesIn(buffer.subarray(0, bytesRead));
      if (frames.length > 0 || wanted <= bytesRead || at + wanted > this.#tail) return frames;
      size = wanted;
    }
  }

  async #empty(): Promise<void> {
    await this.#file.truncate(START);
    this.#budget.used -= this.#tail - START;
    this.#head = this.#tail = START;
  }

  /** Not flushed: after a power cut some are read again. */
  async #writeHead(): Promise<void> {
    const header = Buffer.alloc(START);
    header.write(MAGIC, "latin1");
    header.writeBigUInt64LE(BigInt(this.#head), MAGIC.length);
    await this.#file.write(header, 0, START, 0);
  }
}
