import type { StreamItem } from "../../../contracts/api.ts";
import type { RoomStatus } from "../../../contracts/room.ts";

/** One line of the rooms page: a streamer's newest broadcast, or a room that has none yet. */
export interface RoomLine {
  uniqueId: string;
  simulated: boolean;
  stream: StreamItem | null;
  room: RoomStatus | null;
}

/** Rooms at work first, then by their latest event. `waiting` are actors that have met no broadcast yet. */
export function roomLines(streams: StreamItem[], waiting: RoomStatus[]): RoomLine[] {
  const lines = new Map<string, RoomLine>();
  for (const stream of [...streams].sort((a, b) => b.startedAt.localeCompare(a.startedAt))) {
    const uniqueId = stream.uniqueId ?? stream.streamId;
    if (!lines.has(uniqueId)) lines.set(uniqueId, { uniqueId, simulated: stream.simulated, stream, room: stream.room });
  }
  for (const room of waiting) {
    const stream = lines.get(room.uniqueId)?.stream ?? null;
    lines.set(room.uniqueId, { uniqueId: room.uniqueId, simulated: room.simulated, stream, room });
  }
  return [...lines.values()].sort((a, b) => rank(a) - rank(b) || lastAt(b).localeCompare(lastAt(a)));
}

/** The stream to show when none was asked for: the newest that is live, else one that is about to be again. */
export function newestLive(streams: StreamItem[]): StreamItem | undefined {
  const newest = [...streams].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  return newest.find(isLive) ?? newest.find(({ endedAt, room }) => endedAt === null && room?.state === "reconnecting");
}

/** A room that went on to another broadcast does not make the one before live. */
export const isLive = ({ streamId, endedAt, room }: StreamItem) =>
  endedAt === null && room?.state === "live" && room.streamId === streamId;

const rank = ({ room }: RoomLine) => (room?.state === "live" ? 0 : room && room.state !== "ended" ? 1 : 2);
const lastAt = ({ stream, room }: RoomLine) => stream?.lastEventAt ?? room?.since ?? "";
