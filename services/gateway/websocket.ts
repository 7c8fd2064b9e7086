import { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Service } from "moleculer";
import { WebSocketServer } from "ws";
import { registryOf } from "./access.ts";
import { refuseForeignOrigin } from "./auth.ts";
import { clientOf } from "./client.ts";
import { commandOf } from "./commands.ts";
import { isAllowedOrigin } from "./cors.ts";
import { ApiError, notFound } from "./errors.ts";
import { type Holder, holderOf, whoAsks } from "./feed-holder.ts";
import { FeedSocket, KEEPALIVE_SECONDS, type SocketHost } from "./feed-socket.ts";
import { type Prepared, subscription } from "./follow.ts";
import type { Gateway } from "./gateway.ts";
import { correlationId, isUpgrade, overTls, securityHeaders } from "./headers.ts";
import type { Http, HttpRequest } from "./http.ts";
import { ask } from "./in-process.ts";
import { feedLimits } from "./live-feed.ts";

const MAX_FRAME_BYTES = 65_536;

/** Live feeds and commands on `/ws`, for whom one connection has to be enough: contracts/feed.ts says what is sent. */
export class Sockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    autoPong: false,
    clientTracking: false,
  });
  readonly #all = new Set<FeedSocket>();
  #timers: NodeJS.Timeout[] = [];
  #isClosed = false;

  /** Takes what the gateway's server is asked to upgrade, from now on. */
  accept(gateway: Gateway & Http): void {
    const host = gateway as Host;
    host.server.on("upgrade", (request, socket, head) => {
      void this.#upgrade(host, request as HttpRequest, socket, head);
    });
    this.#server.on("wsClientError", ({ message }, socket, request) =>
      refuse(host, request as HttpRequest, socket, new ApiError(400, "BAD_REQUEST", `No WebSocket: ${message}.`)),
    );
    this.#timers = [
      setInterval(() => {
        host.feed.advance();
        for (const socket of this.#all) socket.keepalive();
      }, KEEPALIVE_SECONDS * 1_000),
      setInterval(() => {
        for (const socket of this.#all) void socket.recheck();
      }, feedLimits.recheckMs),
    ];
  }

  /** Tells everybody that the gateway goes, and lets nobody in any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#all) socket.close(1001, "STOPPING");
  }

  /** Nobody is let in whom an HTTP request would not let in, and no page of another site. */
  async #upgrade(host: Host, request: HttpRequest, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    request.correlationId = correlationId(request.headers);
    request.client = clientOf(request, host.config.TRUSTED_PROXY_HOPS);
    try {
      if (!isUpgrade(request)) throw notFound("such path");
      if (!isAllowedOrigin(host.config, request.headers)) refuseForeignOrigin(request.headers);
      const registry = registryOf(host);
      const who = await whoAsks(host, request);
      if (who.by === "cookie") refuseForeignOrigin(request.headers); // a page of another origin has a key of its own
      const holder = holderOf(registry, who, request);
      if (this.#isClosed) throw new ApiError(503, "STOPPING", "This process is stopping.");
      const leave = host.seats.take("websocket", holder.owner);
      if (socket.destroyed) return leave();
      socket.once("close", leave);
      this.#server.handleUpgrade(request, socket, head, (ws) => {
        const client = new FeedSocket(ws, socket, holder, hostOf(host, holder, request));
        this.#all.add(client);
        ws.once("close", () => this.#all.delete(client));
      });
    } catch (error) {
      refuse(host, request, socket, error);
    }
  }
}

type Host = Service &
  Gateway &
  Http &
  Parameters<typeof whoAsks>[0] & { sockets: Sockets } & {
    errorHandler(request: HttpRequest, response: ServerResponse, error: unknown): void;
  };

function hostOf(gateway: Host, { who }: Holder, request: HttpRequest): SocketHost {
  return {
    async prepare({ stream, after, recent, filter: { types, ...filter } = {} }) {
      const wanted = { ...filter, ...(types ? { types: types.join() } : {}) };
      const begin = { ...(after === undefined ? {} : { after }), ...(recent === undefined ? {} : { recent }) };
      const { body } = await ask(gateway, subscription, { id: stream, ...wanted, ...begin }, { who, request });
      return body as Prepared;
    },
    follow: (outlet, { listener, start, room }) => gateway.feed.connect(outlet, listener, start, room),
    call: ({ route, input = {} }) => ask(gateway, commandOf(route), input as Record<string, unknown>, { who, request }),
    failed(err, correlationId) {
      gateway.logger.error({ err, correlationId }, "request on a WebSocket failed");
    },
  };
}

/** Answers in HTTP a request that becomes no WebSocket. */
function refuse(host: Host, request: HttpRequest, socket: Duplex, error: unknown): void {
  if (!socket.writable) return void socket.destroy();
  const response = new ServerResponse(request);
  response.assignSocket(socket as Parameters<typeof response.assignSocket>[0]);
  response.shouldKeepAlive = false;
  response.setHeader("x-correlation-id", request.correlationId);
  for (const [name, value] of Object.entries(securityHeaders(overTls(request)))) response.setHeader(name, value);
  response.once("finish", () => socket.end());
  host.errorHandler(request, response, error);
}
