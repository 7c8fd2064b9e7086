import type { ServerResponse } from "node:http";
import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { createAjv, fieldOf } from "../../lib/json-schema-validator.ts";
import { readJson } from "./body.ts";
import { invalid } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";

const ajv = createAjv({ coerceTypes: true, useDefaults: true, allErrors: true });

/** An answer that is more than a value sent as JSON with status 200. */
export class Reply {
  readonly status: number;
  /** Text and bytes go out as they are, undefined as nothing, all else as JSON. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body?: unknown, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** Calls an action under the correlation id of the request; `timeout` in ms. */
export type Call = <Result>(action: string, params?: object, options?: { timeout?: number }) => Promise<Result>;

/** What a handler gets: its checked input, and the request for what is no input. */
export interface Asked<Input> {
  input: Input;
  request: HttpRequest;
  call: Call;
}

type Alias = (this: Gateway, request: HttpRequest, response: ServerResponse, next: (error: unknown) => void) => void;
type Handler<Schema, Result> = (
  asked: Asked<Schema extends JSONSchema ? FromSchema<Schema> : never>,
  gateway: Gateway,
  response: ServerResponse,
) => Result;

/**
 * An alias of moleculer-web that answers with what `handler` returns: a Reply, or a value for JSON.
 *
 * @param schema of the input: parameters in the path together with the query, or with the fields of a POST's body
 */
export function answer<const Schema extends JSONSchema>(schema: Schema, handler: Handler<Schema, unknown>): Alias {
  return aliasOf(schema, async (asked, gateway, response) => {
    const result = await handler(asked as Parameters<typeof handler>[0], gateway, response);
    send(response, result instanceof Reply ? result : new Reply(200, result));
  });
}

/** An alias whose handler writes the answer itself. */
export function respond<const Schema extends JSONSchema>(
  schema: Schema,
  handler: Handler<Schema, Promise<void>>,
): Alias {
  return aliasOf(schema, handler as Parameters<typeof aliasOf>[1]);
}

function aliasOf(
  schema: JSONSchema,
  handler: (asked: Asked<unknown>, gateway: Gateway, response: ServerResponse) => Promise<void>,
): Alias {
  const check = ajv.compile(schema as object);
  const read = async (request: HttpRequest): Promise<unknown> => {
    const fields = request.method === "POST" ? await fieldsOf(request) : request.$params.query;
    const input = { ...fields, ...request.$params.params };
    if (check(input)) return input;
    throw invalid((check.errors ?? []).map((error) => ({ field: fieldOf(error), message: error.message ?? "" })));
  };
  return function (request, response, next) {
    const call: Call = (action, params = {}, options = {}) => request.$ctx.call(action, params, options);
    read(request)
      .then((input) => handler({ input, request, call }, this, response))
      .catch(next);
  };
}

/** The fields of a body that must be a JSON object; a request without body has none. */
async function fieldsOf(request: HttpRequest): Promise<object> {
  const { "content-length": length, "transfer-encoding": chunked } = request.headers;
  if (chunked === undefined && (length === undefined || length === "0")) return {};
  const body = await readJson(request);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw invalid([{ field: "", message: "must be object" }]);
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const raw = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  if (!raw) response.setHeader("content-type", "application/json; charset=utf-8");
  const bytes = raw ? (body ?? "") : JSON.stringify(body);
  if (status !== 204 && status !== 304) response.setHeader("content-length", Buffer.byteLength(bytes)); // for HEAD too
  response.writeHead(status).end(bytes);
}
