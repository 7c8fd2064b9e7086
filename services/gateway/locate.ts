import { Errors } from "moleculer";
import type { StreamDetail } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { notFound } from "./errors.ts";
import type { Call } from "./route.ts";
import { findRoom, isSameStreamer, type Stored } from "./streams-list.ts";

/** An ingest process that asks the others has answered by then, or hangs. */
const LIST_MS = 3_000;

/** The rooms of all ingest processes, as one of them tells it; as the next one does, if that hangs. */
export function listRooms(call: Call): Promise<RoomStatus[]> {
  const ask = () => call<RoomStatus[]>("ingest.list", {}, { timeout: LIST_MS });
  return ask().catch((error) => {
    if (error instanceof Errors.RequestTimeoutError) return ask();
    throw error;
  });
}

/** At least one of the two is there. */
interface Located {
  stored: Stored<StreamDetail> | null;
  room: RoomStatus | undefined;
}

/**
 * What `id` means: a stream that is stored or live now, or the streamer of a room that is connected now.
 *
 * @throws ApiError 404; the error of a part that was away when the other does not know it
 */
export async function locate(call: Call, id: string): Promise<Located> {
  const [found, listed] = await Promise.allSettled([
    call<Stored<StreamDetail> | null>("storage.stream", { streamId: id }),
    listRooms(call),
  ]);
  const stored = found.status === "fulfilled" ? found.value : null;
  const rooms = listed.status === "fulfilled" ? listed.value : [];
  if (stored) {
    const room = rooms.find(({ streamId }) => streamId === id) ?? rooms.find((each) => isSameStreamer(each, stored));
    return { stored, room };
  }
  const room = findRoom(rooms, id);
  if (!room) {
    for (const part of [found, listed]) if (part.status === "rejected") throw part.reason;
    throw notFound("stream of that id");
  }
  const { streamId } = room;
  if (!streamId || streamId === id) return { stored, room };
  return { stored: await call<Stored<StreamDetail> | null>("storage.stream", { streamId }), room };
}
