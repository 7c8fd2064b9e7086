import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { WebSocketServer } from "ws";
import { apiLive, gifts, livePage, roomIdOf, roomInfo, signedUrl } from "./answers.ts";
import { fetchResult } from "./frames.ts";
import { chat } from "./person-messages.ts";
import { type RoomOptions, SimulatedRoom } from "./room.ts";

/** Euler's WebSocket; the room is named in the query. */
const EULER_PATH = "/euler";
const SOCKET_PATH = "/webcast/im/ws_proxy/ws_reuse_supplement/";
/** Clients send heartbeats and acks. */
const MAX_CLIENT_FRAME_BYTES = 65_536;

interface Request {
  url: URL;
  /** What the path's pattern captured. */
  name: string;
  body: string;
}

/** Whom the simulator stands in for. */
type Host = "web" | "webcast" | "signer" | "euler";

interface Route {
  host: Host;
  method: "GET" | "POST";
  path: RegExp;
  answer(this: SimulatedTikTok, request: Request, response: ServerResponse): void;
}

const routes: readonly Route[] = [
  // www.tiktok.com
  {
    host: "web",
    method: "GET",
    path: /^\/@([^/]+)\/live$/,
    answer({ name }, response) {
      if (this.roomOf(name)?.pageMood === "country") {
        response.writeHead(302, { location: "/login" }).end();
        return;
      }
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(livePage(this.roomOf(name)));
    },
  },
  {
    host: "web",
    method: "GET",
    path: /^\/api-live\/user\/room\/$/,
    answer({ url }, response) {
      sendJson(response, 200, apiLive(this.roomOf(url.searchParams.get("uniqueId") ?? "")));
    },
  },
  // webcast.tiktok.com
  {
    host: "webcast",
    method: "GET",
    path: /^\/webcast\/room\/info\/$/,
    answer({ url }, response) {
      sendJson(response, 200, roomInfo(this.roomById(url.searchParams.get("room_id") ?? "")));
    },
  },
  {
    host: "webcast",
    method: "GET",
    path: /^\/webcast\/gift\/list\/$/,
    answer(_request, response) {
      sendJson(response, 200, gifts());
    },
  },
  // the signer
  {
    host: "signer",
    method: "GET",
    path: /^\/webcast\/rooms\/([^/]+)\/connect$/,
    answer({ name }, response) {
      const room = this.roomById(name);
      if (!room) return sendJson(response, 404, { code: 404, message: "room not found" });
      const fault = room.signFaults.next();
      if (fault === "hang") return;
      if (fault) return refuse(response, fault.status, fault.retryAfterSec);
      const headers = {
        "content-type": "application/protobuf",
        "x-set-tt-cookie": "ttwid=simulated; Path=/",
        "x-room-id": room.roomId,
        "x-request-id": room.newId(),
        "x-agent-id": "simulator",
      };
      response.writeHead(200, headers).end(
        fetchResult(room.takeHistory(), {
          at: Date.now(),
          pushServer: `${this.url.replace("http", "ws")}${SOCKET_PATH}`,
        }),
      );
    },
  },
  {
    host: "signer",
    method: "GET",
    path: /^\/webcast\/anchors\/([^/]+)\/room_id$/,
    answer({ name }, response) {
      sendJson(response, 200, roomIdOf(this.roomOf(name)));
    },
  },
  {
    host: "signer",
    method: "POST",
    path: /^\/tiktok\/sign_url$/,
    answer({ body }, response) {
      sendJson(response, 200, signedUrl(JSON.parse(body)));
    },
  },
  {
    host: "signer",
    method: "POST",
    path: /^\/webcast\/rooms\/([^/]+)\/chat$/,
    answer({ name, body }, response) {
      const room = this.roomById(name);
      if (!room) return sendJson(response, 404, { code: 404, message: "room not found" });
      room.say(chat(room.host, { content: String(JSON.parse(body).content) }));
      sendJson(response, 200, { code: 200, message: "ok" });
    },
  },
];

/** A TikTok LIVE on this machine: everything tiktok-live-connector 2.4.0 talks to, on one loopback port. */
export class SimulatedTikTok {
  /** Requests so far, by whom they were meant for. */
  readonly asked: Record<Host, number> = { web: 0, webcast: 0, signer: 0, euler: 0 };
  readonly #byName = new Map<string, SimulatedRoom>();
  /** Also rooms that are over: their pages still answer. */
  readonly #byId = new Map<string, SimulatedRoom>();
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_FRAME_BYTES });
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  #starting: Promise<void> | undefined;
  #url = "";

  constructor() {
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** `http://127.0.0.1:port`: the signer, TikTok's pages and its webcast API at once. */
  get url(): string {
    return this.#url;
  }

  /** For EULER_WS_URL: every key is taken but the one called `expired`. */
  get eulerUrl(): string {
    return `${this.url.replace("http", "ws")}${EULER_PATH}`;
  }

  get endpoints(): { signUrl: string; webHost: string; webcastHost: string } {
    return { signUrl: this.url, webHost: this.url, webcastHost: this.url };
  }

  /** The newest of each user. */
  get rooms(): SimulatedRoom[] {
    return [...this.#byName.values()];
  }

  /**
   * Listens on loopback; once started it stays where it is.
   *
   * @param port (Default: a free one)
   */
  start(port = 0): Promise<void> {
    this.#starting ??= this.#listen(port).catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async stop(): Promise<void> {
    for (const room of this.#byId.values()) room.stop();
    this.#byName.clear();
    this.#byId.clear();
    if (!this.#starting) return;
    await this.#starting;
    this.#starting = undefined;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * Goes live. A room of the same user that is over makes way; its pages go on to say so.
   *
   * @throws Error when that user has a room that is not over
   */
  openRoom(options: RoomOptions): SimulatedRoom {
    const { uniqueId } = options;
    if (this.roomOf(uniqueId)?.isOver === false) throw new Error(`@${uniqueId} has a room already`);
    const room = new SimulatedRoom(options);
    this.#byName.set(uniqueId, room);
    this.#byId.set(room.roomId, room);
    return room;
  }

  roomOf(uniqueId: string): SimulatedRoom | undefined {
    return this.#byName.get(uniqueId);
  }

  roomById(roomId: string): SimulatedRoom | undefined {
    return this.#byId.get(roomId);
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const route = routes.find(({ method, path }) => method === request.method && path.test(url.pathname));
    if (!route) return sendJson(response, 404, { code: 404, message: "the simulator has nothing here" });
    this.asked[route.host]++;
    const name = decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? "");
    route.answer.call(this, { url, name, body: await text(request) }, response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = URL.parse(request.url ?? "", this.url);
    if (url?.pathname === EULER_PATH) {
      this.#upgradeEuler(request, socket, head, url.searchParams);
      return;
    }
    const room = url?.pathname === SOCKET_PATH ? this.roomById(url.searchParams.get("room_id") ?? "") : undefined;
    const status = room ? room.upgradeFaults.next() : 404;
    if (room && !status) {
      this.#sockets.handleUpgrade(request, socket, head, (ws) => room.wire.attach(ws, socket as Socket));
      return;
    }
    refuseUpgrade(socket, status);
  }

  #upgradeEuler(request: IncomingMessage, socket: Duplex, head: Buffer, query: URLSearchParams): void {
    this.asked.euler++;
    const room = this.roomOf(query.get("uniqueId") ?? "");
    const fault = room?.euler.faults.peek();
    if (room && fault && "status" in fault) {
      room.euler.faults.next();
      refuseUpgrade(socket, fault.status);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      if (room) room.euler.attach(ws, socket as Socket, query.get("apiKey") ?? "", room);
      else ws.close(4404, "The requested streamer is not live.");
    });
  }
}

function refuseUpgrade(socket: Duplex, status: number | undefined): void {
  socket.on("error", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nHandshake-Msg: simulated\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** The message is longer than 19 characters: shorter ones crash connector 2.4.0. */
function refuse(response: ServerResponse, status: number, retryAfterSec?: number): void {
  if (retryAfterSec !== undefined) response.setHeader("retry-after", retryAfterSec);
  sendJson(response, status, { code: status, message: "Refused by the simulator, on request." });
}
