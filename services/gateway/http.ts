import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context, Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import type { Config } from "../../contracts/config.ts";
import { defineMixin } from "../../lib/define-service.ts";
import { NOBODY, type Principal } from "./auth.ts";
import { type Client, clientOf } from "./client.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { ApiError, errorAnswer, notFound } from "./errors.ts";
import { correlationId, isUpgrade, overTls, securityHeaders } from "./headers.ts";
import type { Traffic } from "./traffic.ts";
import { faultOf, refuseTunnel, refuseUnreadable } from "./unreadable.ts";

/** What moleculer-web and we add to a request. */
export interface HttpRequest extends IncomingMessage {
  correlationId: string;
  client: Client;
  /** Its calls carry the correlation id to other services. */
  $ctx: Context;
  /** Where it leads, if anywhere. */
  $alias?: { fullPath: string };
  $params: { params: Record<string, string>; query: Record<string, unknown> };
}

export interface Http {
  /** Listens between `started` and `stopped`. */
  server: Server;
}

/** What we use of moleculer-web's service, and what we put in its place. */
type Host = Service & { config: Config; traffic: Traffic } & Http & {
    aliases: { method: string; match(path: string): object | false }[];
    httpHandler(request: IncomingMessage, response: ServerResponse): Promise<void>;
    errorHandler(request: HttpRequest, response: ServerResponse, error: unknown): void;
    send404(request: HttpRequest, response: ServerResponse): void;
  };

/** Longer than a proxy in front of us keeps an idle connection: it must be the one that closes it. */
const KEEP_ALIVE_MS = 75_000;
/** At a stop, what is still open after this is cut off. */
const CLOSE_MS = 1_000;

const settings: ServiceSettingSchema & Record<string, unknown> = {
  server: false, // ours
  /** A request must have arrived within so many milliseconds; its answer may take longer. */
  requestTimeout: 30_000,
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
  const { requestTimeout } = this.settings as { requestTimeout: number };
  const limits = {
    requestTimeout,
    connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
    keepAliveTimeout: KEEP_ALIVE_MS,
    shouldUpgradeCallback: isUpgrade,
    requireHostHeader: false, // faultOf refuses in our own shape
  };
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    receive(this, request as HttpRequest, response);
  this.server = createServer(limits, answer);
  this.server.on("clientError", refuseUnreadable);
  this.server.on("connect", refuseTunnel);
  this.server.on("checkExpectation", answer); // what a client expects beyond 100-continue is not our concern
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
  request.client = clientOf(request, service.config.TRUSTED_PROXY_HOPS);
  watch(service, request, response);
  const headers = {
    "x-correlation-id": request.correlationId,
    ...securityHeaders(overTls(request)),
    ...corsHeaders(service.config, request.headers),
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const fault = faultOf(request);
  if (fault) service.errorHandler(request, response, fault);
  else if (request.method === "OPTIONS") answerOptions(service, request, response);
  else await service.httpHandler(request, response);
}

/** Not moleculer-web: that would run the method which a preflight asks about. */
function answerOptions(service: Host, request: HttpRequest, response: ServerResponse): void {
  const headers = preflightHeaders(service.config, request.headers, methodsOf(service, request));
  if (headers) response.writeHead(204, headers).end();
  else service.send404(request, response);
}

/** Counts the request once it is over, and logs it where that is wished. Nothing here may name a secret or a person. */
function watch({ traffic, logger, config }: Host, request: HttpRequest, response: ServerResponse): void {
  const begun = performance.now();
  response.once("close", () => {
    const { method = "", correlationId, $alias, $ctx } = request;
    const passage = {
      route: $alias?.fullPath ?? "none",
      method,
      status: response.headersSent ? response.statusCode : ("aborted" as const),
      ms: Math.round(performance.now() - begun),
    };
    const isFeed = String(response.getHeader("content-type")).startsWith("text/event-stream");
    traffic.passed({ ...passage, isFeed });
    if (config.LOG_REQUESTS === "no") return;
    const { role, by } = ($ctx?.meta as { user?: Principal } | undefined)?.user ?? NOBODY;
    logger.info({ ...passage, role, by, correlationId }, "request");
  });
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
  const methods = methodsOf(this, request);
  const allow = methods.join(", ");
  const error =
    methods.length > 0
      ? new ApiError(405, "METHOD_NOT_ALLOWED", `Allowed here: ${allow}.`, { headers: { allow } })
      : notFound("such path");
  this.errorHandler(request, response, error);
}

/** What can be done at a path. */
function methodsOf({ aliases }: Host, request: HttpRequest): string[] {
  const path = pathOf(request);
  return aliases.filter((alias) => alias.match(path)).map(({ method }) => method);
}

const pathOf = ({ url = "/" }: IncomingMessage): string => url.split("?", 1)[0] as string;
