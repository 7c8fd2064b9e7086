import { crc32 } from "node:zlib";
import type { Told } from "./account.ts";
import type { Fence } from "./fence.ts";
import type { Unplaced } from "./raw-message.ts";
import type { Notes } from "./room-log.ts";
import type { Marks } from "./streaks.ts";

/** A message that waits on disk, with all it needs to be published by another process. */
export interface Spooled extends Unplaced {
  attempt: string;
  notes?: Notes | undefined;
  marks?: Marks | undefined;
  /** What its session's account told when it was spooled; absent without an account. */
  told?: Told | undefined;
  /** Whether the session's ledger was there. */
  isOpen?: boolean | undefined;
  /** In whose name. */
  fence?: Fence | undefined;
}

/** Length and CRC-32 of what follows. */
const HEAD = 8;
/** Larger than any message can be: a length beyond it is damage. */
const MAX_FRAME = 4 * 1024 * 1024;

/** One message: length, checksum, JSON. */
export function frameOf(message: Spooled): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(HEAD + body.length);
  frame.writeUInt32LE(body.length, 0);
  frame.writeUInt32LE(crc32(body), 4);
  body.copy(frame, HEAD);
  return frame;
}

/** A message and how many bytes it takes in the file. */
export interface Framed {
  message: Spooled;
  bytes: number;
}

/**
 * The messages at the beginning of `bytes`, up to the first that is not whole.
 *
 * @returns `wanted`: bytes that the next one takes, as far as that can be known; 0 when it is damaged
 */
export function framesIn(bytes: Buffer): { frames: Framed[]; wanted: number } {
  const frames: Framed[] = [];
  let at = 0;
  while (at + HEAD <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    if (length === 0 || length > MAX_FRAME) return { frames, wanted: 0 };
    const end = at + HEAD + length;
    if (end > bytes.length) return { frames, wanted: HEAD + length };
    const body = bytes.subarray(at + HEAD, end);
    if (crc32(body) !== bytes.readUInt32LE(at + 4)) return { frames, wanted: 0 };
    frames.push({ message: JSON.parse(body.toString()), bytes: end - at });
    at = end;
  }
  return { frames, wanted: HEAD };
}
