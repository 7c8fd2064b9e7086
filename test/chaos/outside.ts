import { hash } from "node:crypto";
import { once } from "node:events";
import {
  createServer as createHttp,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, createServer as createTcp, type ListenOptions, type Server, type Socket } from "node:net";
import { effectKeyOf } from "../../services/rules/rule-set.ts";

/** How a target treats who sends to it. */
export const manners = [
  "takes",
  "flaky",
  "refuses",
  "hangs",
  "drips",
  "floods",
  "redirects",
  "down",
  "canary",
] as const;
export type Manner = (typeof manners)[number];

/** Those that take everything in the end. */
export const willing: readonly Manner[] = ["takes", "flaky"];

/** A webhook as it came. */
export interface Hit {
  target: Manner;
  /** `/rules/gifts`, `/destinations/takes`. */
  path: string;
  webhookId: string;
  bodyHash: string;
  /** The events in it, in their order. */
  eventIds: string[];
  /** Of the only event in it. */
  effectKey: string | undefined;
  /** Some of it was told again. */
  isReplayed: boolean;
  /** It was answered with 204. */
  isTaken: boolean;
}

/** Something that Euler was asked to do in a room. */
export interface RoomHit {
  type: "announce" | "moderate";
  /** What was said, or to whom it was done. */
  what: string;
}

/** So that a fault meets what is under way. */
const ANSWER_MS = 30;
const EULER_MS = 400;

/** At a usual port, so that only its address is against it; where loopback is a network, runs have one each. */
const canaryAt = (): ListenOptions => {
  const part = () => 2 + Math.floor(Math.random() * 250);
  return { host: process.platform === "linux" ? `127.${part()}.${part()}.${part()}` : "127.0.0.1", port: 8443 };
};

/** Everybody whom rules and the forwarder send to, on loopback: each with a server of its own, as each is a host. */
export class Outside {
  readonly hits: Hit[] = [];
  readonly roomHits: RoomHit[] = [];
  /** Connections to the canary, where nothing may ever come. */
  canaryHits = 0;
  readonly #servers = new Map<string, Server>();
  readonly #sockets = new Set<Socket>();
  readonly #hosts = new Map<string, string>();
  #stopped = false;

  async start(): Promise<this> {
    await this.#listen(
      "canary",
      createTcp((socket) => {
        this.canaryHits++;
        socket.destroy();
      }),
      canaryAt(),
    );
    for (const manner of manners) {
      if (manner === "canary") continue;
      let count = 0;
      const answer = behaviours[manner](this.url("canary", "/"));
      const server = createHttp((request, response) =>
        this.#read(request, (body) => {
          const hit = hitOf(manner, request, body);
          this.hits.push(hit);
          response.on("finish", () => {
            hit.isTaken = response.statusCode === 204;
          });
          answer(response, ++count);
        }),
      );
      await this.#listen(manner, server);
    }
    await this.#listen("euler", this.#euler());
    await this.#close("down");
    return this;
  }

  /** What EGRESS_ALLOW is to say: all but the canary. */
  get allowed(): string {
    return manners.flatMap((manner) => (manner === "canary" ? [] : this.host(manner))).join(",");
  }

  host(name: Manner | "euler"): string {
    return this.#hosts.get(name) ?? "";
  }

  url(manner: Manner, path: string): string {
    return `${manner === "canary" ? "https" : "http"}://${this.host(manner)}${path}`;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#servers.keys()].map((name) => this.#close(name)));
  }

  async #listen(name: string, server: Server, at: ListenOptions = { host: "127.0.0.1", port: 0 }): Promise<void> {
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    });
    server.listen(at);
    await once(server, "listening");
    this.#servers.set(name, server);
    const { address, port } = server.address() as AddressInfo;
    this.#hosts.set(name, `${address}:${port}`);
  }

  async #close(name: string): Promise<void> {
    const server = this.#servers.get(name);
    if (!server?.listening) return;
    const closed = once(server, "close");
    server.close();
    if (this.#stopped) for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #read(request: IncomingMessage, done: (body: string) => void): void {
    const chunks: Buffer[] = [];
    request.on("error", () => {}).on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => done(Buffer.concat(chunks).toString()));
  }

  /** Slow; now and then it fails once it has done what it was asked, or hangs up. */
  #euler(): HttpServer {
    let count = 0;
    return createHttp((request, response) =>
      this.#read(request, (body) => {
        this.roomHits.push(roomHitOf(request.url ?? "", body));
        const nth = ++count;
        setTimeout(() => {
          if (nth % 11 === 0) response.destroy();
          else response.writeHead(nth % 7 === 0 ? 500 : 200).end("{}");
        }, EULER_MS);
      }),
    );
  }
}

type Answer = (response: ServerResponse, nth: number) => void;

const after =
  (ms: number, answer: Answer): Answer =>
  (response, nth) =>
    void setTimeout(answer, ms, response, nth);

const behaviours: Record<Exclude<Manner, "canary">, (canary: string) => Answer> = {
  takes: () => after(ANSWER_MS, (response) => response.writeHead(204).end()),
  flaky: () =>
    after(ANSWER_MS, (response, nth) => {
      if (nth % 9 === 0) response.destroy();
      else response.writeHead(nth % 5 === 0 ? 503 : 204).end();
    }),
  refuses: () => (response) => response.writeHead(422).end(),
  hangs: () => () => {},
  drips: () => (response) => {
    response.writeHead(503);
    const dripping = setInterval(() => response.write("."), 100);
    response.on("close", () => clearInterval(dripping));
  },
  /** Without an end, as fast as it is taken. */
  floods: () => (response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.writeHead(503).on("drain", pour);
    pour();
  },
  redirects: (canary) => (response) => response.writeHead(307, { location: canary }).end(),
  down: () => (response) => response.destroy(), // nobody listens
};

function hitOf(target: Manner, { url = "", headers }: IncomingMessage, body: string): Hit {
  const parsed = JSON.parse(body);
  const events = Array.isArray(parsed) ? parsed : [parsed];
  return {
    target,
    path: url,
    webhookId: String(headers["webhook-id"]),
    bodyHash: hash("sha256", body),
    eventIds: events.map(({ eventId }) => eventId),
    effectKey: Array.isArray(parsed) ? undefined : effectKeyOf(parsed),
    isReplayed: events.some(({ source }) => source !== "live"),
    isTaken: false,
  };
}

/** What was said comes in the body, to whom something was done in the address. */
function roomHitOf(url: string, body: string): RoomHit {
  const { pathname, searchParams } = new URL(url, "http://euler");
  if (pathname.endsWith("/chat")) return { type: "announce", what: JSON.parse(body).content };
  return { type: "moderate", what: searchParams.get("user_id") ?? searchParams.get("tiktok_user_id") ?? "" };
}
