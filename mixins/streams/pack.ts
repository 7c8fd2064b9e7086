/** What a script can be told in one argument (`cmsgpack.unpack` in Lua): texts, whole numbers and lists of them. */
export type Packable = string | number | readonly Packable[];

/** Bytes kept for the next call. */
const KEPT = 1024 * 1024;
/** Texts below this length are written byte by byte: for them a call into native code costs more. */
const SHORT = 24;

let bytes = Buffer.allocUnsafeSlow(64 * 1024);
let end = 0;

/**
 * `value` as MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md). An argument of a command costs both
 * the client and Redis far more than its bytes: hundreds of thousands a second are most of what they do.
 *
 * Ours, since msgpackr 2.1 is as fast but writes half of a surrogate pair as bytes that are no UTF-8, and
 * @msgpack/msgpack 3.1 takes three times as long.
 */
export function pack(value: Packable): Buffer {
  end = 0;
  write(value);
  return packed();
}

function packed(): Buffer {
  const written = Buffer.from(bytes.subarray(0, end));
  if (bytes.length > KEPT) bytes = Buffer.allocUnsafeSlow(KEPT);
  return written;
}

/** `rows` as one list: what each holds, one after the other, since a script reads that faster than lists in a list. */
export function packRows(rows: readonly (readonly Packable[])[]): Buffer {
  end = 0;
  writeHead(
    0xdd,
    rows.reduce((sum, { length }) => sum + length, 0),
  );
  for (const row of rows) for (const item of row) write(item);
  return packed();
}

function write(value: Packable): void {
  if (typeof value === "string") writeText(value);
  else if (typeof value === "number") writeNumber(value);
  else {
    writeHead(0xdd, value.length);
    for (const item of value) write(item);
  }
}

function writeText(text: string): void {
  const { length } = text;
  reserve(5 + 3 * length);
  if (length < SHORT && writeAscii(text, length)) return;
  const written = bytes.write(text, end + 5);
  writeHead(0xdb, written);
  end += written;
}

/** Whether it was only that. */
function writeAscii(text: string, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const char = text.charCodeAt(i);
    if (char > 0x7f) return false;
    bytes[end + 1 + i] = char;
  }
  bytes[end] = 0xa0 | length;
  end += 1 + length;
  return true;
}

/** Up to 2^32 - 1, else as a double. */
function writeNumber(number: number): void {
  if (Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff) {
    writeHead(0xce, number);
    return;
  }
  reserve(9);
  bytes[end] = 0xcb;
  end = bytes.writeDoubleBE(number, end + 1);
}

/** A type and four bytes, most of them 0: the shorter forms cost a branch each and save nothing here. */
function writeHead(type: number, number: number): void {
  reserve(5);
  bytes[end] = type;
  bytes[end + 1] = number >>> 24;
  bytes[end + 2] = number >>> 16;
  bytes[end + 3] = number >>> 8;
  bytes[end + 4] = number;
  end += 5;
}

function reserve(more: number): void {
  if (end + more <= bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (end + more));
  bytes.copy(larger, 0, 0, end);
  bytes = larger;
}
