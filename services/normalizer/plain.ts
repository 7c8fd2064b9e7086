import { PoisonMessageError } from "../../lib/errors.ts";
import { MAX_DEPTH } from "../../lib/json.ts";
import { clean } from "./fields.ts";

/** Readers of `ttlc:events` take MAX_DEPTH levels; an event and its payload are two of them. */
const MAX_DATA_DEPTH = MAX_DEPTH - 2;

/**
 * A decoded message as plain JSON: bytes in base64, texts and keys cleaned, nothing undefined. Every object is fresh,
 * and a key `__proto__` is dropped, so that nobody who merges it later changes a prototype.
 *
 * @param omitDefaults leaves out what protobuf did not send but the decoder filled in (`""`, 0, false, `[]`), as
 *   protobuf's own JSON mapping does: a third of the size
 * @throws PoisonMessageError when it nests too deep for the readers of events
 */
export function plain(value: unknown, omitDefaults: boolean, depth = 1): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64");
  if (depth > MAX_DATA_DEPTH) {
    throw new PoisonMessageError("PARSE_ERROR", `data nests deeper than ${MAX_DATA_DEPTH} levels`);
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, omitDefaults, depth + 1) ?? null);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    if (key === "__proto__" || (omitDefaults && isDefault(field))) continue;
    const copy = plain(field, omitDefaults, depth + 1);
    if (copy !== undefined) result[clean(key)] = copy;
  }
  return result;
}

function isDefault(value: unknown): boolean {
  if (value === "" || value === "0" || value === 0 || value === false) return true;
  return (Array.isArray(value) || value instanceof Uint8Array) && value.length === 0;
}
