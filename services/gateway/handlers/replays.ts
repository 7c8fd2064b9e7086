import { uuid as id } from "../../../contracts/fields.ts";
import { type ReplayStatus, replaySpeedSchema, replayStatusSchema } from "../../../contracts/replay.ts";
import { notFound } from "../errors.ts";
import { fields, id as streamId } from "../input.ts";
import { type Asked, Reply, route } from "../route.ts";

const speed = { ...replaySpeedSchema, default: "max" } as const;

/** Sends a stored session through the pipeline again, or answers where the replay of it is that runs. */
export const ofSession = route(
  {
    path: "POST /sessions/:id/replay",
    id: "replaySession",
    summary: "Sends a stored session through the pipeline again",
    right: "manage",
    cost: 5,
    target: { field: "id", kind: "session" },
    input: fields({ id, speed }, ["id", "speed"]),
    example: { speed: 5 },
    answers: { 202: replayStatusSchema },
  },
  async ({ input: { id: sessionId, speed }, call, note }) =>
    accepted(await call<ReplayStatus>("ingest.replay", { sessionId, speed }), note),
);

/** The same for all sessions of a broadcast, as one. */
export const ofStream = route(
  {
    path: "POST /streams/:id/replay",
    id: "replayStream",
    summary: "Sends all sessions of a broadcast through the pipeline again, as one",
    right: "manage",
    cost: 5,
    target: { field: "id", kind: "stream" },
    input: fields({ id: streamId, speed }, ["id", "speed"]),
    example: { speed: 5 },
    answers: { 202: replayStatusSchema },
  },
  async ({ input: { id, speed }, call, note }) =>
    accepted(await call<ReplayStatus>("ingest.replay", { streamId: id, speed }), note),
);

/** It is a job, under its session's id. */
function accepted(replay: ReplayStatus, note: Asked<unknown>["note"]): Reply {
  const { sessionId: job, speed } = replay;
  note({ details: { job, speed } });
  return new Reply(202, replay, { location: `/jobs/${job}` });
}

/** How far a replay is, by its own session. */
export const status = route(
  {
    path: "GET /sessions/:id/replay",
    id: "getReplay",
    summary: "How far a replay is, by its own session",
    right: "manage",
    target: { field: "id", kind: "session" },
    input: fields({ id }, ["id"]),
    answers: { 200: replayStatusSchema },
  },
  async ({ input: { id: sessionId }, call }) => {
    const found = await call<ReplayStatus | null>("ingest.replayStatus", { sessionId });
    if (!found) throw notFound("replay of that id");
    return found;
  },
);

/** Ends a replay. What it has sent stays sent. */
export const cancel = route(
  {
    path: "DELETE /sessions/:id/replay",
    id: "cancelReplay",
    summary: "Ends a replay",
    right: "manage",
    target: { field: "id", kind: "session" },
    input: fields({ id }, ["id"]),
    answers: { 200: replayStatusSchema },
  },
  async ({ input: { id: sessionId }, call }) => {
    const ended = await call<ReplayStatus | null>("ingest.cancelReplay", { sessionId });
    if (!ended) throw notFound("replay of that id");
    return ended;
  },
);
