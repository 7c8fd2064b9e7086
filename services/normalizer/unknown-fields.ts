import type { Fields } from "./fields.ts";
import { fieldOf, type Known } from "./protobuf.ts";

/** A field that a message has and its schema does not name. */
export interface UnknownField {
  /** Names of the fields around it, then its number, or in JSON its key: `user.badgeList.31`. */
  path: string;
  /** What it looks like, without its content. */
  shape: string;
}

/** Messages within messages that are looked into. */
const MAX_DEPTH = 8;
/** More of one message say nothing more. */
const MAX_FOUND = 20;
/** The highest field number that is tried when a JSON key is looked up; the schemas go to about 200. */
const MAX_NUMBER = 250;
const NOTHING = new Uint8Array();

/**
 * The fields of a protobuf message that its schema does not name, also in the messages within it: the generated
 * decoders drop them without a word. Each path once.
 *
 * @param bytes of a message that can be decoded
 */
export function unknownFields(schema: Known, bytes: Uint8Array): UnknownField[] {
  const found = new Map<string, UnknownField>();
  walk(schema, bytes, "", found, MAX_DEPTH);
  return [...found.values()];
}

/** The keys of a JSON message that its schema does not name, in the same way. */
export function unknownKeys(schema: Known, message: Fields): UnknownField[] {
  const found = new Map<string, UnknownField>();
  compare(schema, message, "", found, MAX_DEPTH);
  return [...found.values()];
}

function walk(schema: Known, bytes: Uint8Array, path: string, found: Map<string, UnknownField>, depth: number): void {
  for (const { tag, from, to } of wireFields(bytes)) {
    if (found.size >= MAX_FOUND) return;
    const field = fieldOf(schema, tag);
    if (field === null) note(found, path + (tag >>> 3), wireShape(tag, bytes.subarray(from, to)));
    else if (field.isAlone && depth > 1) {
      const inner = messageIn(schema, tag, field.name);
      if (inner) walk(inner, bytes.subarray(from, to), `${path}${field.name}.`, found, depth - 1);
    }
  }
}

function compare(schema: Known, message: Fields, path: string, found: Map<string, UnknownField>, depth: number): void {
  for (const [key, value] of Object.entries(message)) {
    if (found.size >= MAX_FOUND) return;
    if (!Object.hasOwn(schema.defaults, key)) {
      note(found, path + named(key), jsonShape(value));
      continue;
    }
    const [item] = Array.isArray(value) ? value : [value];
    if (typeof item !== "object" || item === null || depth === 1) continue;
    const inner = messageNamed(schema, key);
    if (inner) compare(inner, item as Fields, `${path}${key}.`, found, depth - 1);
  }
}

function note(found: Map<string, UnknownField>, path: string, shape: string): void {
  if (!found.has(path)) found.set(path, { path, shape });
}

/** A key as TikTok's programmers would name it; another may be data, such as an id of somebody. */
const named = (key: string) => (/^[A-Za-z_][A-Za-z_]{0,40}\d{0,3}$/.test(key) ? key : "*");

interface WireField {
  /** Number and wire type. */
  tag: number;
  /** Where its content is. */
  from: number;
  to: number;
}

/** The outermost fields of a message. Damage ends it: whoever decodes the message finds that out. */
function* wireFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor <= 2 ** 63; factor *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.POSITIVE_INFINITY;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (tag < 8 || tag >= 2 ** 32) return;
    let from = at;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 2) {
      const length = varint();
      from = at;
      at += length;
    } else if (wireType === 5) at += 4;
    else return;
    if (at > bytes.length) return;
    yield { tag, from, to: at };
  }
}

/** Of every message that was looked into: the messages within, by tag; null where a field holds none. */
const inner = new WeakMap<Known, Map<number, Known | null>>();

/** The schema of a message field, as the decoder of the message around it shows it; null when it is a map or numbers. */
function messageIn(schema: Known, tag: number, name: string): Known | null {
  const known = inner.get(schema) ?? new Map<number, Known | null>();
  inner.set(schema, known);
  let found = known.get(tag);
  if (found === undefined) {
    const decode = (bytes: Uint8Array) => (firstOf(schema.codec.decode(wrapped(tag, bytes))[name]) ?? {}) as Fields;
    const defaults = attempt(() => decode(NOTHING));
    found = isMessage(defaults) ? { codec: { decode }, defaults, fields: new Map() } : null;
    known.set(tag, found);
  }
  return found;
}

/** As `messageIn`, for who knows only the name. */
function messageNamed(schema: Known, name: string): Known | null {
  for (let number = 1; number <= MAX_NUMBER; number++) {
    const tag = number * 8 + 2;
    if (fieldOf(schema, tag)?.name === name) return messageIn(schema, tag, name);
  }
  return null;
}

const firstOf = (value: unknown) => (Array.isArray(value) ? value[0] : value);

/** A map without entries has no keys, one with an empty entry the key `""` or `0`. */
function isMessage(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return Object.keys(value).some((key) => /^[A-Za-z]/.test(key));
}

function attempt<Result>(task: () => Result): Result | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

function wrapped(tag: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...varintOf(tag), ...varintOf(bytes.length), ...bytes]);
}

function varintOf(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varintOf(value >>> 7)];
}

/** `number`, `32 bits`, `message`, `text`, `12 bytes`. A guess where protobuf cannot tell. */
function wireShape(tag: number, content: Uint8Array): string {
  if (tag % 8 === 0) return "number";
  if (tag % 8 === 1) return "64 bits";
  if (tag % 8 === 5) return "32 bits";
  let end = 0;
  for (const { to } of wireFields(content)) end = to;
  if (content.length > 1 && end === content.length) return `message of ${content.length} bytes`;
  return `${isText(content) ? "text of " : ""}${content.length} bytes`;
}

function isText(content: Uint8Array): boolean {
  return attempt(() => new TextDecoder("utf-8", { fatal: true }).decode(content)) !== undefined;
}

function jsonShape(value: unknown): string {
  if (Array.isArray(value)) return `list of ${value.length}`;
  return value === null ? "null" : typeof value;
}
