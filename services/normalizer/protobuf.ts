import * as proto from "tiktok-live-proto/v3";
import { PoisonMessageError } from "../../lib/errors.ts";
import type { Fields } from "./fields.ts";

/** A generated decoder. */
interface Codec {
  decode(bytes: Uint8Array): Record<string, unknown>;
}

/** A decoder with what it makes of no bytes: every field's default. */
interface Known {
  codec: Codec;
  defaults: Fields;
}

const NOTHING = new Uint8Array();

/**
 * Decoders by message type. The connector finds them by name as well, but takes any name: also parts of messages
 * (`User`), map entries (`…_ArmiesEntry`) and the frame that messages travel in.
 */
const known = new Map<string, Known>(
  Object.entries(proto).flatMap(([type, codec]) =>
    /^Webcast[A-Za-z0-9]+$/.test(type) && type !== "WebcastPushFrame" && hasDecoder(codec)
      ? [[type, { codec, defaults: codec.decode(NOTHING) }]]
      : [],
  ),
);

function hasDecoder(value: unknown): value is Codec {
  return typeof (value as Partial<Codec>).decode === "function";
}

export const knownTypes: readonly string[] = [...known.keys()];

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
export function decodeProtobuf(type: string, bytes: Uint8Array): Fields {
  const { codec, defaults } = known.get(type) as Known;
  try {
    const message = codec.decode(NOTHING);
    for (const { from, to, tagEnd } of pieces(bytes)) {
      const piece = codec.decode(bytes.subarray(from, to));
      let names = namesSet(piece, defaults);
      if (tagEnd !== undefined && names.length > 1) {
        names = namesSet(codec.decode(Uint8Array.of(...bytes.subarray(from, tagEnd), 0)), defaults);
      }
      for (const name of names) message[name] = merged(message[name], piece[name]);
    }
    return message;
  } catch (error) {
    throw new PoisonMessageError("PARSE_ERROR", "data cannot be decoded as protobuf", { cause: error });
  }
}

/** One length-delimited field, whose tag ends at `tagEnd`, or a run of fields that are none. */
interface Piece {
  from: number;
  to: number;
  tagEnd?: number;
}

/** The outermost fields of a message. @throws RangeError when they are damaged, which the decoders may not notice */
function pieces(bytes: Uint8Array): Piece[] {
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
    const tagEnd = at;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 2) {
      const length = varint();
      at += length;
    } else if (wireType === 5) at += 4;
    else throw new RangeError("a field has an unknown wire type");
    if (at > bytes.length) throw new RangeError("a field is cut off");
    if (wireType === 2) {
      found.push({ from, to: at, tagEnd });
      run = undefined;
    } else if (run === undefined) {
      run = { from, to: at };
      found.push(run);
    } else run.to = at;
  }
  return found;
}

/** The fields of a piece that are not as they would be if nothing had been sent. */
function namesSet(piece: Fields, defaults: Fields): string[] {
  const names: string[] = [];
  for (const name in defaults) {
    const value = piece[name];
    if (value !== defaults[name] && !isEmpty(value, defaults[name])) names.push(name);
  }
  return names;
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
