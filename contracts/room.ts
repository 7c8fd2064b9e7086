import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exact } from "./exact.ts";
import { count, instant, provider } from "./fields.ts";

export const roomStates = ["waiting", "resolving", "connecting", "live", "reconnecting", "ended", "failed"] as const;

/**
 * Where the actor of one room stands.
 * waiting: not live, asked again later; or followed by no process yet · resolving: looking the room up · connecting:
 * opening the socket · live · reconnecting: cut off, next try at `nextAttemptAt` · ended: the streamer ended it ·
 * failed: given up, see `reason`
 */
export type RoomState = (typeof roomStates)[number];

const counters = exact("RoomCounters", {
  received: { ...count, description: "taken from the socket or the initial fetch" },
  published: { ...count, description: "confirmed on ttlc:raw" },
  duplicates: { ...count, description: "recognised as seen before and not published again" },
  tooLarge: { ...count, description: "published without their data: over the size cap" },
  refused: { ...count, description: "sent to ttlc:dlq because they cannot be raw entries" },
});

/** Messages of one room since its actor started, in this process. */
export type RoomCounters = FromSchema<typeof counters>;

const source = exact(
  "SourceScore",
  {
    provider,
    isConnected: { type: "boolean" },
    messages: { ...count, description: "messages that it brought" },
    onlyHere: {
      type: ["integer", "null"],
      description:
        "of those, what another one that was connected too did not bring within half a minute; null: there is no other",
    },
    medianDelayMs: {
      type: ["number", "null"],
      description: "from TikTok's own time of a message to our receipt, of a sample; null: not known yet",
    },
    errors: {
      ...count,
      description: "failed attempts, connections that soon ended, and what went wrong on those that stood",
    },
    lastError: { type: "string", description: "code of the last of them" },
  },
  ["lastError"],
);

/** How one source of a room does. */
export type SourceScore = FromSchema<typeof source>;

const streaks = exact("RoomStreaks", {
  open: { ...count, description: "going on" },
  closed: {
    type: "object",
    additionalProperties: false,
    required: ["timeout", "streamEnd"],
    properties: { timeout: count, streamEnd: count },
    description: "their end was not seen: after 10 s of silence, or because the stream ended",
  },
  untracked: {
    ...count,
    description: "frames of streaks that were too many at once to follow; they count, but a lost end stays unknown",
  },
});

/** Gift streaks of a room, as far as its actor follows them; `closed` and `untracked` since it started, in this process. */
export type RoomStreaks = FromSchema<typeof streaks>;

const dropped = {
  type: "object",
  additionalProperties: false,
  required: ["overload"],
  properties: {
    overload: {
      type: "object",
      additionalProperties: false,
      required: ["crowd", "other", "vital"],
      properties: { crowd: count, other: count, vital: count },
    },
  },
} as const;

/** overload: neither Redis nor the disk took more, and the memory for the room was full. */
export type DropReason = keyof FromSchema<typeof dropped>;

/**
 * What is dropped together, the first of these first.
 * crowd: viewer counts, likes, joins · other: what is in neither · vital: chat, gifts, follows, shares, subscriptions
 */
export type ShedClass = keyof FromSchema<typeof dropped>[DropReason];

export const roomStatusSchema = exact(
  "RoomStatus",
  {
    uniqueId: { type: "string", description: "the streamer's @handle" },
    provider,
    simulated: { type: "boolean" },
    node: { type: "string", description: "the ingest process that follows it; absent while none does" },
    state: { enum: roomStates },
    since: { ...instant, description: "since when it is in `state`" },
    streamId: { type: "string", description: "TikTok's room id, once known" },
    sessionId: { type: "string", format: "uuid", description: "the live period, while live" },
    channelId: { type: "string", format: "uuid" },
    reason: { type: "string", description: "why it is in this state, for a person: no secret, no stack" },
    attempt: { ...count, description: "failed attempts in a row" },
    nextAttemptAt: { ...instant, description: "when the next attempt begins" },
    spool: {
      type: "object",
      additionalProperties: false,
      required: ["messages", "bytes"],
      properties: { messages: count, bytes: count },
      description: "what waits on disk because Redis cannot take it; absent while nothing does",
    },
    sheddingSince: {
      ...instant,
      description: "since when messages are dropped because nothing takes them; absent while none are",
    },
    counters,
    sources: {
      type: "array",
      items: source,
      description: "how each of its sources does since its actor started; where two are configured, both",
    },
    dropped: { ...dropped, description: "messages given up since its actor started, in this process" },
    streaks,
  },
  [
    ...(["node", "streamId", "sessionId", "channelId", "reason", "nextAttemptAt"] as const),
    ...(["spool", "sheddingSince", "sources", "streaks"] as const),
  ],
) satisfies JSONSchema;

/** What ingest knows of one room: `ingest.list`, `GET /streams`, the broker event `room.changed`, SSE `event: state`. */
export type RoomStatus = FromSchema<typeof roomStatusSchema>;
/** `ingest.signer`: how one ingest process stands with the sign server. */
export interface SignerStatus {
  node: string;
  /** Since it started. `delayed` ones had to wait for their turn; they are among the others. */
  calls: {
    ok: number;
    /** The signer was away or out of order. */
    failed: number;
    /** 429. */
    limited: number;
    /** 401, 402, 403, 404. */
    refused: number;
    /** Not made, because the signer had asked to be left alone, or had failed too often. */
    withheld: number;
    delayed: number;
  };
  /** Calls that could be made now. */
  tokens: number;
  /** It failed too often in a row: one call in a while tries it for all. */
  isPaused: boolean;
}
