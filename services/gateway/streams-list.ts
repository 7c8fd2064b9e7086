import type { Page, StreamItem } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";

/** A stream as storage answers it: it knows no actors. */
export type Stored<Item> = Omit<Item, "room">;

/**
 * A page of what is stored, the newest first, together with the actors of rooms.
 *
 * A room belongs to its broadcast; on the first page, one that is not there belongs to the newest broadcast of its
 * streamer. Rooms that belong to none come before them, unless their broadcast may be on a later page.
 */
export function withRooms(
  stored: Page<Stored<StreamItem>>,
  rooms: readonly RoomStatus[],
  firstPage: boolean,
): Page<StreamItem> {
  const own = new Map(stored.items.map(({ streamId }) => [streamId, rooms.find((room) => room.streamId === streamId)]));
  const left = new Set(firstPage ? rooms.filter(({ streamId }) => !own.has(streamId ?? "")) : []);
  const items = stored.items.map((item) => {
    const room = own.get(item.streamId) ?? [...left].find((each) => isSameStreamer(each, item)) ?? null;
    if (room) left.delete(room);
    return { ...item, room };
  });
  const alone = [...left].filter(({ streamId }) => !streamId || stored.next === null);
  return { items: [...alone.map(fromRoom), ...items], next: stored.next };
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
    totalViewers: null,
    likes: null,
    observedLikes: 0,
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
