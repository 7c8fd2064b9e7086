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

/** The room of a stream as long as it is at this broadcast: a streamer's room may have gone on to another one. */
export const ownRoom = ({ streamId, room }: Pick<StreamItem, "streamId" | "room">) =>
  room && (room.streamId ?? room.uniqueId) === streamId ? room : null;

export const isLive = (stream: StreamItem) => stream.endedAt === null && ownRoom(stream)?.state === "live";

/** Whether a broadcast goes on, as far as its room knows: one that was cut off is on its way back. */
export const isGoingOn = (stream: StreamItem) =>
  stream.endedAt === null && goingOn.has(ownRoom(stream)?.state ?? "ended");

/** How long a broadcast has lasted, in ms: to its end, or to its last event when nobody is there to see one. */
export function lastedMs(stream: StreamItem, now: number): number {
  const end = isGoingOn(stream) ? now : Date.parse(stream.endedAt ?? stream.lastEventAt);
  return end - Date.parse(stream.startedAt);
}

/** Where a room went on: its present broadcast, when that is not this stream. */
export const successorOf = (streamId: string, room: RoomStatus | null | undefined) =>
  room?.streamId === streamId ? undefined : room?.streamId;

const goingOn = new Set<RoomStatus["state"]>(["live", "resolving", "connecting", "reconnecting"]);
const byStart = (streams: StreamItem[]) => [...streams].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
const rank = ({ room }: StreamItem) => (room?.state === "live" ? 0 : room && room.state !== "ended" ? 1 : 2);
