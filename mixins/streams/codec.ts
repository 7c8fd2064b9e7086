import type { ValidateFunction } from "ajv";
import { deadLetterSchema } from "../../contracts/dead-letter.ts";
import { rawEnvelopeSchema } from "../../contracts/raw-envelope.ts";
import type { StreamMessages, StreamName } from "../../contracts/streams.ts";
import { unifiedEventSchema } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { JsonError, parseJson } from "../../lib/json.ts";
import { createAjv, describeErrors } from "../../lib/json-schema-validator.ts";

/** A stream entry as Redis holds it: field, value, field, value, ... */
export type Words = string[];

type Fields = Record<string, string>;

const ajv = createAjv();
const checks = {
  "ttlc:raw": ajv.compile(rawEnvelopeSchema),
  "ttlc:events": ajv.compile(unifiedEventSchema),
  "ttlc:dlq": ajv.compile(deadLetterSchema),
};

/** The flat text fields of `message`, in the order of the contract. Absent fields are left out. */
export function encode<Name extends StreamName>(stream: Name, message: StreamMessages[Name]): Words {
  const words: Words = [];
  addWords(words as Row, stream, message);
  return words;
}

/** What a script is told of a message to append: some things before, how many words it has, and these. */
export type Row = (string | number)[];

/** A row with `before` first. */
export function encodeRow<Name extends StreamName>(
  before: Readonly<Row>,
  stream: Name,
  message: StreamMessages[Name],
): Row {
  const row = [...before, 0];
  row[before.length] = addWords(row, stream, message);
  return row;
}

/** Adds them to `words`; returns how many. */
function addWords(words: Row, stream: StreamName, message: object): number {
  const before = words.length;
  for (const field of Object.keys(message)) {
    const value = message[field as keyof typeof message] as unknown;
    if (value === undefined) continue;
    words.push(field, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  if (words.length === before) throw new TypeError(`nothing to append to ${stream}`);
  return words.length - before;
}

/**
 * The typed message in an entry, checked against its contract. `data` of a raw entry stays the text it is: only the
 * normalizer looks inside.
 *
 * @throws PoisonMessageError PARSE_ERROR (a field is not what it should be) or SCHEMA_ERROR (against the contract)
 */
export function decode<Name extends StreamName>(stream: Name, words: Words): StreamMessages[Name] {
  return decoders[stream](fieldsOf(words)) as StreamMessages[Name];
}

/** Inherits nothing, as a field may be called anything. (Object.create(null) would make a hash table: slow.) */
class Empty {
  [field: string]: string;
}
Object.setPrototypeOf(Empty.prototype, null);
Reflect.deleteProperty(Empty.prototype, "constructor");

/** The entry's fields as an object that inherits nothing. */
export function fieldsOf(words: Words): Fields {
  const fields = new Empty();
  for (let i = 0; i + 1 < words.length; i += 2) fields[words[i] as string] = words[i + 1] as string;
  return fields;
}

const decoders = {
  "ttlc:raw": (fields: Fields) => valid("ttlc:raw", boolean(integer(fields, "seqNo"), "isHistory")),

  "ttlc:events": ({ event: text, ...rest }: Fields) => {
    if (text === undefined) throw new PoisonMessageError("PARSE_ERROR", "the entry has no field `event`");
    return { ...rest, event: valid("ttlc:events", json(text)) };
  },

  "ttlc:dlq": (fields: Fields) => valid("ttlc:dlq", integer(fields, "attempts")),
};

function valid(stream: StreamName, message: unknown): unknown {
  const check: ValidateFunction = checks[stream];
  if (!check(message)) throw new PoisonMessageError("SCHEMA_ERROR", describeErrors(check));
  return message;
}

function json(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new PoisonMessageError("PARSE_ERROR", error.message);
    throw error;
  }
}

function integer(fields: Fields, name: string): Fields {
  const text = fields[name];
  if (text === undefined) return fields;
  if (!/^-?\d{1,16}$/.test(text)) throw new PoisonMessageError("PARSE_ERROR", `${name} is not an integer`);
  return Object.assign(fields, { [name]: Number(text) });
}

function boolean(fields: Fields, name: string): Fields {
  const text = fields[name];
  if (text === undefined) return fields;
  if (text !== "true" && text !== "false") throw new PoisonMessageError("PARSE_ERROR", `${name} is not true or false`);
  return Object.assign(fields, { [name]: text === "true" });
}
