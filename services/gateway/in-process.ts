import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Principal } from "./auth.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";
import type { Call, Route } from "./route.ts";

/** What a route answered. */
export interface Answer {
  status: number;
  /** JSON, text, or nothing. */
  body: unknown;
}

/** Who asks, and the request by which their connection was opened. */
export interface Origin {
  who: Principal;
  request: HttpRequest;
}

/**
 * Asks a route of this gateway without a request of its own: everything that holds for one (rights, limits, checks of
 * the input, records) holds for this, too, as it goes the same way.
 *
 * @param input what the path, the query and the body would tell
 * @throws what the route throws
 */
export function ask(
  gateway: Gateway,
  route: Pick<Route, "path" | "alias">,
  input: Record<string, unknown>,
  { who, request }: Origin,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer = new InProcessAnswer((answer) => resolve(answer));
    const asked = requestFor(gateway, route, input, { who, request });
    route.alias.call(gateway, asked, answer as unknown as ServerResponse, reject);
  });
}

function requestFor(
  { broker }: Gateway,
  { path }: Pick<Route, "path">,
  input: Record<string, unknown>,
  { who, request }: Origin,
): HttpRequest {
  const [method = "GET", pattern = "/"] = path.split(" ");
  const named = [...pattern.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const params = Object.fromEntries(named.filter((name) => name in input).map((name) => [name, input[name]]));
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !named.includes(name)));
  const hasBody = ["POST", "PUT", "PATCH"].includes(method);
  const body = Buffer.from(hasBody ? JSON.stringify(rest) : "");
  const correlationId = randomUUID();
  const call: Call = (action, params = {}, options = {}) =>
    broker.call(action, params, { ...options, requestID: correlationId, meta: { user: who } });
  return Object.assign(Object.create(request), {
    method,
    url: pattern.replaceAll(/:(\w+)/g, (_, name) => inAddress(input[name])),
    headers: {
      ...lasting(request.headers),
      "content-type": "application/json",
      "content-length": String(body.length),
    },
    iterator: () => Readable.from([body]).iterator(),
    correlationId,
    $ctx: { call, meta: { user: who } },
    $params: { params, query: hasBody ? {} : rest },
  }) as HttpRequest;
}

/** Of anything: it was not checked yet. */
const inAddress = (value: unknown) =>
  encodeURIComponent((typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed());

/** What was said of the one request that opened the connection holds for no other. */
const once = ["idempotency-key", "if-match", "if-none-match", "last-event-id", "transfer-encoding", "x-correlation-id"];
const lasting = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !once.includes(name)));

/** As much of an HTTP answer as routes use. */
export class InProcessAnswer {
  destroyed = false;
  headersSent = false;
  #status = 200;
  #isJson = false;
  readonly #done: (answer: Answer) => void;

  constructor(done: (answer: Answer) => void) {
    this.#done = done;
  }

  setHeader(name: string, value: unknown): this {
    if (name === "content-type") this.#isJson = String(value).startsWith("application/json");
    return this;
  }

  writeHead(status: number): this {
    this.#status = status;
    return this;
  }

  /** Answers with a value as it is. */
  pass(body: unknown): void {
    this.headersSent = true;
    this.#done({ status: this.#status, body });
  }

  end(bytes: string | Buffer = ""): void {
    const text = String(bytes);
    this.pass(text === "" ? undefined : this.#isJson ? JSON.parse(text) : text);
  }
}
