import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { enterRoomAnswer, type Frame, heartbeatAnswer, readClientFrame } from "./frames.ts";
import type { Ledger } from "./ledger.ts";

interface Client {
  ws: WebSocket;
  /** The connection beneath, to be cut. */
  socket: Socket;
  /** It has sent im_enter_room; nothing is sent to it before. */
  hasEntered: boolean;
  /** It stays connected and hears nothing more. */
  isStalled: boolean;
}

interface WireEvents {
  entered: [];
  /** A client has received the frame `logId`. */
  ack: [logId: string];
  closed: [];
}

/** A client that does not read is cut off once this much waits for it, so that the simulator's memory stays bounded. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;

/** The sockets of one room, and what goes wrong on them. */
export class Wire extends EventEmitter<WireEvents> {
  readonly #clients = new Set<Client>();
  readonly #ledger: Ledger;
  readonly #newId: () => string;
  #framesToRepeat = 0;
  #framesToHold = 0;
  readonly #held: Frame[] = [];

  constructor(ledger: Ledger, newId: () => string) {
    super();
    this.#ledger = ledger;
    this.#newId = newId;
  }

  /** Whether anybody would receive a frame now. */
  get hasAudience(): boolean {
    return this.#audience().length > 0;
  }

  get clients(): number {
    return this.#clients.size;
  }

  attach(ws: WebSocket, socket: Socket): void {
    const client = { ws, socket, hasEntered: false, isStalled: false };
    this.#clients.add(client);
    ws.on("message", (data: Buffer) => this.#read(client, data));
    ws.on("error", () => ws.terminate());
    ws.on("close", () => {
      this.#clients.delete(client);
      this.emit("closed");
    });
  }

  /**
   * Sends a frame to everybody in the room.
   *
   * @returns the sockets it was put on; none when it was held back to be sent out of order
   */
  put(frame: Frame): WebSocket[] {
    if (this.#framesToHold > 0) {
      this.#held.push(frame);
      if (--this.#framesToHold === 0) for (const late of this.#held.splice(0).reverse()) this.#write(late);
      return [];
    }
    const sockets = this.#write(frame);
    if (this.#framesToRepeat > 0 && this.#framesToRepeat--) this.#write(frame, true);
    return sockets;
  }

  /** The next `count` frames come twice. */
  repeatFrames(count: number): void {
    this.#framesToRepeat = count;
  }

  /** The next `count` frames come in reverse order, once they are all there. */
  reverseFrames(count: number): void {
    this.#framesToHold = count;
  }

  /** Everybody now connected hears nothing more: no message, no heartbeat answer, no close. */
  stall(): void {
    for (const client of this.#clients) client.isStalled = true;
  }

  close(code: number, reason: string): void {
    for (const { ws } of this.#clients) ws.close(code, reason);
  }

  /** TCP reset: what was on its way is lost. */
  reset(): void {
    for (const { socket } of this.#clients) socket.resetAndDestroy();
  }

  #audience(): Client[] {
    return [...this.#clients].filter(
      ({ ws, hasEntered, isStalled }) => hasEntered && !isStalled && ws.readyState === WebSocket.OPEN,
    );
  }

  #write(frame: Frame, isRepeat = false): WebSocket[] {
    const sockets = this.#audience().map(({ ws }) => ws);
    if (sockets.length > 0) this.#ledger.addFrame(frame, isRepeat);
    else this.#ledger.missed += frame.messages.length;
    for (const ws of sockets) {
      ws.send(frame.bytes);
      if (ws.bufferedAmount > MAX_WAITING_BYTES) ws.terminate();
    }
    return sockets;
  }

  #read(client: Client, data: Buffer): void {
    const frame = readClientFrame(data);
    if (!frame) {
      client.ws.close(1007, "not a webcast frame");
    } else if (frame.type === "ack") {
      this.#ledger.addAck(frame.logId);
      this.emit("ack", frame.logId);
    } else if (frame.type === "hb") {
      this.#ledger.heartbeats++;
      if (!client.isStalled) client.ws.send(heartbeatAnswer(this.#newId(), frame));
    } else if (frame.type === "im_enter_room") {
      this.#ledger.entries++;
      client.hasEntered = true;
      client.ws.send(enterRoomAnswer(this.#newId()));
      this.emit("entered");
    }
  }
}
