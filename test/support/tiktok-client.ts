import {
  ControlEvent,
  SignConfig,
  TikTokLiveConnection,
  type TikTokLiveConnectionOptions,
} from "tiktok-live-connector";
import type { BaseProtoMessage, ProtoMessageFetchResult } from "tiktok-live-proto/v3";
import { expect, onTestFinished } from "vitest";
import type { RoomOptions, SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { waitFor } from "./wait-for.ts";

type Options = Partial<Pick<TikTokLiveConnectionOptions, "enableExtendedGiftInfo" | "wsConfigOverrides">>;

/** What the connector saw on its socket, decodable or not. */
export type Seen = BaseProtoMessage & { decodedData?: { data: unknown }; decodeError?: unknown };

export interface Client {
  connection: TikTokLiveConnection;
  seen: Seen[];
  errors: unknown[];
  closeCodes: (number | undefined)[];
}

/** A simulated TikTok with a recording room of @demo that says nothing by itself; stopped with the test. */
export async function openRoom(
  options: Partial<RoomOptions> = {},
): Promise<{ tiktok: SimulatedTikTok; room: SimulatedRoom }> {
  const tiktok = new SimulatedTikTok();
  await tiktok.start();
  onTestFinished(() => tiktok.stop());
  return { tiktok, room: tiktok.openRoom({ uniqueId: "demo", rate: 0, record: true, ...options }) };
}

/** The unmodified connector, pointed at it. Its hosts must not read 127.*: those it calls over https. */
export function createClient({ url }: SimulatedTikTok, options: Options = {}): Client {
  Object.assign(SignConfig, { basePath: url, cachedInstance: undefined });
  const host = url.replace("http://127.0.0.1", "0.0.0.0");
  const webConfigOverrides = { TIKTOK_HOST_WEB: host, TIKTOK_HOST_WEBCAST: host };
  const connection = new TikTokLiveConnection("@demo", { webConfigOverrides, ...options });
  const client: Client = { connection, seen: [], errors: [], closeCodes: [] };
  connection.on(ControlEvent.ERROR, (error) => void client.errors.push(error));
  connection.on(ControlEvent.DISCONNECTED, ({ code }) => void client.closeCodes.push(code));
  connection.on(ControlEvent.WEBSOCKET_CONNECTED, (socket) => {
    socket.on("protoMessageFetchResult", ({ messages }: ProtoMessageFetchResult) => client.seen.push(...messages));
  });
  onTestFinished(async () => {
    connection.removeAllListeners(ControlEvent.DISCONNECTED);
    await connection.disconnect();
  });
  return client;
}

/** Both, the client being in the room. */
export async function connect(options: Partial<RoomOptions> = {}) {
  const { tiktok, room } = await openRoom(options);
  const client = createClient(tiktok);
  await client.connection.connect();
  await waitFor(() => expect(room.wire.hasAudience).toBe(true));
  return { tiktok, room, ...client };
}

/** Comes back whenever it is cut off. */
export function keepConnected({ connection, room }: { connection: TikTokLiveConnection; room: SimulatedRoom }): void {
  connection.on(ControlEvent.DISCONNECTED, () => void connection.connect(room.roomId).catch(() => undefined));
}

export const idsOf = (messages: readonly { msgId: string }[]) => messages.map(({ msgId }) => msgId);
