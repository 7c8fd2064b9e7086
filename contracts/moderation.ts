import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { roles } from "./access.ts";
import { exact, exactly } from "./exact.ts";
import { instant, text, uuidOrNull } from "./fields.ts";

/** What moderators do to people, and what waits for them: `/moderation`. */

/** Timeouts that TikTok has, in seconds (Euler's MuteDuration, without the endless one). */
export const timeoutSeconds = [5, 30, 60, 300] as const;

/** What is done to a person; the last two take the first two back. */
export const measures = ["timeout", "ban", "unmute", "unban"] as const;

export type Measure = (typeof measures)[number];

export const actorSchema = exactly({
  id: { ...uuidOrNull, description: "the key; null: TTLC_ADMIN_KEY or a login link" },
  name: text,
  role: { enum: roles },
}) satisfies JSONSchema;

/** Who commands, as the audit names them. */
export type Actor = FromSchema<typeof actorSchema>;

/** How a person closed what there was no means for. */
export const outcomes = ["done_by_hand", "dismissed"] as const;

export const resolutionSchema = exactly({
  outcome: { enum: outcomes },
  at: instant,
  by: actorSchema,
}) satisfies JSONSchema;

export type Resolution = FromSchema<typeof resolutionSchema>;

const capability = exact("ModerationCapability", {
  can: { type: "boolean" },
  reason: {
    enum: ["no_capability", "stream_ended", null],
    description:
      "why not; with no_capability a command is written down and left to a person, with stream_ended refused",
  },
  why: { type: ["string", "null"], description: "the same in a sentence" },
}) satisfies JSONSchema;

export const moderationCapabilitiesSchema = exact("ModerationCapabilities", {
  streamId: text,
  timeout: capability,
  ban: capability,
  undo: capability,
  seconds: { type: "array", items: { enum: timeoutSeconds }, description: "how long a timeout can last" },
}) satisfies JSONSchema;

/** `GET /moderation/capabilities`: what can be done in a room. */
export type ModerationCapabilities = FromSchema<typeof moderationCapabilitiesSchema>;

/** A broadcast and somebody in it, as it takes to know them before anything is done to that person. */
export interface ModerationTarget {
  channelId: string;
  simulated: boolean;
  /** Its newest live period. */
  sessionId: string;
  /** ISO 8601: its end, or its newest event as long as nobody told that. */
  heardAt: string;
  /** The streamer; null: not known. */
  owner: { userId: string | null; uniqueId: string | null };
  /** Null: never seen in this channel, erased, or not asked for. */
  person: { uniqueId: string } | null;
}
