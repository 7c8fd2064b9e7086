import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Context, Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import type { Config } from "../../contracts/config.ts";
import { defineMixin } from "../../lib/define-service.ts";
import { ApiError, errorAnswer, notFound } from "./errors.ts";
import { correlationId, overTls, securityHeaders } from "./headers.ts";

/** What moleculer-web and we add to a request. */
export interface HttpRequest extends IncomingMessage {
  correlationId: string;
  /** Its calls carry the correlation id to other services. */
  $ctx: Context;
  $params: { params: Record<string, string>; query: Record<string, unknown> };
}

export interface Http {
  /** Listens between `started` and `stopped`. */
  server: Server;
}

/** What we use of moleculer-web's service, and what we put in its place. */
type Host = Service & { config: Config } & Http & {
    aliases: { method: string; match(path: string): object | false }[];
    httpHandler(request: IncomingMessage, response: ServerResponse): Promise<void>;
    errorHandler(request: HttpRequest, response: ServerResponse, error: unknown): void;
    send404(request: HttpRequest, response: ServerResponse): void;
  };

/** A request must have arrived within this; its answer may take longer. */
const REQUEST_MS = 30_000;
/** Longer than a proxy in front of us keeps an idle connection: it must be the one that closes it. */
const KEEP_ALIVE_MS = 75_000;
/** At a stop, what is still open after this is cut off. */
const CLOSE_MS = 1_000;

const settings: ServiceSettingSchema & Record<string, unknown> = {
  server: false, // ours
  logRequest: null,
  logResponse: null,
  logRouteRegistration: null,
  rootCallOptions(options: { requestID?: string; tracking?: boolean }, request: HttpRequest) {
    options.requestID = request.correlationId;
    // No stop waits for a live feed, nor for as long as somebody takes to read an export.
    if (/^\/streams\/[^/]+\/events|^\/\w+\/[^/]+\/export/.test(request.url ?? "")) options.tracking = false;
  },
};

/** Without its event handler: that finds routes in the schemas of services, on every change of any of them. */
const { events: _, ...moleculerWeb } = ApiGateway as unknown as ServiceSchema;

/**
 * moleculer-web, closed by default: only the aliases in `settings.routes` lead anywhere, every answer has the headers
 * of headers.ts and every error the shape of errors.ts. It listens on API_HOST:API_PORT with a server of its own, so
 * that requests moleculer-web never sees are answered alike.
 */
export const http = defineMixin<Http>()({
  mixins: [moleculerWeb],
  settings,
  // moleculer-web offers its routes to every node of the broker, to read and to change.
  actions: { listAliases: false, addRoute: false, removeRoute: false },
  methods: { errorHandler, send404 },
  started: listen as () => Promise<void>,
  stopped: close as () => Promise<void>,
});

async function listen(this: Host): Promise<void> {
  const { API_HOST: host, API_PORT: port } = this.config;
  this.server = createServer({ requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) =>
    receive(this, request as HttpRequest, response),
  );
  this.server.on("clientError", refuseUnreadable);
  this.server.listen(port, host);
  await once(this.server, "listening").catch((error) => {
    error.message = `the gateway cannot listen on API_HOST ${host}, API_PORT ${port}: ${error.message}`;
    throw error;
  });
  this.server.on("error", (err) => this.logger.error({ err }, "HTTP server"));
  this.logger.info({ host, port: (this.server.address() as AddressInfo).port }, "listening");
}

/** Answers that are under way are finished; who does not read them is not waited for. */
async function close(this: Host): Promise<void> {
  const { server } = this;
  if (!server?.listening) return;
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cutOff);
}

async function receive(service: Host, request: HttpRequest, response: ServerResponse): Promise<void> {
  request.correlationId = correlationId(request.headers);
  response.setHeader("x-correlation-id", request.correlationId);
  for (const [name, value] of Object.entries(securityHeaders(overTls(request)))) response.setHeader(name, value);
  if (!isDecodable(pathOf(request))) {
    const error = new ApiError(400, "BAD_REQUEST", "The path is not percent-encoded UTF-8.");
    service.errorHandler(request, response, error);
  } else if (request.method === "OPTIONS") {
    service.send404(request, response); // moleculer-web would run the method that a preflight asks about
  } else {
    await service.httpHandler(request, response);
  }
}

function errorHandler(this: Host, request: HttpRequest, response: ServerResponse, error: unknown): void {
  const { correlationId, method } = request;
  const { status, headers, body } = errorAnswer(error, correlationId);
  if (status === 500) this.logger.error({ err: error, method, path: pathOf(request), correlationId }, "request failed");
  if (response.headersSent) return void response.destroy();
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.statusCode = status;
  response.end(JSON.stringify(body));
}

function send404(this: Host, request: HttpRequest, response: ServerResponse): void {
  const path = pathOf(request);
  const methods = this.aliases.filter((alias) => alias.match(path)).map(({ method }) => method);
  const allow = methods.join(", ");
  const error =
    methods.length > 0
      ? new ApiError(405, "METHOD_NOT_ALLOWED", `Allowed here: ${allow}.`, { headers: { allow } })
      : notFound("such path");
  this.errorHandler(request, response, error);
}

const pathOf = ({ url = "/" }: IncomingMessage): string => url.split("?", 1)[0] as string;

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

const unreadable: Record<string, ApiError> = {
  HPE_HEADER_OVERFLOW: new ApiError(431, "HEADERS_TOO_LARGE", "The headers are too large."),
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError(408, "REQUEST_TIMEOUT", "The request took too long to arrive."),
};

/** Bytes that are no HTTP request: nobody but the socket can be answered. */
function refuseUnreadable(fault: NodeJS.ErrnoException, socket: Socket): void {
  if (fault.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const error = unreadable[fault.code ?? ""] ?? new ApiError(400, "BAD_REQUEST", "This is no HTTP request.");
  const id = correlationId({});
  const { status, body } = errorAnswer(error, id);
  const headers = { ...securityHeaders(false), "content-type": "application/json", "x-correlation-id": id };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n${lines.join("")}\r\n${JSON.stringify(body)}`);
}
