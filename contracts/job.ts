import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { count, instant, instantOrNull, uuid } from "./fields.ts";
import { replaySpeedSchema } from "./replay.ts";

const progressSchema = {
  title: "JobProgress",
  type: "object",
  additionalProperties: false,
  required: ["total", "done", "percent", "perSecond", "secondsLeft"],
  properties: {
    total: count,
    done: count,
    percent: { type: "number", minimum: 0, maximum: 100 },
    perSecond: {
      type: ["number", "null"],
      minimum: 0,
      description: "Events a second, lately; null while it does not run, or nobody told in the last five seconds.",
    },
    secondsLeft: { type: ["integer", "null"], minimum: 0, description: "An estimate; null while there is none." },
  },
} as const satisfies JSONSchema;

const replayJobSchema = {
  title: "ReplayJob",
  type: "object",
  additionalProperties: false,
  required: ["sessionId", "streamId", "of", "speed", "from", "to", "reachedAt"],
  properties: {
    sessionId: { ...uuid, description: "The replay's own: that of its events, and the job's id." },
    streamId: { type: "string" },
    of: {
      type: ["string", "null"],
      format: "uuid",
      description: "The session that is replayed; null: a whole broadcast.",
    },
    speed: replaySpeedSchema,
    from: { ...instant, description: "The room's time of the first event." },
    to: { ...instant, description: "The room's time of the last event." },
    reachedAt: { ...instantOrNull, description: "The room's time of the last event sent; null before the first." },
  },
} as const satisfies JSONSchema;

/** What takes its time, and may be paused, resumed and stopped meanwhile. */
export const jobSchema = {
  title: "Job",
  type: "object",
  additionalProperties: false,
  required: ["jobId", "kind", "state", "startedAt", "endedAt", "progress", "replay"],
  properties: {
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
} as const satisfies JSONSchema;
export type Job = FromSchema<typeof jobSchema>;

export const jobPageSchema = {
  title: "JobPage",
  type: "object",
  additionalProperties: false,
  required: ["items", "next"],
  properties: { items: { type: "array", items: jobSchema }, next: { type: ["string", "null"] } },
} as const satisfies JSONSchema;
