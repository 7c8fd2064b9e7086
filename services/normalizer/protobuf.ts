import type { BinaryReader } from "@bufbuild/protobuf/wire";
import * as proto from "tiktok-live-proto/v3";
import { PoisonMessageError } from "../../lib/errors.ts";
import type { Fields } from "./fields.ts";
import { Reader } from "./reader.ts";

/** A generated decoder; of a reader it takes the next `length` bytes. */
export interface Codec {
  decode(bytes: Uint8Array | BinaryReader, length?: number): Record<string, unknown>;
}

/** A decoder with what it makes of no bytes, every field's default, and the fields that were met so far, by their tag. */
export interface Known {
  codec: Codec;
  defaults: Fields;
  fields: Map<number, Field | null>;
}

/** Where the decoder puts a field. */
interface Field {
  name: string;
  /** It may hold messages or packed numbers, in which the decoder may go astray. */
  isAlone: boolean;
}

const NOTHING = new Uint8Array();
/** Above all field numbers that TikTok uses: what we remember of strange messages must have an end. */
const TAGS_END = 2_048 * 8;

/**
 * Decoders by message type. The connector finds them by name as well, but takes any name: also parts of messages
 * (`User`), map entries (`…_ArmiesEntry`) and the frame that messages travel in.
 */
const known = new Map<string, Known>(
  Object.entries<unknown>(proto).flatMap(([type, codec]) =>
    /^Webcast[A-Za-z0-9]+$/.test(type) && type !== "WebcastPushFrame" && hasDecoder(codec)
      ? [[type, { codec, defaults: codec.decode(NOTHING), fields: new Map() }]]
      : [],
  ),
);

function hasDecoder(value: unknown): value is Codec {
  return typeof (value as Partial<Codec>).decode === "function";
}

export const knownTypes: readonly string[] = [...known.keys()];

/** @param type one that is known */
export function schemaOf(type: string): Known {
  return known.get(type) as Known;
}

/** Whether `type` is one of TikTok's messages that we have a schema of. */
export function isKnown(type: string): boolean {
  return known.has(type);
}

/**
 * The fields of a protobuf message of a known type.
 *
 * It is decoded piece by piece. At damage inside a nested message the generated decoders stop without a word, and the
 * outer one reads what is left as fields of its own: one recorded chat lost its text by that. So each field that may
 * hold a message is decoded alone, and only that field is taken from the piece.
 *
 * @throws PoisonMessageError when the bytes are no such message
 */
export function decodeProtobuf(type: string, bytes: Buffer): Fields {
  const schema = known.get(type) as Known;
  try {
    const reader = new Reader(bytes);
    const message = reader.piece(schema.codec, 0, 0);
    for (const { from, to, names } of pieces(bytes, schema)) {
      const piece = reader.piece(schema.codec, from, to);
      for (const name of names) message[name] = merged(message[name], piece[name]);
    }
    return message;
  } catch (error) {
    throw new PoisonMessageError("PARSE_ERROR", "data cannot be decoded as protobuf", { cause: error });
  }
}

/** One field that is decoded alone, or a run of fields that need not be. */
interface Piece {
  from: number;
  to: number;
  /** Of its fields, in the decoded message, each once. */
  names: string[];
}

/** The outermost fields that the schema knows. @throws RangeError when any are damaged, which the decoders may not notice */
function pieces(bytes: Uint8Array, schema: Known): Piece[] {
  const found: Piece[] = [];
  let run: Piece | undefined;
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError("a varint is cut off or too long");
  };
  while (at < bytes.length) {
    const from = at;
    const tag = varint();
    if (tag < 8) throw new RangeError("a field has the number 0");
    const wireType = tag % 8;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 2) {
      const length = varint();
      at += length;
    } else if (wireType === 5) at += 4;
    else throw new RangeError("a field has an unknown wire type");
    if (at > bytes.length) throw new RangeError("a field is cut off");
    const field = fieldOf(schema, tag);
    if (field === null || field.isAlone) run = undefined;
    if (field === null) continue;
    if (run === undefined) {
      const piece = { from, to: at, names: [field.name] };
      found.push(piece);
      if (!field.isAlone) run = piece;
    } else {
      run.to = at;
      if (!run.names.includes(field.name)) run.names.push(field.name);
    }
  }
  return found;
}

/** The field that a tag stands for, found out by decoding samples of it; null when the schema has none. */
export function fieldOf(schema: Known, tag: number): Field | null {
  if (tag >= TAGS_END) return null;
  let field = schema.fields.get(tag);
  if (field === undefined) {
    field = probe(schema, tag);
    schema.fields.set(tag, field);
  }
  return field;
}

/** Contents by wire type, of which no field takes all for its default. */
const samples: Readonly<Record<number, number[][]>> = {
  0: [[1]],
  1: [[1, 1, 1, 1, 1, 1, 1, 1]],
  2: [
    [1, 0x31], // a text, bytes or packed numbers
    [0], // a message without fields
    [4, 0x08, 1, 0x12, 0], // an entry of a map: 1 -> a message or text without content
    [5, 0x0a, 1, 0x31, 0x12, 0], // "1" -> the same
    [4, 0x08, 1, 0x10, 1], // 1 -> 1
    [5, 0x0a, 1, 0x31, 0x10, 1], // "1" -> 1
  ],
  5: [[1, 1, 1, 1]],
};

function probe({ codec, defaults }: Known, tag: number): Field | null {
  const tagBytes = tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7];
  for (const content of samples[tag % 8] ?? []) {
    const decoded = attempt(codec, Uint8Array.of(...tagBytes, ...content));
    const [name] = namesSet(decoded, defaults);
    if (name === undefined) continue;
    const value = decoded[name];
    return { name, isAlone: tag % 8 === 2 && typeof value === "object" && !(value instanceof Uint8Array) };
  }
  return null;
}

/** What a sample decodes to; nothing when the field is of another kind. */
function attempt(codec: Codec, sample: Uint8Array): Fields {
  try {
    return codec.decode(sample);
  } catch {
    return {};
  }
}

/** The fields of a piece that are not as they would be if nothing had been sent. */
function namesSet(piece: Fields, defaults: Fields): string[] {
  return Object.keys(piece).filter((name) => piece[name] !== defaults[name] && !isEmpty(piece[name], defaults[name]));
}

/** Lists, maps and bytes are new each time; a message that was sent is there even when it is empty. */
function isEmpty(value: unknown, unset: unknown): boolean {
  if (typeof unset !== "object") return false;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return Object.keys(value as object).length === 0;
}

/** As protobuf adds a field to a message: lists and maps grow, of others the last one counts. */
function merged(before: unknown, value: unknown): unknown {
  if (typeof value !== "object" || value instanceof Uint8Array || before === undefined) return value;
  if (!Array.isArray(before)) return Object.assign(before as object, value);
  for (const item of value as unknown[]) before.push(item);
  return before;
}
