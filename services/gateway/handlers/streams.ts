import type { Scope } from "../../../contracts/access.ts";
import {
  eventPageSchema,
  type Page,
  type ServedEvent,
  type StreamDetail,
  type StreamItem,
  streamDetailSchema,
  streamPageSchema,
} from "../../../contracts/api.ts";
import { type RoomStatus, roomStatusSchema } from "../../../contracts/room.ts";
import { assertUsername } from "../../../lib/username.ts";
import { notFound } from "../errors.ts";
import { costOfQuestion, eventQuestion, filterOf, shownPage } from "../event-question.ts";
import { fields, id, page } from "../input.ts";
import { listRooms, locate } from "../locate.ts";
import { reaches } from "../rights.ts";
import { type Call, Reply, route } from "../route.ts";
import { assertMayFollow, reachesRoom } from "../scope.ts";
import { findRoom, fromRoom, type Stored, withRooms } from "../streams-list.ts";

/** Broadcasts, the newest first, each with the actor of its room. Without ingest there are none of those. */
export const list = route(
  {
    path: "GET /streams",
    id: "listStreams",
    summary: "Broadcasts, the newest first, each with the actor of its room",
    right: "rooms.read",
    input: fields(page, ["limit"]),
    answers: { 200: streamPageSchema },
  },
  async ({ input, scope, call }) => {
    const [stored, rooms] = await Promise.all([
      call<Page<Stored<StreamItem>>>("storage.streams", { ...input, scope }),
      listRooms(call).catch(() => []),
    ]);
    const visible = rooms.filter(({ channelId = null, simulated }) => reaches(scope, { channelId, simulated }));
    return withRooms(stored, visible, !input.after);
  },
);

export const detail = route(
  {
    path: "GET /streams/:id",
    id: "getStream",
    summary: "One broadcast, with its top gifters",
    right: "rooms.read",
    target: { field: "id", kind: "stream" },
    input: fields({ id }, ["id"]),
    answers: { 200: streamDetailSchema },
  },
  async ({ input, view, scope, call }): Promise<StreamDetail> => {
    const located = await locate(call, input.id);
    const { stored } = located;
    const room = located.room && (await reachesRoom(call, scope, located.room)) ? located.room : null;
    const topGifters = view === "whole" ? (stored?.topGifters ?? []) : [];
    if (stored) return { ...stored, topGifters, room };
    if (room) return { ...fromRoom(room), topGifters: [] };
    throw notFound("stream of that id");
  },
);

export const history = route(
  {
    path: "GET /streams/:id/history",
    id: "listStreamEvents",
    summary: "The events of one broadcast, all its sessions together, in the order of the feed",
    right: "events.read",
    target: { field: "id", kind: "stream" },
    cost: costOfQuestion,
    input: fields({ ...eventQuestion, ...page, id }, ["id", "limit"]),
    answers: { 200: eventPageSchema },
  },
  async ({ input: { id, ...asked }, view, scope, call }) => {
    const query = filterOf(asked, view);
    const ask = (streamId: string) => call<Page<ServedEvent> | null>("storage.streamHistory", { ...query, streamId });
    const found = (await ask(id)) ?? (await ofRoom({ id, scope, call }, ask));
    return shownPage(found ?? { items: [], next: null }, view);
  },
);

/** Of the broadcast that a streamer's room is connected to. */
async function ofRoom<Found>(
  { id, scope, call }: { id: string; scope: Scope; call: Call },
  ask: (streamId: string) => Promise<Found>,
): Promise<Found | null> {
  const { room } = await locate(call, id);
  return room?.streamId && (await reachesRoom(call, scope, room)) ? ask(room.streamId) : null;
}

/** Starts to follow a room, or answers where that stands. */
export const connect = route(
  {
    path: "POST /streams",
    id: "connectRoom",
    summary: "Follows a streamer from now on, over restarts",
    right: "rooms.connect",
    target: { field: "uniqueId", kind: "streamer" },
    input: fields(
      {
        uniqueId: { type: "string", pattern: "^\\P{Cc}{0,128}$" },
        provider: { enum: ["direct", "euler", "simulator"] },
      },
      ["uniqueId"],
    ),
    example: { uniqueId: "some_streamer" },
    answers: { 202: roomStatusSchema },
  },
  async ({ input, scope, call, note }, { config }) => {
    note({ details: { provider: input.provider ?? null } });
    assertUsername(input.uniqueId, input.provider === "simulator"); // also while ingest is away
    await assertMayFollow(call, scope, input, config.INGEST_PROVIDER);
    return new Reply(202, await call<RoomStatus>("ingest.connect", input));
  },
);

/** Stops following a room, named by its stream or its streamer. */
export const disconnect = route(
  {
    path: "DELETE /streams/:id",
    id: "disconnectRoom",
    summary: "Stops following a room, named by its stream or its streamer",
    right: "rooms.connect",
    target: { field: "id", kind: "stream" },
    input: fields({ id }, ["id"]),
    answers: { 200: roomStatusSchema },
  },
  async ({ input, scope, call }) => {
    const room = findRoom(await listRooms(call), input.id);
    const isMine = room && (await reachesRoom(call, scope, room));
    const ended = isMine && (await call<RoomStatus | null>("ingest.disconnect", { uniqueId: room.uniqueId }));
    if (!ended) throw notFound("connected room of that name");
    return ended;
  },
);
