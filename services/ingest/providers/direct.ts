import { ControlEvent, TikTokLiveConnection, WebcastDeserializeConfig, WebcastEvent } from "tiktok-live-connector";
import type { ProtoMessageFetchResult } from "tiktok-live-proto/v3";
import type { Provider } from "../../../contracts/raw-envelope.ts";
import { httpBaseOf } from "../../../lib/http-base.ts";
import { ConnectError } from "../connect-error.ts";
import { findRoom } from "../find-room.ts";
import { type Belief, isRoomId } from "../liveness.ts";
import type { SignBudget } from "../sign-budget.ts";
import type { Closed, Endpoints, Source, SourceListener } from "../source.ts";
import { Backlog } from "./backlog.ts";
import { eulerClient, httpOptions } from "./clients.ts";
import { messagesOf, messagesOfResult } from "./frames.ts";
import { Pages, type RoomInfo } from "./pages.ts";
import { installSignRoute } from "./sign.ts";

const MAX_FRAME_BYTES = 4 * 1024 * 1024;

export interface DirectOptions {
  provider: Extract<Provider, "direct" | "simulator">;
  uniqueId: string;
  endpoints: Endpoints;
  apiKey?: string | undefined;
  /** The room we were in: asked for first when reconnecting, which spares the look-up. */
  streamId?: string | undefined;
  /** What is believed of the streamer so far. */
  belief: Belief;
  /** In front of the signer. (Default: none) */
  budget?: Pick<SignBudget, "call"> | undefined;
  listener: SourceListener;
  /** Aborted while connecting: the connection is closed again as soon as it stands. */
  signal: AbortSignal;
}

/**
 * Connects to a room by tiktok-live-connector 2.4.0, unmodified, and hands on every message of every frame.
 * No session cookie ever reaches this connection: the library would send it wherever the signer points.
 *
 * @throws ConnectError
 */
export async function openDirect(options: DirectOptions): Promise<Source> {
  const { belief, budget = UNLIMITED, endpoints, listener, provider, signal, streamId, uniqueId } = options;
  const connection = new Connection(options);
  try {
    const { roomId, info, hint } = await findRoom(new Pages(connection.webClient, uniqueId), streamId, belief);
    listener.onResolved?.();
    const connect = () =>
      connection.connect(roomId).catch((cause: unknown) => {
        if (cause instanceof ConnectError) throw cause;
        throw new ConnectError(hint === "ROOM_RESTRICTED" ? hint : "CONNECT_FAILED", undefined, { cause });
      });
    await budget.call(connect, signal, (ms) => listener.onWaiting?.(ITS_TURN, ms));
    if (signal.aborted) {
      await connection.disconnect(); // the library cannot cancel: disconnect() while it connects does nothing
      throw new ConnectError("CONNECT_FAILED", "disconnected while connecting");
    }
    return connection.source(provider, info);
  } catch (error) {
    await connection.abandon();
    if (error instanceof ConnectError && error.code === "TIKTOK_UNAVAILABLE") throw unreachable(endpoints, error);
    throw error;
  }
}

const UNLIMITED: Pick<SignBudget, "call"> = { call: (sign) => sign() };
const ITS_TURN = "SIGN_BUDGET: many rooms connect at once, this one waits for its turn";

const unreachable = ({ webHost, webcastHost }: Endpoints, cause: Error) =>
  new ConnectError("TIKTOK_UNAVAILABLE", `${webHost} or ${webcastHost} cannot be reached: check the network`, {
    cause,
  });

class Connection extends TikTokLiveConnection {
  readonly #listener: SourceListener;
  readonly #closed: Promise<Closed>;
  #connectedAt = new Date();
  #backlog: Backlog | undefined;
  #held = false;

  constructor({ uniqueId, endpoints, apiKey, listener }: DirectOptions) {
    installSignRoute();
    // We decode frames ourselves and need of the library's events only the one that ends the stream.
    WebcastDeserializeConfig.includeMessageTypes = ["WebcastControlMessage"];
    super(uniqueId, {
      eulerApiInstance: eulerClient(httpBaseOf(endpoints.signUrl), apiKey),
      fetchRoomInfoOnConnect: false,
      webClientOptions: httpOptions(endpoints),
      wsClientOptions: { maxPayload: MAX_FRAME_BYTES },
    });
    this.#listener = listener;
    this.on(ControlEvent.WEBSOCKET_DATA, (frame) => this.#receive(frame));
    this.on(ControlEvent.WEBSOCKET_CONNECTED, (socket) => {
      this.#connectedAt = new Date();
      this.#backlog = new Backlog(socket as never);
      this.#backlog.hold(this.#held);
    });
    this.on(ControlEvent.ERROR, ({ info }) => listener.onTrouble("CONNECTOR_ERROR", String(info)));
    let streamEnded = false;
    this.on(WebcastEvent.STREAM_END, () => {
      streamEnded = true;
    });
    this.#closed = new Promise((resolve) => {
      this.once(ControlEvent.DISCONNECTED, ({ code = 1006 }) => {
        // the far side's own words are free text, which must not end up in an event
        resolve({ code, reason: streamEnded ? "the stream ended" : `socket closed with ${code}`, streamEnded });
      });
    });
  }

  source(provider: Provider, info: RoomInfo | undefined): Source {
    const owner = ownerOf(info);
    if (!isRoomId(this.roomId)) throw new ConnectError("INVALID_ROOM_ID"); // the signer may name another
    return {
      provider,
      streamId: this.roomId,
      ...(owner ? { owner } : {}),
      ...(info?.title ? { title: String(info.title) } : {}),
      connectedAt: this.#connectedAt,
      closed: this.#closed,
      pause: () => this.#hold(true),
      resume: () => this.#hold(false),
      close: () => this.disconnect(),
    };
  }

  /** No source comes of it, although its socket may stand: the connector forgets one that it could not enter the room by. */
  async abandon(): Promise<void> {
    await this.disconnect();
    if (this.wsClient?.open) this.wsClient.terminate();
    this.removeAllListeners();
  }

  /** The batch in the sign answer comes this way before there is a socket; those of frames we have by then. */
  protected override async processProtoMessageFetchResult(result: ProtoMessageFetchResult): Promise<void> {
    if (this.wsClient === null) {
      for (const message of messagesOfResult(result, new Date(), true)) this.#listener.onMessage(message);
    }
    await super.processProtoMessageFetchResult(result);
  }

  #receive(frame: Uint8Array): void {
    this.#listener.onFrame?.();
    try {
      for (const message of messagesOf(frame, new Date())) this.#listener.onMessage(message);
    } catch {
      this.#listener.onTrouble("FRAME_UNDECODABLE", `a frame of ${frame.length} bytes could not be decoded`);
    }
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#backlog?.hold(held);
  }
}

function ownerOf(info: RoomInfo | undefined): Source["owner"] {
  const { id_str, id, display_id, nickname } = info?.owner ?? {};
  const userId = id_str ? String(id_str) : Number.isSafeInteger(id) ? String(id) : "";
  if (!/^\d+$/.test(userId)) return undefined;
  return { userId, uniqueId: String(display_id ?? ""), displayName: String(nickname ?? "") };
}
