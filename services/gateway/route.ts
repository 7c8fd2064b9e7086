import type { ServerResponse } from "node:http";
import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import type { Scope, View } from "../../contracts/access.ts";
import { isInstant } from "../../lib/instant.ts";
import { createAjv, problemsOf } from "../../lib/json-schema-validator.ts";
import { notStorable, unstorable } from "../../lib/unstorable.ts";
import { type AuditNote, belongingOf, isChange, recorded } from "./audit.ts";
import { NOBODY, type Principal } from "./auth.ts";
import { readJson } from "./body.ts";
import { callerOf } from "./client.ts";
import { forbidden, invalid } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";
import { type Answer, once } from "./idempotency.ts";
import { charge } from "./limits.ts";
import { grantOf, type Right, scopeOf } from "./rights.ts";
import { assertInScope, type TargetKind } from "./scope.ts";

/** As everywhere, but exact about instants: what comes in here goes to Postgres. */
const ajv = createAjv({ coerceTypes: true, useDefaults: true, allErrors: true }).addFormat("date-time", isInstant);

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

/** What a handler gets: its checked input, who asks and how far their right reaches, and the request for the rest. */
export interface Asked<Input> {
  input: Input;
  who: Principal;
  /** Lists answer nothing beyond it; a route's target was checked against it already. */
  scope: Scope;
  view: View;
  request: HttpRequest;
  call: Call;
  /** Adds to the audit row of this change what the route's facts do not tell: never a secret. */
  note(more: AuditNote): void;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Everything that is to be known of a route but what it does: aliases, rights, limits and documents are made from it. */
export interface RouteFacts<Input extends JSONSchema = JSONSchema> {
  /** Method and path, as moleculer-web has them. */
  path: `${Method} /${string}`;
  /** Unique, camel case: the operationId of the documents, the method of the client. */
  id: string;
  /** One line for a person. */
  summary: string;
  /** A row of the matrix; `known`: whoever has credentials; `anybody`: also without. */
  right: Right | "known" | "anybody";
  /** The field of the input that must name something within the caller's reach, else the answer is 404. */
  target?: { field: string; kind: TargetKind };
  /** A feed that a browser opens without headers: a one-time ticket in `?ticket=` will do. */
  tickets?: true;
  /** Parameters in the path together with the query, or with the fields of a body. */
  input: Input;
  /** An input that is understood, without what the path names: shown in the documents, sent by tests of all routes. */
  example?: Record<string, unknown>;
  /** What it takes of the caller's rate limit, 1 unless it says so; 0: it asks nobody, so it is not counted. */
  cost?: Cost;
  /** A POST that changes nothing: it is counted with the reads, and leaves no row in the audit. */
  isRead?: true;
  /** Its answer holds what is shown once: it is not kept for an Idempotency-Key. */
  secret?: true;
  /** It changes only the version that If-Match names, an ETag: 428 without it, 412 for another. */
  versioned?: true;
  /** By status: the schema of the JSON, the media type of anything else, or null for nothing. Errors need not be told. */
  answers: Record<number, JSONSchema | string | null>;
  /** Something for a browser to show, and no part of the API's documents. */
  isPage?: true;
}

/** Where it depends on the input, 1 is taken before that is read, and the rest after. */
type Cost = number | ((input: Record<string, unknown>) => number);

export type Route = RouteFacts & { alias: Alias };

type Alias = (this: Gateway, request: HttpRequest, response: ServerResponse, next: (error: unknown) => void) => void;
type Handler<Schema, Result> = (
  asked: Asked<Schema extends JSONSchema ? FromSchema<Schema> : never>,
  gateway: Gateway,
  response: ServerResponse,
) => Result;

/** A route that answers with what `handler` returns: a Reply, or a value for JSON. */
export function route<const Schema extends JSONSchema>(
  facts: RouteFacts<Schema>,
  handler: Handler<Schema, unknown>,
): Route {
  return define(facts, async (asked, gateway, response) => {
    const act = async () => {
      const result = await handler(asked as Parameters<typeof handler>[0], gateway, response);
      return result instanceof Reply ? result : new Reply(200, result);
    };
    return onceOnly(facts, asked, gateway, act);
  });
}

/** A route whose handler writes the answer itself. */
export function feed<const Schema extends JSONSchema>(
  facts: RouteFacts<Schema>,
  handler: Handler<Schema, Promise<void>>,
): Route {
  return define(facts, async (asked, gateway, response) => {
    await handler(asked as Parameters<typeof handler>[0], gateway, response);
    return undefined;
  });
}

function define(
  facts: RouteFacts,
  handler: (asked: Asked<unknown>, gateway: Gateway, response: ServerResponse) => Promise<Reply | undefined>,
): Route {
  const read = inputReader(facts.input);
  const serve = async (gateway: Gateway, request: HttpRequest, response: ServerResponse): Promise<void> => {
    const call: Call = (action, params = {}, options = {}) => request.$ctx.call(action, params, options);
    const who = (request.$ctx.meta as { user?: Principal }).user ?? NOBODY;
    const { target, cost = 1 } = facts;
    const asks = { request, response, who, isRead: !isChange(facts) };
    await charge(gateway, asks, typeof cost === "number" ? cost : 1);
    const reply = await recorded(gateway, { facts, who, request, call }, async (note) => {
      const reach = permit(facts, who);
      const input = (await read(request)) as Record<string, unknown>;
      if (typeof cost === "function") await charge(gateway, asks, cost(input) - 1);
      if (target) {
        const id = String(input[target.field]);
        note({ target: { kind: target.kind, id } });
        await assertInScope(call, reach.scope, target.kind, id);
        if (isChange(facts)) note(await belongingOf({ call }, { kind: target.kind, id }));
      }
      return handler({ input, who, ...reach, request, call, note }, gateway, response);
    });
    if (reply) send(response, reply);
  };
  return {
    ...facts,
    alias(request, response, next) {
      serve(this, request, response).catch(next);
    },
  };
}

/** Of a POST with an Idempotency-Key, by somebody we know. */
async function onceOnly(
  { path, secret }: RouteFacts,
  { request, who, input }: Asked<unknown>,
  { redis }: Gateway,
  act: () => Promise<Reply>,
): Promise<Answer> {
  const key = request.headers["idempotency-key"];
  if (key === undefined || who.by === "nothing" || !path.startsWith("POST ")) return act();
  const caller = callerOf(request, who);
  return once(redis, { key: String(key), caller, target: path, input, isSecret: secret === true }, act);
}

/** @throws ApiError 403 when `who` has no such right */
function permit({ right }: RouteFacts, { role, channelIds }: Principal): { scope: Scope; view: View } {
  if (right === "anybody" || right === "known") return { scope: { channelIds }, view: "whole" };
  const grant = role === "nobody" ? undefined : grantOf(role, right);
  if (!grant) throw forbidden();
  return { scope: scopeOf(grant, channelIds), view: grant.view };
}

function inputReader(schema: JSONSchema): (request: HttpRequest) => Promise<unknown> {
  const check = ajv.compile(schema as object);
  return async (request) => {
    const fields = hasBody(request) ? await fieldsOf(request) : request.$params.query;
    const input = { ...fields, ...request.$params.params };
    const wrong = unstorable(input);
    if (wrong.length > 0) throw invalid(wrong.map((field) => ({ field, message: notStorable })));
    if (check(input)) return finite(input);
    throw invalid(problemsOf(check).map(({ field, message }) => ({ field, message })));
  };
}

/** "Infinity" and 1e999 become numbers that no limit of a schema holds for: Ajv looks only at finite ones. */
function finite(input: object): object {
  const wrong = Object.entries(input).filter(([, value]) => typeof value === "number" && !Number.isFinite(value));
  if (wrong.length === 0) return input;
  throw invalid(wrong.map(([field]) => ({ field, message: "must be finite" })));
}

/** Reads and deletions are told in their address. */
const hasBody = ({ method = "" }: HttpRequest) => ["POST", "PUT", "PATCH"].includes(method);

/** The fields of a body that must be a JSON object; a request without body has none. */
async function fieldsOf(request: HttpRequest): Promise<object> {
  const { "content-length": length, "transfer-encoding": chunked } = request.headers;
  if (chunked === undefined && (length === undefined || length === "0")) return {};
  const body = await readJson(request);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw invalid([{ field: "", message: "must be object" }]);
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const raw = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  if (!raw) response.setHeader("content-type", "application/json; charset=utf-8");
  const bytes = raw ? (body ?? "") : JSON.stringify(body);
  if (status !== 204 && status !== 304) response.setHeader("content-length", Buffer.byteLength(bytes)); // for HEAD too
  response.writeHead(status).end(bytes);
}
