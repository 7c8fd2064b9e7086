import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exact, pageOf } from "./exact.ts";
import { count, instant, instantOrNull, uuid, uuidOrNull } from "./fields.ts";
import { replaySpeedSchema } from "./replay.ts";

const progressSchema = exact("JobProgress", {
  total: count,
  done: count,
  percent: { type: "number", minimum: 0, maximum: 100 },
  perSecond: {
    type: ["number", "null"],
    minimum: 0,
    description: "Events a second, lately; null while it does not run, or nobody told in the last five seconds.",
  },
  secondsLeft: { type: ["integer", "null"], minimum: 0, description: "An estimate; null while there is none." },
}) satisfies JSONSchema;

const replayJobSchema = exact("ReplayJob", {
  sessionId: { ...uuid, description: "The replay's own: that of its events, and the job's id." },
  streamId: { type: "string" },
  of: { ...uuidOrNull, description: "The session that is replayed; null: a whole broadcast." },
  speed: replaySpeedSchema,
  from: { ...instant, description: "The room's time of the first event." },
  to: { ...instant, description: "The room's time of the last event." },
  reachedAt: { ...instantOrNull, description: "The room's time of the last event sent; null before the first." },
}) satisfies JSONSchema;

/** What takes its time, and may be paused, resumed and stopped meanwhile. */
export const jobSchema = exact(
  "Job",
  {
    jobId: uuid,
    kind: { enum: ["replay"] },
    state: {
      enum: ["running", "paused", "done", "cancelled", "failed"],
      description: "running: also while nobody has it, as for some seconds after a crash. paused: until it is resumed.",
    },
    reason: { type: "string", description: "Why it failed." },
    startedAt: instant,
    endedAt: instantOrNull,
    progress: progressSchema,
    replay: replayJobSchema,
  },
  ["reason"],
) satisfies JSONSchema;
export type Job = FromSchema<typeof jobSchema>;

export const jobPageSchema = pageOf("JobPage", jobSchema);
