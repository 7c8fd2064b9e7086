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

/** What a message is decoded into: memory of its own would cost more than decoding it does. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The bytes in `data`, until the next call: of a usual message they are written over.
 *
 * @throws PoisonMessageError when it is not exactly how base64 writes them
 */
export function decodeBase64(data: string): Buffer {
  const fits = Buffer.byteLength(data, "base64") <= scratch.length;
  const bytes = fits ? scratch.subarray(0, scratch.write(data, "base64")) : Buffer.from(data, "base64");
  if (bytes.toString("base64") !== data) throw new PoisonMessageError("PARSE_ERROR", "data is not valid base64");
  return bytes;
}
