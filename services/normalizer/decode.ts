import * as proto from "tiktok-live-proto/v3";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { JsonError, parseJson } from "../../lib/json.ts";
import type { Fields } from "./fields.ts";

export type Encoding = NonNullable<RawEnvelope["encoding"]>;

/**
 * How to read `data`: as the envelope says, else by its looks. Undefined when there is no message at all: ingest sends
 * empty data without encoding in place of one that was too large.
 */
export function encodingOf(data: string, said: RawEnvelope["encoding"]): Encoding | undefined {
  if (said !== undefined) return said;
  if (data === "") return undefined;
  return /^[{["]|^null$/.test(data) ? "json" : "base64";
}

/** The fields of a JSON message. @throws PoisonMessageError */
export function decodeJson(data: string): Fields {
  let value: unknown;
  try {
    value = parseJson(data);
  } catch (error) {
    if (error instanceof JsonError) throw new PoisonMessageError("PARSE_ERROR", error.message, { cause: error });
    throw error;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new PoisonMessageError("SCHEMA_ERROR", "data must be a JSON object");
}

/** The bytes in `data`. @throws PoisonMessageError when it is not exactly how base64 writes them */
export function decodeBase64(data: string): Buffer {
  const bytes = Buffer.from(data, "base64");
  if (bytes.toString("base64") !== data) throw new PoisonMessageError("PARSE_ERROR", "data is not valid base64");
  return bytes;
}

/** A generated decoder. */
interface Codec {
  decode(bytes: Uint8Array): object;
}

/**
 * Decoders by message type. The connector finds them by name as well, but takes any name: also parts of messages
 * (`User`), map entries (`…_ArmiesEntry`) and the frame that messages travel in.
 */
const codecs = new Map<string, Codec>(
  Object.entries(proto).flatMap(([type, value]) =>
    /^Webcast[A-Za-z0-9]+$/.test(type) && type !== "WebcastPushFrame" && hasDecoder(value) ? [[type, value]] : [],
  ),
);

function hasDecoder(value: unknown): value is Codec {
  return typeof (value as Partial<Codec>).decode === "function";
}

export const knownTypes: readonly string[] = [...codecs.keys()];

/** Whether `type` is one of TikTok's messages that we have a schema of. */
export function isKnown(type: string): boolean {
  return codecs.has(type);
}

/** The fields of a protobuf message of a known type. @throws PoisonMessageError when the bytes are not one */
export function decodeProtobuf(type: string, bytes: Uint8Array): Fields {
  try {
    checkWire(bytes);
    return codecs.get(type)?.decode(bytes) as Fields;
  } catch (error) {
    throw new PoisonMessageError("PARSE_ERROR", "data cannot be decoded as protobuf", { cause: error });
  }
}

/**
 * Walks the outermost fields of a message. The generated decoders let damage pass: they skip a varint of any length,
 * and at a zero tag they stop and call what they have a message.
 */
function checkWire(bytes: Uint8Array): void {
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
  }
}
