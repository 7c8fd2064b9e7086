import {
  ControlEvent,
  createEulerClient,
  SignConfig,
  TikTokLiveConnection,
  type TikTokLiveConnectionOptions,
  WebcastDeserializeConfig,
  WebcastEvent,
} from "tiktok-live-connector";
import type { ProtoMessageFetchResult } from "tiktok-live-proto/v3";
import { httpBaseOf } from "../../../lib/http-base.ts";
import { type Closed, ConnectError, type Endpoints, type Source, type SourceListener } from "../source.ts";
import { Backlog } from "./backlog.ts";
import { messagesOf, messagesOfResult } from "./frames.ts";
import { rewrite } from "./hosts.ts";
import { installSignRoute } from "./sign.ts";

const SIGN_TIMEOUT_MS = 15_000;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

export interface DirectOptions {
  uniqueId: string;
  endpoints: Endpoints;
  apiKey?: string | undefined;
  /** The room we were in: asked for first when reconnecting, which spares the look-up. */
  streamId?: string | undefined;
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
  const { endpoints, signal } = options;
  const connection = new Connection(options);
  try {
    const streamId = options.streamId ?? (await connection.fetchRoomId());
    const info = await connection.fetchRoomInfo(streamId).catch(() => undefined); // unknown is not offline
    if (info?.data?.status === 4) throw new ConnectError("OFFLINE", "the streamer is not live");
    await connection.connect(streamId);
    if (signal.aborted) {
      await connection.disconnect(); // the library cannot cancel: disconnect() while it connects does nothing
      throw new ConnectError("CONNECT_FAILED", "disconnected while connecting");
    }
    return connection.source(info?.data);
  } catch (error) {
    connection.removeAllListeners();
    throw explain(error, endpoints);
  }
}

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

  source(info: RoomInfo | undefined): Source {
    const owner = ownerOf(info);
    return {
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

  /** The batch in the sign answer comes this way before there is a socket; those of frames we have by then. */
  protected override async processProtoMessageFetchResult(result: ProtoMessageFetchResult): Promise<void> {
    if (this.wsClient === null) {
      for (const message of messagesOfResult(result, new Date(), true)) this.#listener.onMessage(message);
    }
    await super.processProtoMessageFetchResult(result);
  }

  #receive(frame: Uint8Array): void {
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

/** Its type asks for a cookie jar, which the library then replaces by its own. */
function httpOptions(endpoints: Endpoints): TikTokLiveConnectionOptions["webClientOptions"] {
  type Options = NonNullable<TikTokLiveConnectionOptions["webClientOptions"]>;
  const options: Omit<Options, "cookieJar"> = {
    retry: { limit: 0 },
    hooks: {
      beforeRequest: [
        (request) => {
          request.url = rewrite(request.url as URL, endpoints);
        },
      ],
    },
  };
  return options as Options;
}

/** One signer client a connection: the library's cached one would keep the first key and address for ever. */
function eulerClient(basePath: string, apiKey: string | undefined) {
  Object.assign(SignConfig, { basePath, apiKey, cachedInstance: undefined });
  SignConfig.baseOptions = { ...SignConfig.baseOptions, timeout: SIGN_TIMEOUT_MS };
  return createEulerClient();
}

type RoomInfo = {
  title?: unknown;
  owner?: { id_str?: unknown; id?: unknown; display_id?: unknown; nickname?: unknown };
};

function ownerOf(info: RoomInfo | undefined): Source["owner"] {
  const { id_str, id, display_id, nickname } = info?.owner ?? {};
  const userId = id_str ? String(id_str) : Number.isSafeInteger(id) ? String(id) : "";
  if (!/^\d+$/.test(userId)) return undefined;
  return { userId, uniqueId: String(display_id ?? ""), displayName: String(nickname ?? "") };
}

/** The library's many errors as the few that a room acts on. */
function explain(error: unknown, endpoints: Endpoints): ConnectError {
  if (error instanceof ConnectError) return error;
  const cause = error;
  const causes = [error, ...((error as { config?: { requestErrs?: unknown[] } }).config?.requestErrs ?? [])];
  if (causes.some(isUnreachable)) {
    return new ConnectError(
      "TIKTOK_UNAVAILABLE",
      `${endpoints.webHost} or ${endpoints.webcastHost} cannot be reached`,
      {
        cause,
      },
    );
  }
  if (causes.length > 1) {
    return new ConnectError("OFFLINE", "no room found: the streamer is not live, or there is no such user", { cause });
  }
  return new ConnectError("CONNECT_FAILED", "the WebSocket was refused or timed out", { cause });
}

/** Network faults, time-outs and 5xx answers: nothing is said about the room. */
function isUnreachable(error: unknown): boolean {
  const { code, response } = error as { code?: unknown; response?: { statusCode?: number } };
  if (response?.statusCode !== undefined) return response.statusCode >= 500 || response.statusCode === 429;
  return typeof code === "string" && /^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOST|ENET|ERR_)/.test(code);
}
