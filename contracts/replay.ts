import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exact } from "./exact.ts";
import { count, instant } from "./fields.ts";

/** What is replayed of one session. Of its events, those up to the replay's `through`. */
export interface ReplayPart {
  sessionId: string;
  /** Bounds of its events: in the order of the room, and in time (ISO 8601), both inclusive. */
  firstSeq: number;
  lastSeq: number;
  firstAt: string;
  lastAt: string;
}

export const replaySpeedSchema = {
  anyOf: [{ const: "max" }, { type: "number", minimum: 1, maximum: 20 }],
  description: "times the original speed; max: as fast as it is handled",
} as const satisfies JSONSchema;

export type ReplaySpeed = FromSchema<typeof replaySpeedSchema>;

export const replayStatusSchema = exact(
  "ReplayStatus",
  {
    sessionId: { type: "string", format: "uuid", description: "the replay's own" },
    streamId: { type: "string" },
    of: {
      type: ["string", "null"],
      format: "uuid",
      description: "the session that is replayed; null: all sessions of the stream, as one",
    },
    speed: replaySpeedSchema,
    state: {
      enum: ["running", "paused", "done", "cancelled", "failed"],
      description:
        "running: also while nobody has it, as after a crash; paused: until somebody resumes it; failed: see `reason`",
    },
    reason: { type: "string" },
    total: { ...count, description: "events to send" },
    published: { ...count, description: "sent so far" },
    startedAt: instant,
    endedAt: { ...instant, type: ["string", "null"] },
  },
  ["reason"],
) satisfies JSONSchema;

/** A stored session, or a whole broadcast, on its way through ttlc:raw once more. */
export type ReplayStatus = FromSchema<typeof replayStatusSchema>;

export type ReplayState = ReplayStatus["state"];

/** Whether it may still send anything. */
export const isOpen = (state: ReplayState): boolean => state === "running" || state === "paused";

/** A place in a room's order: the last event that was seen. */
export interface ReplayPlace {
  /** -1: before the first event. */
  seqNo: number;
  eventId: string;
}

/** What storage knows of a replay: enough to go on with it. */
export interface StoredReplay extends ReplayStatus {
  /** In the order of their first event. */
  parts: ReplayPart[];
  /** Highest position, packed. */
  through: string;
  /** How far it has come back to storage. */
  seen: ReplayPlace;
  /** What ingest last told: events it sent in a second, the room's time of the last one, and when it told so. */
  perSecond: number | null;
  reachedAt: string | null;
  reportedAt: string | null;
}
