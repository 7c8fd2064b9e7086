/**
 * Values as the `recv` functions of their types read them, each with its length before it: what COPY in binary has for
 * fields, and a binary array for elements. Postgres takes them as they are, where it would have to parse JSON.
 */

/** A value that its column cannot hold, found before Postgres saw it; named as Postgres would. */
class DataError extends Error {
  readonly code: string;

  constructor(sqlState: string, message: string) {
    super(message);
    this.code = sqlState;
  }
}

/** Bytes kept for the next call. */
const KEPT = 4 * 1024 * 1024;
/** Texts below this length are written byte by byte: for them a call into native code costs more. */
const SHORT = 24;

const EPOCH_MS = Date.UTC(2000, 0);
const YEAR_1_MS = Date.parse("0001-01-01T00:00:00Z");
const MAX_BIGINT = 2n ** 63n - 1n;

let bytes = Buffer.allocUnsafeSlow(512 * 1024);
let end = 0;

/** The first bytes of what `finished` returns. */
export function begin(bytesBefore: Uint8Array): void {
  end = 0;
  reserve(bytesBefore.length);
  bytes.set(bytesBefore);
  end = bytesBefore.length;
}

export function finished(): Buffer {
  const copied = Buffer.from(bytes.subarray(0, end));
  if (bytes.length > KEPT) bytes = Buffer.allocUnsafeSlow(KEPT);
  return copied;
}

export function writeInt16(number: number): void {
  reserve(2);
  end = bytes.writeInt16BE(number, end);
}

/** `base64` is bytea written so, and a timestamptz an instant as Date writes it. */
export type ValueType = "text" | "timestamptz" | "bigint" | "uuid" | "boolean" | "jsonb" | "base64";

/**
 * What writes the values of a type; null for none.
 *
 * @throws it: an error with an SQLSTATE as `code`, for a value that no column of the type holds
 */
export function writerOf(type: ValueType): (value: unknown) => void {
  const write = writers[type] as (value: unknown) => void;
  return (value) => {
    if (value === undefined || value === null) writeLength(-1);
    else write(value);
  };
}

const writers = {
  text: writeText,
  timestamptz: writeInstant,
  bigint: writeBigint,
  uuid: writeUuid,
  boolean: writeBoolean,
  jsonb: writeJson,
  base64: writeBase64,
};

/** Half of a surrogate pair becomes a byte that is no UTF-8: Postgres refuses it (22021), as it refuses U+0000. */
function writeText(text: string): void {
  const { length } = text;
  reserve(4 + 3 * length);
  if (length < SHORT && writeAscii(text, length)) return;
  const written = text.isWellFormed() ? bytes.write(text, end + 4) : bytes.fill(0xff, end + 4, end + 5) && 1;
  writeLength(written);
  end += written;
}

/** Whether it was only that. */
function writeAscii(text: string, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const char = text.charCodeAt(i);
    if (char > 0x7f) return false;
    bytes[end + 4 + i] = char;
  }
  writeLength(length);
  end += length;
  return true;
}

/** A version, 1, and the text. */
function writeJson(value: object): void {
  const text = JSON.stringify(value);
  reserve(5 + 3 * text.length);
  const written = bytes.write(text, end + 5);
  writeLength(1 + written);
  bytes[end] = 1;
  end += 1 + written;
}

/** @param text as Date writes it; µs since 2000 */
function writeInstant(text: string): void {
  const ms = Date.parse(text);
  if (text.length !== 24 || text[23] !== "Z" || !(ms >= YEAR_1_MS))
    throw new DataError("22008", "no instant of the years 1 to 9999");
  writeLength(8);
  reserve(8);
  // In halves: the product may have more bits than a double.
  const sinceEpoch = ms - EPOCH_MS;
  const high = Math.floor(sinceEpoch / 2 ** 32);
  const low = (sinceEpoch - high * 2 ** 32) * 1_000;
  end = bytes.writeInt32BE(high * 1_000 + Math.floor(low / 2 ** 32), end);
  end = bytes.writeUInt32BE(low >>> 0, end);
}

function writeBigint(value: number | string): void {
  writeLength(8);
  reserve(8);
  if (Number.isSafeInteger(value)) {
    const number = value as number;
    end = bytes.writeInt32BE(Math.floor(number / 2 ** 32), end);
    end = bytes.writeUInt32BE(number >>> 0, end);
    return;
  }
  const isWhole = typeof value === "number" ? Number.isInteger(value) : /^-?\d+$/.test(value);
  if (!isWhole) throw new DataError("22P02", "no whole number");
  const number = BigInt(value);
  if (number > MAX_BIGINT || number < -MAX_BIGINT - 1n) throw new DataError("22003", "no bigint");
  end = bytes.writeBigInt64BE(number, end);
}

function writeUuid(text: string): void {
  const hex = text.replaceAll("-", "");
  writeLength(16);
  reserve(16);
  const written = text.length === 36 && hex.length === 32 ? bytes.write(hex, end, 16, "hex") : 0;
  if (written !== 16) throw new DataError("22P02", "no uuid");
  end += written;
}

function writeBoolean(value: boolean): void {
  writeLength(1);
  reserve(1);
  bytes[end++] = value ? 1 : 0;
}

function writeBase64(text: string): void {
  reserve(4 + text.length);
  const written = bytes.write(text, end + 4, "base64");
  writeLength(written);
  end += written;
}

function writeLength(length: number): void {
  reserve(4);
  bytes[end] = length >>> 24;
  bytes[end + 1] = length >>> 16;
  bytes[end + 2] = length >>> 8;
  bytes[end + 3] = length;
  end += 4;
}

function reserve(more: number): void {
  if (end + more <= bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (end + more));
  bytes.copy(larger, 0, 0, end);
  bytes = larger;
}
