import type { StreamItem } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";

/** A stream as storage answers it: it knows no actors. */
export type Stored<Item> = Omit<Item, "room">;

/**
 * What is stored, the newest first, together with the actors of rooms.
 *
 * A room belongs to its broadcast; one that has none yet, or none that is stored, to the newest broadcast of its
 * streamer. On the first page, rooms that belong to none of its streams come before them.
 */
export function withRooms(
  stored: readonly Stored<StreamItem>[],
  rooms: readonly RoomStatus[],
  firstPage: boolean,
): StreamItem[] {
  const left = new Set(rooms);
  const take = (fits: (room: RoomStatus) => boolean): RoomStatus | null => {
    const room = [...left].find(fits) ?? null;
    if (room) left.delete(room);
    return room;
  };
  const byStream = stored.map((item) => ({ ...item, room: take((room) => room.streamId === item.streamId) }));
  if (!firstPage) return byStream;
  const items = byStream.map((item) => ({ ...item, room: item.room ?? take((room) => isSameStreamer(room, item)) }));
  return [...[...left].map(fromRoom), ...items];
}

/** A stream of which nothing is stored yet. Without a broadcast, its streamer's name stands in for its id. */
export function fromRoom(room: RoomStatus): StreamItem {
  return {
    streamId: room.streamId ?? room.uniqueId,
    uniqueId: room.uniqueId,
    title: null,
    simulated: room.simulated,
    startedAt: room.since,
    endedAt: null,
    lastEventAt: room.since,
    events: 0,
    viewers: null,
    peakViewers: null,
    likes: null,
    diamonds: 0,
    room,
  };
}

/** The room that `id` means: a stream's id, or the name of a streamer with or without @. */
export function findRoom(rooms: readonly RoomStatus[], id: string): RoomStatus | undefined {
  const name = id.replace(/^@/, "").toLowerCase();
  return rooms.find(({ streamId }) => streamId === id) ?? rooms.find(({ uniqueId }) => uniqueId.toLowerCase() === name);
}

export const isSameStreamer = (room: RoomStatus, item: Pick<StreamItem, "uniqueId" | "simulated">) =>
  room.uniqueId === item.uniqueId && room.simulated === item.simulated;
