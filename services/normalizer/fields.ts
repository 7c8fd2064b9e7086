/**
 * Readers for the parts of a decoded message. A message comes in one of two layouts: the connector's (v3, decoded from
 * protobuf) or Euler's (v2, JSON). Where a name differs, the caller reads `v3 ?? v2`.
 *
 * Readers clean what can be cleaned and never judge: a value of the wrong kind goes on as it is, and the schema
 * refuses the event with the path of the field.
 */

/** A decoded message or a part of one, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

/** Most characters (code points) of a text and of a name; the contract allows no more of a text. */
const MAX_TEXT = 10_000;
const MAX_NAME = 512;
/** Most entries of a list that the contract takes. */
const MAX_ITEMS = 100;

const NOTHING: Fields = Object.freeze(Object.create(null));

/** The message inside `value`; an empty one when there is none. */
export function part(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : NOTHING;
}

/** The messages of a repeated field, at most as many as an event may list. */
export function parts(value: unknown): Fields[] {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS).map(part) : [];
}

/** Text that jsonb, JSON and every UTF-8 reader take: no NUL, no half of a surrogate pair. */
export function clean(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** A text field, `""` when absent; cut, never within a character. */
export function text(value: unknown, maxLength = MAX_TEXT): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? cut(clean(value), maxLength) : (value as string);
}

/** A text field where empty means absent. */
export function someText(value: unknown): string | undefined {
  return text(value) || undefined;
}

/** A name people chose, or their handle. */
export function name(value: unknown): string {
  return text(value, MAX_NAME);
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let end = 0;
  for (let taken = 0; taken < maxLength && end < text.length; taken++) {
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

/** An integer field: a number or, as all 64-bit fields come, its digits. 0 when absent, NaN when it is none. */
export function amount(value: unknown): number {
  if (value === undefined || value === null || value === "") return 0;
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
}

/** An integer field where 0 means absent, as protobuf cannot tell them apart. */
export function someAmount(value: unknown): number | undefined {
  const number = amount(value);
  return number === 0 ? undefined : number;
}

/**
 * TikTok's id of a thing (gift, emote, battle, message), not of a person: decimal digits, so that no name can hide in
 * it. Absent when it is 0 or anything else.
 */
export function id(value: unknown): string | undefined {
  const digits = typeof value === "number" ? String(value) : value;
  return typeof digits === "string" && /^[1-9]\d{0,19}$/.test(digits) ? digits : undefined;
}

/** An id of any form, such as a person's; absent when it is `""` or `"0"`. */
export function reference(value: unknown): string | undefined {
  const id = typeof value === "number" ? String(value) : clean(word(value));
  return id === "" || id === "0" ? undefined : id;
}

/** The address of an image: its first one. */
export function firstUrl(image: unknown): unknown {
  const { urlList, url, mUrls, imageUrl } = part(image);
  return part(urlList ?? url ?? mUrls)[0] ?? imageUrl;
}

/** The address of a gift's or emote's picture without its query, which may be signed for one viewer. */
export function pictureUrl(image: unknown): string | undefined {
  const address = firstUrl(image);
  const url = typeof address === "string" && address.length <= MAX_TEXT ? URL.parse(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? `${url.origin}${url.pathname}` : undefined;
}

/** A text to decide by, not to pass on: `""` when it is none. */
export function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Which of TikTok's sentences a localised text is; lower case, for searching. */
export function sentenceKey(value: unknown): string {
  const { key, displayType } = part(value);
  return word(key ?? displayType).toLowerCase();
}

/** `fields` without those that are undefined, in the same order. */
export function defined<Shape extends object>(fields: Shape): Shape {
  const result: Partial<Shape> = {};
  for (const key in fields) if (fields[key] !== undefined) result[key] = fields[key];
  return result as Shape;
}
