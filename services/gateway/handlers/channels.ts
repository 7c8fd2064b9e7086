import type { Page } from "../../../contracts/api.ts";
import { type ChannelItem, channelItemSchema, channelPageSchema } from "../../../contracts/channels.ts";
import { uuid } from "../../../contracts/fields.ts";
import type { RoomStatus } from "../../../contracts/room.ts";
import { notFound } from "../errors.ts";
import { fields, page } from "../input.ts";
import { listRooms } from "../locate.ts";
import { route } from "../route.ts";

type Stored = Omit<ChannelItem, "room">;

/** Streamers' accounts, the newest first. Without ingest there are no rooms. */
export const list = route(
  {
    path: "GET /channels",
    id: "listChannels",
    summary: "Streamers' accounts, the newest first",
    right: "rooms.read",
    input: fields(page, ["limit"]),
    answers: { 200: channelPageSchema },
  },
  async ({ input, scope, call }) => {
    const [{ items, next }, rooms] = await Promise.all([
      call<Page<Stored>>("storage.channels", { ...input, scope }),
      listRooms(call).catch(() => []),
    ]);
    return { items: items.map((channel) => withRoom(channel, rooms)), next };
  },
);

export const detail = route(
  {
    path: "GET /channels/:id",
    id: "getChannel",
    summary: "One streamer's account",
    right: "rooms.read",
    target: { field: "id", kind: "channel" },
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: channelItemSchema },
  },
  async ({ input, scope, call }) => {
    const [found, rooms] = await Promise.all([
      call<Stored | null>("storage.oneChannel", { channelId: input.id, scope }),
      listRooms(call).catch(() => []),
    ]);
    if (!found) throw notFound("channel of that id");
    return withRoom(found, rooms);
  },
);

/** Before the streamer's account is known, a room goes by their handle. */
function withRoom(channel: Stored, rooms: readonly RoomStatus[]): ChannelItem {
  const room =
    rooms.find(({ channelId }) => channelId === channel.channelId) ??
    rooms.find(({ channelId, uniqueId, simulated }) => {
      return channelId === undefined && uniqueId === channel.uniqueId && simulated === channel.simulated;
    });
  if (!room) return { ...channel, room: null };
  const { state, since, streamId = null, sessionId = null } = room;
  return { ...channel, room: { state, since, streamId, sessionId } };
}
