import { WebSocket } from "ws";
import { ConnectError } from "../connect-error.ts";
import { isRoomId, type Sight } from "../liveness.ts";
import type { OpenOptions } from "../room-sources.ts";
import type { Closed, Source, SourceListener } from "../source.ts";
import { closedWith, failedWith, refusedWith } from "./euler-closing.ts";
import { messagesIn, type RoomFacts, roomFactsOf, toSourceMessage } from "./euler-frames.ts";

/** A frame holds many messages, each ten times as long as TikTok's own. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** For the handshake, and again until Euler has said which room it is. */
const PATIENCE_MS = 20_000;
const CLOSE_MS = 2_000;

export interface EulerOptions extends OpenOptions {
  /** Without query. */
  url: string;
  apiKey: string | undefined;
  /** What TikTok's pages say: Euler is not asked whether somebody is live. */
  look(): Promise<Sight>;
}

/**
 * Takes a room from Euler's WebSocket: TikTok's messages as JSON, schema v2. The key travels in the address, as Euler
 * wants it, so the address is never shown; should the key come back in a message, it is blanked there.
 *
 * @throws ConnectError
 */
export async function openEuler(options: EulerOptions): Promise<Source> {
  const { apiKey, belief, look, streamId } = options;
  if (!apiKey) throw new ConnectError("EULER_KEY_MISSING");
  const sight = streamId ? "unknown" : await look();
  if (sight === "offline") throw new ConnectError("OFFLINE");
  if (sight === "absent") throw new ConnectError("USER_NOT_FOUND");
  try {
    return await new EulerConnection(options, apiKey).opened;
  } catch (error) {
    const isOver = error instanceof ConnectError && error.code === "OFFLINE";
    if (isOver && !belief.acceptsEnd()) throw new ConnectError("LIVENESS_DOUBTED", undefined, { retryAfterMs: 3_000 });
    throw error;
  }
}

function addressOf(url: string, uniqueId: string, apiKey: string): string {
  const query = new URLSearchParams({
    uniqueId,
    apiKey,
    "features.bundleEvents": "true",
    "features.normalizeUniqueId": "true",
    "features.schemaVersion": "v2",
  });
  return `${url}?${query}`;
}

class EulerConnection {
  /** Settles once the room is known, or nothing comes of it. */
  readonly opened: Promise<Source>;
  readonly #listener: SourceListener;
  readonly #apiKey: string;
  readonly #socket: WebSocket;
  readonly #closed: Promise<Closed>;
  #facts: RoomFacts = {};
  #connectedAt = new Date();
  /** Nobody is live: what it says further is of no broadcast. */
  #isOver = false;
  #settle: (outcome: Source | ConnectError) => void = () => {};

  constructor({ uniqueId, url, listener, signal }: EulerOptions, apiKey: string) {
    this.#listener = listener;
    this.#apiKey = apiKey;
    this.#socket = open(addressOf(url, uniqueId, apiKey));
    const stop = () => this.#socket.terminate();
    signal.addEventListener("abort", stop);
    const impatience = setTimeout(() => {
      this.#settle(new ConnectError("EULER_UNAVAILABLE", "Euler did not say which room it is"));
      this.#socket.terminate();
    }, 2 * PATIENCE_MS);
    this.opened = new Promise((resolve, reject) => {
      this.#settle = (outcome) => {
        clearTimeout(impatience);
        signal.removeEventListener("abort", stop);
        if (outcome instanceof ConnectError) reject(outcome);
        else resolve(outcome);
      };
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.on("close", (code) => {
        this.#settle(
          signal.aborted ? new ConnectError("CONNECT_FAILED", "disconnected while connecting") : failedWith(code),
        );
        resolve(closedWith(code));
      });
    });
    this.#socket.on("open", () => {
      this.#connectedAt = new Date();
    });
    this.#socket.on("message", (data) => this.#receive(data.toString()));
    this.#socket.on("ping", () => listener.onFrame?.());
    this.#socket.on("unexpected-response", (_request, { statusCode = 0, headers }) => {
      this.#settle(refusedWith(statusCode, headers["retry-after"]));
      this.#socket.terminate();
    });
    this.#socket.on("error", (error) => {
      // a close follows; what is thrown must not quote the address
      const cause = new Error(error.message.replaceAll(apiKey, "[redacted]"));
      this.#settle(new ConnectError("EULER_UNAVAILABLE", undefined, { cause }));
    });
    if (signal.aborted) stop();
  }

  #receive(text: string): void {
    this.#listener.onFrame?.();
    const receivedAt = new Date();
    try {
      const safe = text.includes(this.#apiKey) ? text.replaceAll(this.#apiKey, "[redacted]") : text;
      for (const message of messagesIn(safe)) {
        this.#learn(roomFactsOf(message));
        if (this.#isOver) return;
        this.#listener.onMessage(toSourceMessage(message, receivedAt));
      }
    } catch {
      const what = `a frame of ${text.length} characters could not be read`;
      this.#listener.onTrouble("FRAME_UNDECODABLE", what);
    }
  }

  #learn(facts: RoomFacts): void {
    if (this.#isOver || isRoomId(this.#facts.streamId)) return;
    this.#facts = { ...this.#facts, ...facts };
    const { streamId, isLive, owner, title } = this.#facts;
    if (isLive === false) {
      this.#isOver = true;
      this.#settle(new ConnectError("OFFLINE"));
      this.#socket.terminate();
    } else if (streamId) {
      this.#settle({
        provider: "euler",
        streamId,
        ...(owner ? { owner } : {}),
        ...(title ? { title } : {}),
        connectedAt: this.#connectedAt,
        closed: this.#closed,
        pause: () => this.#socket.pause(),
        resume: () => this.#socket.resume(),
        close: () => this.#close(),
      });
    }
  }

  async #close(): Promise<void> {
    this.#socket.resume(); // a paused socket does not hear the answer
    this.#socket.close(1000);
    const terminate = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    await this.#closed;
    clearTimeout(terminate);
  }
}

/** An address that is none makes `ws` throw, and quote it. */
function open(address: string): WebSocket {
  try {
    return new WebSocket(address, { maxPayload: MAX_FRAME_BYTES, handshakeTimeout: PATIENCE_MS });
  } catch {
    throw new ConnectError("EULER_UNAVAILABLE", "EULER_WS_URL is no address of a WebSocket");
  }
}
