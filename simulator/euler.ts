import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { eulerMessage } from "./euler-layout.ts";
import type { Message } from "./frames.ts";
import { Refusals } from "./refusals.ts";
import type { SimulatedRoom } from "./room.ts";

/** Euler's close codes, as far as the simulator uses them of its own accord. */
const STREAM_END = 4005;
const INVALID_AUTH = 4401;
const NOT_LIVE = 4404;

/** A key that has expired, for who wants to see what happens then. */
const EXPIRED_KEY = "expired";

/** How a connection to Euler fails: by a close code after the upgrade, or by an HTTP status instead of it. */
export type EulerFault = { code: number } | { status: number };

/** One room as Euler's WebSocket gives it: JSON bundles, some of them in binary frames, as has been seen in the wild. */
export class EulerDesk extends EventEmitter<{ entered: [] }> {
  /** What the next connections get. */
  readonly faults = new Refusals<EulerFault>();
  /** Messages sent to at least one client. */
  sent = 0;
  readonly #clients = new Map<WebSocket, { socket: Socket; isStalled: boolean }>();
  #frames = 0;

  get hasAudience(): boolean {
    return [...this.#clients.values()].some(({ isStalled }) => !isStalled);
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** A client that has connected with `key`; `room` is what it asked for. */
  attach(ws: WebSocket, socket: Socket, key: string, room: SimulatedRoom): void {
    ws.on("error", () => ws.terminate());
    const fault = this.faults.next();
    const isKnown = key !== "" && key !== EXPIRED_KEY;
    const code = isKnown ? (fault as { code?: number } | undefined)?.code : INVALID_AUTH;
    if (code !== undefined || !room.isLive) {
      ws.close(code ?? NOT_LIVE, "simulated");
      return;
    }
    this.#clients.set(ws, { socket, isStalled: false });
    ws.on("close", () => this.#clients.delete(ws));
    const { host, likes, roomId: id, title, uniqueId, viewers } = room;
    const roomInfo = { id, isLive: true, currentViewers: viewers, totalViewers: viewers, totalLikes: likes, title };
    const user = { userId: host.id, uniqueId: host.handle, nickname: host.nickname };
    const features = { bundleEvents: true, rawMessages: false };
    this.#write(
      [ws],
      [
        {
          type: "workerInfo",
          data: { webSocketId: room.newId(), agentId: "simulator", schemaVersion: "v2", features },
        },
        { type: "roomInfo", data: { roomInfo, user, uniqueId } },
        { type: "tiktok.connect", data: { agentId: "simulator" } },
      ],
    );
    this.emit("entered");
  }

  put(messages: readonly Message[]): void {
    if (!this.hasAudience) return;
    const bundle = messages.flatMap((message) => eulerMessage(message) ?? []);
    if (bundle.length === 0) return;
    this.sent += bundle.length;
    this.#write([...this.#clients.keys()], bundle);
  }

  /** Everybody now connected hears nothing more. */
  stall(): void {
    for (const client of this.#clients.values()) client.isStalled = true;
  }

  close(code: number): void {
    for (const ws of this.#clients.keys()) ws.close(code, "simulated");
  }

  /** The LIVE is over: what was sent arrives, then the connection ends. */
  end(): void {
    this.close(STREAM_END);
  }

  reset(): void {
    for (const { socket } of this.#clients.values()) socket.resetAndDestroy();
  }

  #write(clients: readonly WebSocket[], messages: object[]): void {
    const text = JSON.stringify({ timestamp: Date.now(), messages });
    const isBinary = this.#frames++ % 2 === 1;
    for (const ws of clients) {
      if (this.#clients.get(ws)?.isStalled || ws.readyState !== WebSocket.OPEN) continue;
      ws.send(isBinary ? Buffer.from(text) : text, { binary: isBinary });
    }
  }
}
