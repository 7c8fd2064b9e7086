import type { StreamItem } from "../../../contracts/api.ts";
import type { RoomStatus } from "../../../contracts/room.ts";

/** A streamer's newest broadcast each, rooms at work first, then by their latest event. */
export function roomLines(streams: StreamItem[]): StreamItem[] {
  const newest = new Map<string, StreamItem>();
  for (const stream of byStart(streams)) newest.set(nameOf(stream), newest.get(nameOf(stream)) ?? stream);
  return [...newest.values()].sort((a, b) => rank(a) - rank(b) || b.lastEventAt.localeCompare(a.lastEventAt));
}

/** The stream to show when none was asked for: the newest that is live, else one that is about to be again. */
export function newestLive(streams: StreamItem[]): StreamItem | undefined {
  const newest = byStart(streams);
  return newest.find(isLive) ?? newest.find(({ endedAt, room }) => endedAt === null && room?.state === "reconnecting");
}

/** The streamer's name without @; a stream that came without one is called by its id. */
export const nameOf = ({ uniqueId, streamId }: Pick<StreamItem, "uniqueId" | "streamId">) => uniqueId ?? streamId;

/** A room that has met no broadcast yet goes by its streamer's name instead of a stream's id. */
export const isAwaited = ({ uniqueId, streamId }: Pick<StreamItem, "uniqueId" | "streamId">) => uniqueId === streamId;

/** A room that went on to another broadcast does not make the one before live. */
export const isLive = ({ streamId, endedAt, room }: StreamItem) =>
  endedAt === null && room?.state === "live" && room.streamId === streamId;

/** Where a room went on: its present broadcast, when that is not this stream. */
export const successorOf = (streamId: string, room: RoomStatus | null | undefined) =>
  room?.streamId === streamId ? undefined : room?.streamId;

const byStart = (streams: StreamItem[]) => [...streams].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
const rank = ({ room }: StreamItem) => (room?.state === "live" ? 0 : room && room.state !== "ended" ? 1 : 2);
