import type { Page, StreamDetail, StreamItem } from "../../../contracts/api.ts";
import type { RoomStatus } from "../../../contracts/room.ts";
import { assertUsername } from "../../../lib/username.ts";
import { answer, Reply } from "../answer.ts";
import { notFound } from "../errors.ts";
import { fields, id, page } from "../input.ts";
import { listRooms, locate } from "../locate.ts";
import { findRoom, fromRoom, type Stored, withRooms } from "../streams-list.ts";

/** Broadcasts, the newest first, each with the actor of its room. Without ingest there are none of those. */
export const list = answer(fields(page, ["limit"]), async ({ input, call }) => {
  const [stored, rooms] = await Promise.all([
    call<Page<Stored<StreamItem>>>("storage.streams", input),
    listRooms(call).catch(() => []),
  ]);
  return withRooms(stored, rooms, !input.after);
});

export const detail = answer(fields({ id }, ["id"]), async ({ input, call }): Promise<StreamDetail> => {
  const { stored, room } = await locate(call, input.id);
  if (stored) return { ...stored, room: room ?? null };
  return { ...fromRoom(room as RoomStatus), topGifters: [] };
});

/** Starts to follow a room, or answers where that stands. */
export const connect = answer(
  fields(
    {
      uniqueId: { type: "string", maxLength: 128 },
      provider: { enum: ["direct", "euler", "simulator"] },
    },
    ["uniqueId"],
  ),
  async ({ input, call }) => {
    assertUsername(input.uniqueId, input.provider === "simulator"); // also while ingest is away
    return new Reply(202, await call<RoomStatus>("ingest.connect", input));
  },
);

/** Stops following a room, named by its stream or its streamer. */
export const disconnect = answer(fields({ id }, ["id"]), async ({ input, call }) => {
  const room = findRoom(await listRooms(call), input.id);
  const ended = room && (await call<RoomStatus | null>("ingest.disconnect", { uniqueId: room.uniqueId }));
  if (!ended) throw notFound("connected room of that name");
  return ended;
});
