import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exact, pageOf } from "./exact.ts";
import { count, countOrNull, instant, instantOrNull, provider, text, textOrNull, uuid } from "./fields.ts";
import { type RoomStatus, roomStatusSchema } from "./room.ts";
import { type EventType, personalFields, type UnifiedEvent, unifiedEventSchema } from "./unified-event.ts";

const handle = { ...textOrNull, description: "the streamer's @handle, once known" } as const;

/** What the gateway answers. Lists: `{items, next}`; `next` is an opaque cursor for `?after=`, null at the end. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export const errorSchema = exact(
  "ErrorBody",
  {
    error_code: { ...text, description: "what docs/errors.md explains" },
    message: { ...text, description: "for a person: what to do" },
    details: { description: "which fields are wrong, never their values; or what is missing" },
    correlation_id: { ...text, description: "the request's, as in the header x-correlation-id and in our log" },
  },
  ["details"],
) satisfies JSONSchema;

/** Every error, whatever its cause. */
export type ErrorBody = FromSchema<typeof errorSchema>;

const gauges = {
  viewers: { ...countOrNull, description: "TikTok's own: who watches, as told last" },
  peakViewers: { ...countOrNull, description: "TikTok's own: the most that watched" },
  totalViewers: { ...countOrNull, description: "TikTok's own: who ever came" },
  likes: { ...countOrNull, description: "TikTok's own: all likes" },
} as const;

/**
 * Observed: sums of what reached us, which is less than all there was when something was missed, or sent to others only.
 * Likes as the likers' messages count them; coins of all gifts, each streak counted once at its maximum (TikTok tells
 * no total of these).
 */
const observed = {
  observedLikes: { ...count, description: "the sum of the likes that reached us" },
  diamonds: { ...count, description: "coins of all gifts that reached us, each streak once at its highest" },
} as const;

const streamFields = {
  streamId: text,
  uniqueId: handle,
  title: textOrNull,
  simulated: { type: "boolean" },
  startedAt: instant,
  endedAt: instantOrNull,
  lastEventAt: instant,
  events: count,
  ...gauges,
  ...observed,
  room: { anyOf: [roomStatusSchema, { type: "null" }], description: "its live actor, when there is one" },
} as const;

export const streamItemSchema = exact("StreamItem", streamFields) satisfies JSONSchema;

/** One TikTok broadcast, from storage's projections. */
export type StreamItem = FromSchema<typeof streamItemSchema>;

export const topGifterSchema = exact("TopGifter", {
  userId: text,
  uniqueId: text,
  displayName: text,
  coins: count,
}) satisfies JSONSchema;

export type TopGifter = FromSchema<typeof topGifterSchema>;

export const streamDetailSchema = exact("StreamDetail", {
  ...streamFields,
  topGifters: { type: "array", items: topGifterSchema, description: "the highest first" },
}) satisfies JSONSchema;

/** `GET /streams/:id` */
export type StreamDetail = FromSchema<typeof streamDetailSchema>;

export const streamPageSchema = pageOf("StreamPage", streamItemSchema);

export const sessionItemSchema = exact(
  "SessionItem",
  {
    sessionId: uuid,
    streamId: text,
    uniqueId: handle,
    source: { enum: ["live", "replay"] },
    provider,
    simulated: { type: "boolean" },
    startedAt: instant,
    endedAt: instantOrNull,
    events: { ...count, description: "stored, or sent by a replay so far" },
    diamonds: {
      ...count,
      description: "coins of the gifts in it; of a streak that began in a session before, what it grew by",
    },
    peakViewers: gauges.peakViewers,
    likes: { ...countOrNull, description: "TikTok's own: all likes of the broadcast by its end" },
    observedLikes: observed.observedLikes,
    replayOf: {
      ...textOrNull,
      description: "of a replay only: the session it replays; null: a whole broadcast",
    },
  },
  ["replayOf"],
) satisfies JSONSchema;

/** One live period of a room's actor, or one replay. */
export type SessionItem = FromSchema<typeof sessionItemSchema>;

export const sessionPageSchema = pageOf("SessionPage", sessionItemSchema);

const deadLettered = {
  type: "array",
  items: exact("DeadLetterCount", { stage: text, reason: text, count }),
  description: "of any stage, as far as their letters tell the session",
} as const;

const gaps = {
  type: "array",
  items: exact(
    "SessionGap",
    {
      from: { ...text, description: "ISO 8601" },
      to: { ...text, description: "ISO 8601" },
      why: text,
      seqNoBefore: count,
      seqNoAfter: count,
      count: { ...count, description: "how many messages, where that is known" },
    },
    ["from", "to", "why", "seqNoBefore", "seqNoAfter", "count"],
  ),
  description: "in the order of the room",
} as const;

/** `storage.sessionAccount`: what became of one session in Postgres. All zero and empty for one that is unknown there. */
export interface SessionAccount {
  sessionId: string;
  /** Events of it that were stored. */
  stored: number;
  /** Of a replay only: how many of its events have come back to storage, where they are stored already. */
  returned?: number;
  /** Entries of ttlc:events that brought what was stored already. An entry delivered twice is no duplicate. */
  duplicates: number;
  deadLettered: FromSchema<typeof deadLettered>;
  /** Dead letters of storage whose entries it has stored since. */
  redriven: number;
  gaps: FromSchema<typeof gaps>;
}

const difference = exact("LedgerDifference", {
  between: {
    enum: ["received and published", "published and normalised", "normalised and stored", "dead letters and Postgres"],
  },
  count: { type: "integer", description: "negative: more than there should be" },
});

export type LedgerDifference = FromSchema<typeof difference>;

export const sessionLedgerSchema = exact(
  "SessionLedger",
  {
    sessionId: uuid,
    received: {
      ...countOrNull,
      description: "messages taken from the socket, as of the last publish; of a replay, from Postgres",
    },
    facts: {
      ...countOrNull,
      description: "what the room's actor added of its own: CONNECTED, DISCONNECTED, ERROR, GAP, STREAK_CLOSED",
    },
    waiting: { ...countOrNull, description: "received, and not published yet" },
    duplicates: { ...countOrNull, description: "recognised by ingest as seen before" },
    published: { ...countOrNull, description: "put on ttlc:raw" },
    normalised: { ...countOrNull, description: "put on ttlc:events" },
    stored: count,
    returned: {
      ...count,
      description: "of a replay only: came back to storage, where its events are stored already",
    },
    storedBefore: { ...count, description: "recognised by storage as stored before" },
    deadLettered,
    redriven: { ...countOrNull, description: "of these, sent back to where they had failed; each time counts" },
    dropped: {
      type: "object",
      additionalProperties: count,
      description: "messages that ingest gave up, by reason",
    },
    gaps,
    inFlight: {
      type: "array",
      items: difference,
      description: "at most these may be on their way still: their group has not read or acknowledged everything",
    },
    balance: {
      type: "object",
      additionalProperties: false,
      required: ["ok", "unexplained"],
      properties: {
        ok: {
          type: ["boolean", "null"],
          description: "nothing is missing or too much; null: the counters are not known",
        },
        unexplained: { type: "array", items: difference },
      },
    },
  },
  ["returned"],
) satisfies JSONSchema;

/**
 * `GET /sessions/:id/ledger`: what became of every message of a session. `null`: not known, because Redis, where it was
 * counted, was emptied or has forgotten it (30 days after the session).
 */
export type SessionLedger = FromSchema<typeof sessionLedgerSchema>;

const rolesSchema = exact(
  "Roles",
  {
    isModerator: { type: "boolean" },
    isSubscriber: { type: "boolean" },
    isFollower: { type: "boolean" },
    followRole: { type: "integer", minimum: 0, maximum: 2 },
    gifterLevel: count,
    teamMemberLevel: count,
    topGifterRank: count,
  },
  [
    ...(["isModerator", "isSubscriber", "isFollower", "followRole"] as const),
    ...(["gifterLevel", "teamMemberLevel", "topGifterRank"] as const),
  ],
) satisfies JSONSchema;

/** What somebody is to a streamer, as far as their messages told. */
export type Roles = FromSchema<typeof rolesSchema>;

/** What serving adds to an event. */
const served = {
  erased: { const: true, description: "personal parts were erased: `user` is null, personal fields are gone" },
  masked: { const: true, description: "the same, for who may not see people" },
  inherited: {
    ...rolesSchema,
    description:
      "what earlier messages of the same person in rooms of the same channel told and this one does not, as of its position",
  },
} as const;

/**
 * An event as served: after an erasure `user` is null, personal payload fields are gone and `erased` is true. The same is
 * `masked` for those who may not see people.
 *
 * `inherited` is what earlier messages of the same person in rooms of the same channel told and this one does not, as of
 * its position: nothing in it was learned later. Absent when there is no such thing, or when it is not known in time.
 */
export type ServedEvent = UnifiedEvent & { erased?: true; masked?: true; inherited?: Roles };

export const servedEventSchema: JSONSchema = {
  title: "ServedEvent",
  description: "One thing that happened in a TikTok LIVE room.",
  type: "object",
  required: ["eventType"],
  discriminator: { propertyName: "eventType" },
  oneOf: unifiedEventSchema.oneOf.map((variant) => {
    const { eventType, payload, user, ...rest } = variant.properties;
    const [nobody, person] = user.anyOf;
    return {
      ...variant,
      title: titleOf(eventType.const),
      properties: {
        eventType,
        ...rest,
        user: { ...user, anyOf: [nobody, { title: "User", ...person }] },
        payload: withoutPeople(eventType.const, payload),
        ...served,
      },
    };
  }),
} as object;

/** `ROOM_USER` is a `RoomUserEvent`. */
function titleOf(eventType: EventType): string {
  const words = eventType.split("_").map((word) => `${word[0]}${word.slice(1).toLowerCase()}`);
  return `${words.join("")}Event`;
}

/** A payload of which the personal fields may be gone. */
function withoutPeople<Payload extends { required: readonly string[] }>(eventType: EventType, payload: Payload) {
  const personal = new Set(personalFields(eventType));
  return { ...payload, required: payload.required.filter((name) => !personal.has(name)) };
}

export const eventPageSchema = pageOf("EventPage", servedEventSchema);

/** `data` of the SSE frames of `GET /streams/:id/events`; `id` is the last position examined. */
export interface FeedFrames {
  batch: ServedEvent[];
  ping: Record<never, never>;
  state: RoomStatus;
  /** Positions between which the feed lost events. */
  gap: { from: string; to: string };
}

const driftKind = exact("DriftKind", {
  kind: {
    enum: ["unknown_type", "unknown_field", "decode_failure"],
    description:
      "unknown_type: there is no schema of the type; unknown_field: the schema of the type does not name it; decode_failure: the message is in the dead letters",
  },
  type: { ...text, description: "TikTok's type of message" },
  what: {
    ...text,
    description: "the field's path, ending in its number or key; the reason of a failure; empty for a type",
  },
  count: { ...count, description: "messages; of fields, among those `checked`" },
  firstAt: { ...instant, description: "ingest received the first one" },
  lastAt: { ...instant, description: "ingest received the last one" },
  sample: {
    type: "object",
    additionalProperties: false,
    required: ["streamId", "sessionId", "seqNo", "provider", "shape"],
    properties: { streamId: text, sessionId: text, seqNo: count, provider, shape: text },
    description: "one of them",
  },
});

export type DriftKind = FromSchema<typeof driftKind>;

export const driftReportSchema = exact("DriftReport", {
  since: { ...instant, description: "since when the normalizer that runs longest counts" },
  checked: { ...count, description: "messages whose fields were looked at: a sample of all" },
  omitted: { ...count, description: "messages of kinds beyond those that a normalizer keeps apart" },
  kinds: { type: "array", items: driftKind, description: "the newest first" },
}) satisfies JSONSchema;

/**
 * `GET /drift`: what the normalizers noticed of changes at TikTok since they started. Of a kind it says where a sample is
 * and what that looks like, never what is in it: no part of this is personal.
 */
export type DriftReport = FromSchema<typeof driftReportSchema>;

const service = { const: "TikTok Live Client" } as const;
const version = text;

export const livenessSchema = exact("Liveness", { status: { const: "ok" }, service });

export const metaSchema = exact("Meta", { status: { const: "ok" }, service, version });

export const healthSchema = exact("Health", {
  status: { enum: ["ok", "degraded"] },
  service,
  version,
  uptimeSeconds: count,
  parts: { type: "object", additionalProperties: { enum: ["up", "down"] } },
  alarms: { type: "array", items: text, description: "those that are raised, `name: what is wrong`" },
});

export const readinessSchema = exact("Readiness", {
  status: { const: "ready" },
  service,
  warnings: { type: "array", items: text, description: "what an operator should know although all is there" },
});
