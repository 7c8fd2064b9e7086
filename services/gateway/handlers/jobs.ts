import type { Page } from "../../../contracts/api.ts";
import { uuid as id } from "../../../contracts/fields.ts";
import { type Job, jobPageSchema, jobSchema } from "../../../contracts/job.ts";
import { isOpen, type ReplayStatus, replaySpeedSchema } from "../../../contracts/replay.ts";
import { ApiError, notFound } from "../errors.ts";
import { fields, page } from "../input.ts";
import { type Call, route } from "../route.ts";

const target = { field: "id", kind: "session" } as const; // a replay's id is that of its session
const answers = { 200: jobSchema };

/** What takes its time: replays. The newest first. */
export const list = route(
  {
    path: "GET /jobs",
    id: "listJobs",
    summary: "Replays and how far they are, the newest first",
    right: "manage",
    input: fields(page, ["limit"]),
    answers: { 200: jobPageSchema },
  },
  ({ input, scope, call }) => call<Page<Job>>("storage.jobs", { ...input, scope }),
);

export const detail = route(
  {
    path: "GET /jobs/:id",
    id: "getJob",
    summary: "How far a job is",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers,
  },
  ({ input, call }) => find(call, input.id),
);

export const pause = route(
  {
    path: "POST /jobs/:id/pause",
    id: "pauseJob",
    summary: "Leaves a job where it is until it is resumed, over restarts",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers,
  },
  ({ input, call }) => change(call, "ingest.pauseReplay", { sessionId: input.id }),
);

export const resume = route(
  {
    path: "POST /jobs/:id/resume",
    id: "resumeJob",
    summary: "Goes on with a paused job",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers,
  },
  ({ input, call }) => change(call, "ingest.resumeReplay", { sessionId: input.id }),
);

export const edit = route(
  {
    path: "PATCH /jobs/:id",
    id: "changeJob",
    summary: "Has a replay go on at another speed",
    right: "manage",
    target,
    input: fields({ id, speed: replaySpeedSchema }, ["id", "speed"]),
    example: { speed: 5 },
    answers,
  },
  ({ input: { id: sessionId, speed }, call, note }) => {
    note({ details: { speed } });
    return change(call, "ingest.setReplaySpeed", { sessionId, speed });
  },
);

/** What it has done stays done. One that is over stays as it ended. */
export const stop = route(
  {
    path: "DELETE /jobs/:id",
    id: "stopJob",
    summary: "Ends a job for good",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers,
  },
  async ({ input, call }) => {
    await call("ingest.cancelReplay", { sessionId: input.id });
    return find(call, input.id);
  },
);

/** @throws ApiError 404, or 409 for a job that is over */
async function change(call: Call, action: string, params: { sessionId: string; speed?: unknown }): Promise<Job> {
  const changed = await call<ReplayStatus | null>(action, params);
  if (changed && !isOpen(changed.state)) {
    throw new ApiError(409, "JOB_OVER", `This job is ${changed.state}: start another one.`);
  }
  return find(call, params.sessionId);
}

/** @throws ApiError 404 */
async function find(call: Call, jobId: string): Promise<Job> {
  const found = await call<Job | null>("storage.job", { jobId });
  if (!found) throw notFound("job of that id");
  return found;
}
