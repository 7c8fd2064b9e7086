import { Redis, type RedisOptions } from "ioredis";
import { type CallingOptions, type Context, Errors, type Middleware, Transporters } from "moleculer";

interface RequestPacket {
  type: string;
  target?: string;
  payload: { action?: string };
}

/**
 * Moleculer over Redis pub/sub, with two connections per node whatever Redis goes through.
 *
 * Moleculer 0.15.2's own opens one more publisher at every reconnect and leaves its PUBLISH and SUBSCRIBE promises
 * unhandled, so that a stop can end in a crash (moleculer#1363 is the same root). Here a node is connected when both
 * connections are and the subscriptions stand; ioredis reconnects and subscribes again. A publish that Redis did not
 * confirm rejects and is never sent again: an action runs once per call, or the caller is told. A request to a node
 * that no longer listens is rejected at once and not after the time-out.
 */
export class RedisTransporter extends Transporters.Redis {
  readonly #url: string;
  #sub: Redis | undefined;
  #pub: Redis | undefined;

  /** @param url `redis://` or `rediss://`, with credentials and database if need be */
  constructor(url: string) {
    super();
    this.#url = url;
  }

  /** Resolves at once; the broker starts when `onConnected` ran, be Redis up now or later. */
  override async connect(): Promise<void> {
    const sub = this.#open("sub", { maxRetriesPerRequest: null });
    // With a time-out: a stop says goodbye, and would wait for ever for a link that went silent.
    const pub = this.#open("pub", { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 2_500 });
    const bothReady = () => sub.status === "ready" && pub.status === "ready";
    let rejoining = false;
    const join = async () => {
      if (!bothReady()) return;
      await sub.ping(); // answered once the subscriptions that ioredis renewed stand
      if (this.connected || !bothReady()) return;
      const wasReconnect = rejoining;
      rejoining = true;
      await this.onConnected(wasReconnect);
    };
    for (const client of [sub, pub]) {
      client.on("ready", () => {
        join().catch((err) => this.#sub === sub && this.logger.error({ err }, "could not join the cluster"));
      });
    }
    sub.on("messageBuffer", (topic: Buffer, data: Buffer) => {
      void this.receive(commandOf(topic.toString(), this.prefix), data);
    });
    this.#sub = sub;
    this.#pub = pub;
  }

  override async disconnect(): Promise<void> {
    const clients = [this.#sub, this.#pub];
    this.#sub = this.#pub = undefined;
    this.connected = false;
    for (const client of clients) client?.disconnect();
  }

  override async subscribe(command: string, nodeID?: string): Promise<void> {
    await this.#sub?.subscribe(this.getTopicName(command, nodeID));
  }

  override async send(topic: string, data: Buffer, meta?: { packet?: RequestPacket }): Promise<void> {
    const listeners = await this.#publish(topic, data);
    const packet = meta?.packet;
    if (listeners > 0 || packet?.type !== "REQ") return;
    const error = new Errors.RequestRejectedError({ action: packet.payload.action, nodeID: packet.target });
    undelivered.add(error);
    throw error;
  }

  async #publish(topic: string, data: Buffer): Promise<number> {
    try {
      if (!this.#pub) throw new Error("the transporter is stopped");
      return await this.#pub.publish(topic, data);
    } catch (cause) {
      throw Object.assign(new Errors.BrokerDisconnectedError(""), { cause }); // it has its own message
    }
  }

  #open(role: "sub" | "pub", options: RedisOptions): Redis {
    const client = new Redis(this.#url, {
      connectionName: `ttlc:${role}:${this.nodeID}`,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
      ...options,
    });
    let reported = "";
    client.on("ready", () => {
      reported = "";
    });
    client.on("close", () => {
      if (this.connected) this.logger.warn("Redis connection lost, connecting again");
      this.connected = false;
    });
    client.on("error", (error: Error & { code?: string }) => {
      const fault = error.message || error.code || error.name;
      if (fault !== reported) this.logger.warn({ fault }, "Redis cannot be reached");
      reported = fault;
      this.broker.broadcastLocal("$transporter.error", { error, module: "transporter", type: "REDIS" });
    });
    return client;
  }
}

/** Requests that reached nobody: unlike those whose node was lost later, they have certainly not run. */
const undelivered = new WeakSet<object>();
/** Nodes that a call is tried on. */
const MAX_NODES = 3;

type Call = (action: string, params?: unknown, options?: CallingOptions) => Promise<unknown> & { ctx?: Context };

/**
 * Sends a call that reached nobody to the next node that offers the action: a node that was killed stays in the registry
 * until its heartbeat is missed, and the balancer goes on choosing it.
 */
export const nextNode: Middleware = {
  name: "NextNode",
  // the declared type is that of what the wrapped call returns
  call: ((next: Call): Call =>
    (action, params, options) => {
      const attempt = (left: number): ReturnType<Call> => {
        const called = next(action, params, options);
        if (options?.nodeID || left === 1) return called;
        const answer = called.catch((error: object) => {
          if (!undelivered.has(error)) throw error;
          return attempt(left - 1);
        });
        return Object.assign(answer, { ctx: called.ctx }); // where a caller finds the meta of the answer
      };
      return attempt(MAX_NODES);
    }) as never,
};

/**
 * Ends a remote call at its time-out. Moleculer tells the caller, but goes on to count the call as running until the
 * answer comes, so that after a lost answer every stop would wait for the whole of `tracking.shutdownTimeout`.
 */
export const remoteDeadline: Middleware = {
  name: "RemoteDeadline",
  remoteAction: (next) =>
    async function (ctx) {
      const { timeout } = ctx.options;
      if (!timeout) return next.call(this, ctx);
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        ctx.broker.transit?.removePendingRequest(ctx.id);
        late.reject(new Errors.TimeoutError("")); // Moleculer makes it a RequestTimeoutError
      }, timeout);
      try {
        return await Promise.race([next.call(this, ctx), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
};

/** `REQ` of the topic `MOL-ttlc.REQ.node-1`. */
function commandOf(topic: string, prefix: string): string {
  return topic.slice(prefix.length + 1).split(".")[0] ?? "";
}
