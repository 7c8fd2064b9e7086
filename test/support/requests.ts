import fc from "fast-check";
import type { OpenApi, Operation, Parameter } from "../../services/gateway/documents/openapi.ts";

/** A request as the document allows it, or nearly. */
export interface Made {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

interface Schema {
  $ref?: string;
  const?: unknown;
  enum?: unknown[];
  type?: string | string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

/** What people and programs send who mean no good, or do not know better. */
const hostile = fc.constantFrom(
  ...["", " ", "0", "-1", "1e308", "NaN", "null", "true", "[]", "{}", "undefined", "\u0000", "\r\nX-Evil: 1", "%00"],
  ...[
    "../../etc/passwd",
    "..%2f..%2f",
    "';drop table events;--",
    "' or '1'='1",
    "$(id)",
    "`id`",
    "{{7*7}}",
    "__proto__",
  ],
  ...["<script>alert(1)</script>", "=cmd|'/c calc'!A1", "\u202egnp.exe", "\ud800", "😀".repeat(40), "\uffff"],
  ...[
    "9007199254740993",
    "18446744073709551616",
    "2026-02-30T25:61:00Z",
    "0-0",
    "9999999999999-9999999",
    "*",
    "x".repeat(4_000),
  ],
);

/** Values that a schema allows, those at its bounds among them. */
function valid(schema: Schema, document: OpenApi): fc.Arbitrary<unknown> {
  const { $ref, const: only, enum: some, anyOf, oneOf, type } = schema;
  if ($ref) return valid(resolve(document, $ref), document);
  if (only !== undefined) return fc.constant(only);
  if (some) return fc.constantFrom(...some);
  const variants = anyOf ?? oneOf;
  if (variants) {
    const { anyOf: _, oneOf: __, ...shared } = schema; // what all of them have beside it
    return fc.oneof(...variants.map((variant) => valid({ ...shared, ...variant }, document)));
  }
  const types = type === undefined ? ["string", "integer", "object"] : [type].flat();
  return fc.oneof(...types.map((each) => ofType(each, schema, document)));
}

function ofType(type: string, schema: Schema, document: OpenApi): fc.Arbitrary<unknown> {
  const {
    minimum = -1_000,
    maximum = 2 ** 53 - 1,
    minItems = 0,
    maxItems = 3,
    properties = {},
    required = [],
  } = schema;
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
    case "number":
      return fc.oneof(fc.double({ min: minimum, max: maximum, noNaN: true }), fc.constantFrom(minimum, maximum));
    case "array":
      return fc.array(valid(schema.items ?? {}, document), { minLength: minItems, maxLength: Math.min(maxItems, 5) });
    case "object": {
      const fields = Object.entries(properties).map(([name, field]) => [name, valid(field, document)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: required });
    }
    default:
      return text(schema);
  }
}

function text({ pattern, format, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") {
    const date = fc.date({ noInvalidDate: true, min: new Date("2001"), max: new Date("2099") });
    return often(
      date.map((date) => date.toISOString()),
      strangeInstants,
    );
  }
  if (pattern) return often(matching(pattern), strangeTexts);
  return often(fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 200) }), strangeTexts);
}

/** What JSON can say and Postgres cannot keep: NUL, and halves of pairs of UTF-16. */
const strangeTexts = fc.constantFrom("\u0000", "a\u0000b", "\ud800", "a\udfff", "\udc00\ud800");

/** What looks like an instant, and is none to the calendar or to Postgres. */
const strangeInstants = fc.constantFrom(
  ...["2026-02-30T12:00:00Z", "2026-02-31T00:00:00Z", "2027-02-31T00:00:00.000Z", "0000-01-01T00:00:00Z"],
  ...["2026-03-01T00:00:00+23:59", "2026-03-01T00:00:00-16:00", "2026-03-01T00:00:00+2400", "2026-12-31T23:59:60Z"],
  ...["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00Z", `2026-03-01T00:00:00.${"1".repeat(200)}Z`],
);

const often = (usual: fc.Arbitrary<string>, strange: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: strange });

const pools = new Map<string, fc.Arbitrary<string>>();

/** A few texts of a pattern, the same in every run: to make one from scratch takes milliseconds. */
function matching(pattern: string): fc.Arbitrary<string> {
  const known = pools.get(pattern);
  if (known) return known;
  const shape = new RegExp(pattern, "u");
  const some = fc.sample(fc.string({ minLength: 1, maxLength: 30 }), { numRuns: 100, seed: 1 });
  const fitting = some.filter((each) => shape.test(each)).slice(0, 12);
  const pool = fitting.length > 0 ? fitting : fc.sample(fc.stringMatching(shape), { numRuns: 8, seed: 1 });
  pools.set(pattern, fc.constantFrom(...pool));
  return fc.constantFrom(...pool);
}

/** Requests for an operation: mostly right, with `known` values that lead somewhere, and now and then anything else. */
export function requestsFor(
  [method, path, { parameters, requestBody }]: [method: string, path: string, operation: Operation],
  document: OpenApi,
  known: readonly string[],
): fc.Arbitrary<Made> {
  const own = parameters.filter((each): each is Parameter => "name" in each);
  const shared = parameters.flatMap((each) => ("$ref" in each ? [parameterOf(document, each.$ref)] : []));
  const inPath = own.filter((each) => each.in === "path");
  const inQuery = own.filter((each) => each.in === "query");
  const value = (schema: Schema) => {
    const fitting = known.filter((each) => fits(each, schema));
    return fc.oneof(
      { weight: 12, arbitrary: valid(schema, document) },
      ...(fitting.length > 0 ? [{ weight: 12, arbitrary: fc.constantFrom(...fitting) }] : []),
      { weight: 1, arbitrary: hostile },
      { weight: 1, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.string(), fc.jsonValue()) },
    );
  };
  const record = (some: Parameter[]) =>
    fc.record(Object.fromEntries(some.map((each) => [each.name, value(each.schema)])));
  const query = fc
    .record(Object.fromEntries(inQuery.map((each) => [each.name, value(each.schema)])), { requiredKeys: [] })
    .chain((fields) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(fields) },
        { weight: 1, arbitrary: fc.tuple(hostile, hostile).map(([name, extra]) => ({ ...fields, [name]: extra })) },
      ),
    );
  const headers = fc.record(
    Object.fromEntries(shared.map(({ name, schema }) => [name, fc.oneof(valid(schema, document), hostile)])),
    { requiredKeys: [] },
  );
  const whole = { path: record(inPath), query, headers, body: bodyOf(requestBody, document, value) };
  return fc.record(whole).map((parts): Made => {
    const place = path.replaceAll(/\{(\w+)\}/g, (_, name) => encoded(parts.path[name]));
    const search = Object.entries(parts.query).map(([name, each]) => `${encoded(name)}=${encoded(each)}`);
    return {
      method: method.toUpperCase(),
      path: search.length > 0 ? `${place}?${search.join("&")}` : place,
      headers: { ...sendable(parts.headers), ...(parts.body && { "content-type": parts.body.type }) },
      ...(parts.body && { body: parts.body.text }),
    };
  });
}

type Body = { type: string; text: string } | undefined;

function bodyOf(
  body: Operation["requestBody"],
  document: OpenApi,
  value: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Body> {
  if (!body) return fc.constant(undefined);
  const schema = body.content["application/json"]?.schema as Schema;
  const whole = schema.$ref ? resolve(document, schema.$ref) : schema;
  const json = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<Body> =>
    arbitrary.map((each) => ({ type: "application/json", text: JSON.stringify(each) ?? "" }));
  const loose = Object.fromEntries(Object.entries(whole.properties ?? {}).map(([name, field]) => [name, value(field)]));
  return fc.oneof(
    { weight: 4, arbitrary: json(valid(whole, document)) },
    { weight: 4, arbitrary: json(fc.record(loose, { requiredKeys: [] })) },
    { weight: 1, arbitrary: json(fc.jsonValue()) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("application/json", "text/plain"), text: hostile }) },
  );
}

/** Whether a known value can stand where a text of this kind is wanted. */
function fits(text: string, { type, format, pattern }: Schema): boolean {
  if (type !== "string" || (pattern !== undefined && !new RegExp(pattern, "u").test(text))) return false;
  return format === undefined || (format === "uuid" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text));
}

/** Those that an HTTP client agrees to send. */
function sendable(headers: Record<string, unknown>): Record<string, string> {
  const fine = Object.entries(headers).filter(([, value]) => /^[\x21-\x7e][\x20-\x7e]*$/.test(String(value)));
  return Object.fromEntries(fine.map(([name, value]) => [name, String(value)]));
}

/** As it can stand in an address; a lone surrogate cannot. */
function encoded(value: unknown): string {
  const words = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return encodeURIComponent(words.toWellFormed());
}

function parameterOf(document: OpenApi, ref: string): Parameter {
  return (document.components.parameters as Record<string, Parameter>)[ref.split("/").at(-1) as string] as Parameter;
}

function resolve(document: OpenApi, ref: string): Schema {
  const name = ref.split("/").at(-1) as string;
  return (document.components.schemas as Record<string, Schema>)[name] as Schema;
}
