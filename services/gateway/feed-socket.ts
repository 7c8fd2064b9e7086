import { createHash, randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { type CloseCode, type SocketRequest, socketRequestSchema } from "../../contracts/feed.ts";
import { JsonError, parseJson } from "../../lib/json.ts";
import { createAjv, problemsOf } from "../../lib/json-schema-validator.ts";
import { ApiError, errorAnswer, invalid } from "./errors.ts";
import type { FeedClient } from "./feed-client.ts";
import { socketDialect, socketFrame } from "./feed-frames.ts";
import type { Holder } from "./feed-holder.ts";
import type { Outlet } from "./feed-outlet.ts";
import type { Prepared } from "./follow.ts";
import type { Answer } from "./in-process.ts";
import { wishKey } from "./wish.ts";

export const KEEPALIVE_SECONDS = 15;

/** Of one connection. */
const limits = {
  subscriptions: 20,
  /** Frames that are no requests, before it is closed. */
  faults: 10,
  /** Requests that wait for their turn, before no more are read. */
  queued: 16,
  /** Bytes that may wait for a client before its next request is answered, and for how long, in ms. */
  maxBuffered: 262_144,
  drainMs: 30_000,
  /** How long the other side may take to close, in ms. */
  closeMs: 1_000,
};

/** What a socket's requests lead to. */
export interface SocketHost {
  /** Finds what a subscription is about; refuses what may not be listened to. */
  prepare(request: SocketRequest & { request: "subscribe" }): Promise<Prepared>;
  follow(outlet: Outlet, prepared: Prepared): FeedClient;
  call(request: SocketRequest & { request: "call" }): Promise<Answer>;
  /** Told of errors that are our own fault. */
  failed(error: unknown, correlationId: string): void;
}

type Socket = Pick<Duplex, "writableLength" | "writableNeedDrain" | "on">;

const check = createAjv().compile<SocketRequest>(socketRequestSchema);

/** One WebSocket: its subscriptions, and requests that are answered one after the other. */
export class FeedSocket {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #holder: Holder;
  readonly #host: SocketHost;
  readonly #subscriptions = new Map<string, { outlet: SocketOutlet; client: FeedClient }>();
  readonly #load = { catchingUp: 0 };
  #work: Promise<void> = Promise.resolve();
  #queued = 0;
  #drained = Promise.withResolvers<void>();
  #faults = 0;

  constructor(ws: WebSocket, socket: Socket, holder: Holder, host: SocketHost) {
    this.#ws = ws;
    this.#socket = socket;
    this.#holder = holder;
    this.#host = host;
    ws.on("error", () => {}); // it closes then, and ws has told the other side why
    ws.on("close", () => this.#ended());
    ws.on("ping", (data) => this.#hasRead() && ws.pong(data)); // who reads nothing gets nothing more to read
    ws.on("message", (data, isBinary) => this.#enqueue(data, isBinary));
    socket.on("drain", () => {
      this.#drained.resolve();
      for (const { outlet } of this.#subscriptions.values()) outlet.drained();
    });
    this.#send({ type: "welcome", connectionId: randomUUID(), keepaliveSeconds: KEEPALIVE_SECONDS });
  }

  /** Says that we are there, and how far each subscription is. */
  keepalive(): void {
    if (this.#socket.writableNeedDrain) return;
    const positions = [...this.#subscriptions].flatMap(([name, { client }]) =>
      client.position === undefined ? [] : [[name, client.position] as const],
    );
    this.#send({ type: "keepalive", positions: Object.fromEntries(positions) });
  }

  /** Closes it once the credentials have ended. While nobody can tell, it stays. */
  async recheck(): Promise<void> {
    if (await this.#holder.stillAllowed().catch(() => true)) return;
    const error = new ApiError(401, "REVOKED", "The credentials have ended, or have other rights now: connect again.");
    this.#send({ type: "revoked", error: errorAnswer(error, randomUUID()).body });
    this.close(4401, "REVOKED");
  }

  /** Ends it; the other side has a second to say that it heard. */
  close(code: CloseCode, reason: string): void {
    this.#ws.close(code, reason);
    setTimeout(() => this.#ws.terminate(), limits.closeMs).unref();
  }

  #enqueue(data: RawData, isBinary: boolean): void {
    if (++this.#queued === limits.queued) this.#ws.pause();
    this.#work = this.#work.then(async () => {
      await this.#untilRead();
      if (this.#ws.readyState === this.#ws.OPEN) await this.#answer(data, isBinary);
      if (this.#queued-- === limits.queued) this.#ws.resume();
    });
  }

  #hasRead(): boolean {
    return this.#socket.writableLength <= limits.maxBuffered;
  }

  /** Somebody who asks and asks and does not read the answers is not waited for for ever. */
  async #untilRead(): Promise<void> {
    if (this.#hasRead()) return;
    this.#drained = Promise.withResolvers();
    const cutOff = setTimeout(() => this.close(4408, "SLOW_CLIENT"), limits.drainMs);
    await this.#drained.promise;
    clearTimeout(cutOff);
  }

  async #answer(data: RawData, isBinary: boolean): Promise<void> {
    let id: string | number | null = null;
    try {
      const frame = isBinary ? undefined : parsed(String(data));
      id = idOf(frame);
      if (!check(frame)) throw this.#fault(frame);
      await this.#serve(frame);
    } catch (error) {
      const correlationId = randomUUID();
      const { status: code, body } = errorAnswer(error, correlationId);
      if (code === 500) this.#host.failed(error, correlationId);
      this.#send({ type: "response", id, status: "error", code, error: body });
      if (this.#faults >= limits.faults) this.close(4400, "NO_REQUESTS");
    }
  }

  async #serve(request: SocketRequest): Promise<void> {
    const ok = { type: "response", id: request.id, status: "ok" } as const;
    if (request.request === "ping") return this.#send(ok);
    if (request.request === "subscribe") return this.#subscribe(request);
    if (request.request === "unsubscribe") {
      const found = this.#subscriptions.get(request.subscription);
      if (!found) throw new ApiError(404, "NOT_FOUND", "There is no subscription of that name.");
      found.outlet.end();
      return this.#send({ ...ok, subscription: request.subscription });
    }
    const { status, body } = await this.#host.call(request);
    this.#send({ ...ok, code: status, ...(body === undefined ? {} : { result: body }) });
  }

  async #subscribe(request: SocketRequest & { request: "subscribe" }): Promise<void> {
    if (this.#subscriptions.size >= limits.subscriptions) {
      throw new ApiError(429, "TOO_MANY_FEEDS", `A connection has at most ${limits.subscriptions} subscriptions.`);
    }
    const prepared = await this.#host.prepare(request);
    const name = nameOf(request.stream, prepared);
    if (this.#subscriptions.has(name)) {
      throw new ApiError(409, "ALREADY_SUBSCRIBED", "This connection has the same subscription: end it first.", {
        details: { subscription: name },
      });
    }
    if (this.#ws.readyState !== this.#ws.OPEN) return; // gone before it was answered
    this.#send({ type: "response", id: request.id, status: "ok", subscription: name });
    const outlet = new SocketOutlet(name, this.#load, this.#ws, this.#socket, {
      ended: () => this.#subscriptions.delete(name),
      cutOff: () => this.close(4408, "SLOW_CLIENT"),
    });
    this.#subscriptions.set(name, { outlet, client: this.#host.follow(outlet, prepared) });
  }

  /** A frame that is no request. */
  #fault(frame: unknown): ApiError {
    this.#faults++;
    if (frame === undefined) return new ApiError(400, "BAD_JSON", "Send requests as text, in JSON.");
    return invalid(problemsOf(check).map(({ field, message }) => ({ field, message })));
  }

  #send(frame: Parameters<typeof socketFrame>[0]): void {
    this.#ws.send(socketFrame(frame), ignore);
  }

  #ended(): void {
    this.#drained.resolve();
    for (const { outlet } of this.#subscriptions.values()) outlet.closed();
    this.#subscriptions.clear();
  }
}

/** The part of a WebSocket that is one subscription. */
class SocketOutlet implements Outlet {
  readonly dialect: Outlet["dialect"];
  readonly load: Outlet["load"];
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #on: { ended(): void; cutOff(): void };
  readonly #drains: (() => void)[] = [];
  readonly #closes: (() => void)[] = [];

  constructor(
    name: string,
    load: Outlet["load"],
    ws: WebSocket,
    socket: Socket,
    on: { ended(): void; cutOff(): void },
  ) {
    this.dialect = socketDialect(name);
    this.load = load;
    this.#ws = ws;
    this.#socket = socket;
    this.#on = on;
  }

  get buffered(): number {
    return this.#socket.writableLength;
  }

  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  open(): void {}

  write(frame: string | Buffer): boolean {
    this.#ws.send(frame, { binary: false }, ignore);
    return !this.#socket.writableNeedDrain;
  }

  onDrain(then: () => void): void {
    this.#drains.push(then);
  }

  onClose(then: () => void): void {
    this.#closes.push(then);
  }

  end(): void {
    this.#on.ended();
    this.closed();
  }

  cutOff(): void {
    this.#on.cutOff();
  }

  drained(): void {
    for (const then of this.#drains) then();
  }

  closed(): void {
    for (const then of this.#closes) then();
  }
}

/** What cannot be sent any more is not our concern: the socket closes. */
const ignore = (): void => {};

/** Clients that ask for the same get frames of the same name, and so the same bytes. */
const nameOf = (asked: string, { listener: { wish, follows } }: Prepared): string =>
  createHash("sha256")
    .update(follows ? `${asked} ${wishKey({ ...wish, streamId: "" })}` : wishKey(wish))
    .digest("base64url")
    .slice(0, 16);

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

function idOf(frame: unknown): string | number | null {
  const { id = null } = typeof frame === "object" && frame !== null ? (frame as { id?: unknown }) : {};
  return typeof id === "number" || (typeof id === "string" && id.length <= 64) ? id : null;
}
