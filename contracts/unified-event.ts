import type { ExtendedJSONSchema, FromExtendedSchema } from "json-schema-to-ts";
import { instant } from "./fields.ts";

/**
 * UnifiedEvent v1: the one shape everything behind `ttlc:events` speaks.
 *
 * `discriminator` makes Ajv check only the variant that `eventType` names (5x faster, one error and not thirty).
 * `x-personal` marks what says something about a person: storage keeps it apart (event_pii) so that it can be erased.
 */
type Keywords = { discriminator: { propertyName: string }; "x-personal": boolean };

/** Largest integer JSON readers agree on. */
const MAX_SAFE = 9_007_199_254_740_991;
const amount = { type: "integer", minimum: 0, maximum: MAX_SAFE } as const;
const text = { type: "string", maxLength: 10_000 } as const;
/** Ids are strings: TikTok's are 64-bit. */
const id = { type: "string", minLength: 1, maxLength: 128 } as const;
const personal = { "x-personal": true } as const;

const object = <const Properties extends object, const Required extends readonly (keyof Properties & string)[]>(
  properties: Properties,
  required: Required,
) => ({ type: "object", required, additionalProperties: false, properties }) as const;

const person = object({ userId: id, uniqueId: text, displayName: text }, ["userId"]);

const user = object(
  {
    userId: { ...id, description: "stable; what a person is keyed by" },
    uniqueId: { ...text, description: "the @handle; may change" },
    displayName: text,
    avatarUrl: { ...text, description: "signed and short-lived" },
    isModerator: { type: "boolean" },
    isSubscriber: { type: "boolean" },
    isFollower: { type: "boolean" },
    followRole: { type: "integer", minimum: 0, maximum: 2, description: "0 none, 1 follows, 2 mutual" },
    gifterLevel: amount,
    teamMemberLevel: amount,
    topGifterRank: amount,
  },
  ["userId", "uniqueId", "displayName", "isModerator", "isSubscriber", "isFollower"],
);

const emotes = {
  type: "array",
  maxItems: 100,
  items: object(
    { emoteId: id, imageUrl: text, at: { ...amount, description: "offset in the message, in UTF-16 units" } },
    ["emoteId"],
  ),
} as const;

/** Non-personal facts of known RAW subTypes, so that nobody has to open `data`. */
const facts = object(
  {
    from: { ...text, description: "GAP: since when (ISO 8601); SOURCE_SWITCHED: from which provider" },
    to: { ...text, description: "GAP: until when (ISO 8601); SOURCE_SWITCHED: to which provider" },
    why: text,
    seqNoBefore: { ...amount, description: "GAP: seqNo of the last message before it" },
    seqNoAfter: { ...amount, description: "GAP: seqNo of the first message after it" },
    count: { ...amount, description: "how many things the message is about; GAP: messages that were dropped" },
    current: { ...amount, description: "GOAL: reached so far" },
    target: { ...amount, description: "GOAL: wanted" },
    diamondCount: { ...amount, description: "ENVELOPE: diamonds inside" },
    messageIds: { type: "array", items: id, description: "MESSAGE_DELETED, ROOM_PIN: msgIds it names" },
    action: { ...amount, description: "the message's action code, as TikTok numbers it" },
  },
  [],
);

const payloads = {
  CHAT: object(
    {
      message: { ...text, ...personal },
      language: { type: "string", maxLength: 16, description: "as TikTok detected it" },
      emotes,
      mentions: { type: "array", maxItems: 100, items: person, ...personal },
    },
    ["message"],
  ),
  GIFT: object(
    {
      giftId: id,
      giftName: text,
      giftCount: { ...amount, description: "of a streak: how many so far (cumulative)" },
      diamondCount: { ...amount, description: "price of one gift" },
      coins: {
        ...amount,
        description: "diamondCount x giftCount; cumulative in a streak: take the maximum per streakId",
      },
      streakable: { type: "boolean" },
      streakId: {
        type: "string",
        pattern: "^[0-9a-f]{64}$",
        description: "sha256 of streamId:userId:giftId:groupId",
      },
      streakState: { enum: ["none", "progress", "final"] },
      closedBy: { enum: ["end", "timeout", "streamEnd"] },
      toUser: { ...person, ...personal },
      imageUrl: text,
    },
    ["giftId", "giftName", "giftCount", "diamondCount", "coins", "streakable", "streakState"],
  ),
  LIKE: object({ count: amount, total: { ...amount, description: "gauge of the room: last value wins" } }, ["count"]),
  JOIN: object({ memberCount: amount, via: text }, []),
  FOLLOW: object({ followCount: amount }, []),
  SHARE: object({ target: text, shareCount: amount }, []),
  SUBSCRIBE: object({ months: amount }, []),
  EMOTE: object({ emotes }, ["emotes"]),
  BATTLE: object(
    {
      battleId: id,
      status: text,
      sides: {
        type: "array",
        maxItems: 100,
        items: object({ userId: id, points: amount }, ["userId"]),
        ...personal,
      },
    },
    [],
  ),
  ROOM_USER: object(
    {
      viewers: { ...amount, description: "gauge: watching now" },
      totalViewers: { ...amount, description: "gauge: since the stream began" },
      top: {
        type: "array",
        maxItems: 100,
        items: object({ userId: id, uniqueId: text, displayName: text, score: amount }, ["userId"]),
        ...personal,
      },
    },
    ["viewers"],
  ),
  STREAM_END: object({ action: amount, reason: text }, ["action"]),
  CONNECTED: object(
    {
      provider: { enum: ["direct", "euler", "simulator"] },
      channelId: { type: "string", format: "uuid", description: "ours" },
      uniqueId: { ...text, ...personal },
      owner: { ...person, ...personal },
      title: { ...text, ...personal },
    },
    ["provider", "channelId", "uniqueId"],
  ),
  DISCONNECTED: object({ code: { type: "integer" }, reason: text }, ["code", "reason"]),
  ERROR: object({ code: text, message: text }, ["code", "message"]),
  RAW: object(
    {
      rawType: text,
      data: { description: "decoded JSON, or base64 when the type is unknown", ...personal },
      facts,
    },
    ["rawType"],
  ),
} as const;

const envelope = {
  schemaVersion: { const: "unified.v1" },
  eventId: { type: "string", pattern: "^[0-9a-f]{64}$", description: "sha256 of streamId:seqNo:rawType" },
  subType: { type: "string", maxLength: 64, pattern: "^[A-Z0-9_]+$" },
  rawType: { ...text, description: "TikTok's own type" },
  streamId: { ...id, description: "TikTok room id" },
  sessionId: { type: "string", format: "uuid" },
  source: { enum: ["live", "replay"] },
  provider: { enum: ["direct", "euler", "simulator"] },
  seqNo: { ...amount, description: "order within the room" },
  msgId: { ...id, description: "TikTok's id of the message" },
  isHistory: { type: "boolean" },
  timestamp: { ...instant, description: "when it happened" },
  ingestedAt: instant,
  user: {
    anyOf: [{ type: "null" }, user],
    description: "who did it, as far as this message says",
    ...personal,
  },
} as const;

const required = [
  "schemaVersion",
  "eventId",
  "eventType",
  "rawType",
  "streamId",
  "sessionId",
  "source",
  "provider",
  "seqNo",
  "isHistory",
  "timestamp",
  "ingestedAt",
  "user",
  "payload",
] as const;

const variant = <Type extends keyof typeof payloads>(eventType: Type) =>
  ({
    type: "object",
    required,
    additionalProperties: false,
    properties: { ...envelope, eventType: { const: eventType }, payload: payloads[eventType] },
  }) as const;

export const unifiedEventSchema = {
  $id: "https://ttlc.dev/contracts/unified-event.v1.schema.json",
  title: "UnifiedEvent v1",
  description: "One thing that happened in a TikTok LIVE room, in the one shape every consumer reads.",
  type: "object",
  required: ["eventType"],
  discriminator: { propertyName: "eventType" },
  oneOf: [
    variant("CHAT"),
    variant("GIFT"),
    variant("LIKE"),
    variant("JOIN"),
    variant("FOLLOW"),
    variant("SHARE"),
    variant("SUBSCRIBE"),
    variant("EMOTE"),
    variant("BATTLE"),
    variant("ROOM_USER"),
    variant("STREAM_END"),
    variant("CONNECTED"),
    variant("DISCONNECTED"),
    variant("ERROR"),
    variant("RAW"),
  ],
} as const satisfies ExtendedJSONSchema<Keywords>;

export type UnifiedEvent = FromExtendedSchema<Keywords, typeof unifiedEventSchema>;
export type EventType = UnifiedEvent["eventType"];
export type EventOf<Type extends EventType> = Extract<UnifiedEvent, { eventType: Type }>;
export type Payload<Type extends EventType> = EventOf<Type>["payload"];
export type User = NonNullable<UnifiedEvent["user"]>;

export const eventTypes = Object.keys(payloads) as EventType[];

/** The payload fields of `eventType` that are personal (marked * in DESIGN section 4). */
export function personalFields(eventType: EventType): string[] {
  return Object.entries(payloads[eventType].properties).flatMap(([name, schema]) =>
    "x-personal" in schema ? [name] : [],
  );
}

/** One entry of ttlc:events: the event, and the original bytes for storage, which replay needs and nobody else parses. */
export interface EventEntry {
  event: UnifiedEvent;
  /** When the normalizer made it, ISO 8601. */
  normalizedAt?: string;
  /** `data` of the raw entry, unchanged. */
  raw?: string;
  encoding?: "base64" | "json" | "canonical";
  /** Of the raw entry: the dead letter that it was. */
  redriveOf?: string;
}
