import type { FromSchema, JSONSchema } from "json-schema-to-ts";

/**
 * One message of a room as ingest saw it (seed 001, 3.8), one flat Redis Stream entry: every field is text there.
 * `data` is opaque to everyone but the normalizer.
 */
export const rawEnvelopeSchema = {
  $id: "https://ttlc.dev/contracts/raw-envelope.v1.schema.json",
  title: "RawEnvelope v1",
  description: "One entry of ttlc:raw: a TikTok LIVE message, or a fact that only the room's actor knows.",
  type: "object",
  required: ["schemaVersion", "streamId", "sessionId", "source", "type", "seqNo", "timestamp", "ingestedAt", "data"],
  additionalProperties: false,
  properties: {
    schemaVersion: { const: "raw.v1" },
    streamId: {
      type: "string",
      minLength: 1,
      maxLength: 64,
      pattern: "^[^:]+$",
      description: "TikTok room id; ':' is refused because eventId joins with it",
    },
    sessionId: { type: "string", format: "uuid", description: "one live period of the room actor, or one replay" },
    source: { enum: ["live", "replay"] },
    type: {
      type: "string",
      minLength: 1,
      maxLength: 128,
      pattern: "^[^:]+$",
      description:
        "TikTok's message type, e.g. WebcastChatMessage, or ControlEvent.* / ttlc.* for the actor's own facts",
    },
    seqNo: { type: "integer", minimum: 0, maximum: 9_007_199_254_740_991, description: "order within the room" },
    timestamp: { type: "string", format: "date-time", description: "when it happened: TikTok's createTime if sane" },
    ingestedAt: { type: "string", format: "date-time", description: "when ingest received it" },
    data: {
      type: ["string", "object"],
      description:
        "original protobuf bytes in base64, or JSON (as text on the stream). Empty without `encoding`: it was too large",
    },
    provider: { enum: ["direct", "euler", "simulator"] },
    msgId: { type: "string", maxLength: 128, description: "TikTok's id of the message; absent when it has none" },
    isHistory: { type: "boolean", description: "happened before this connection: TikTok re-sent it" },
    encoding: { enum: ["base64", "json", "canonical"], description: "how to read `data`" },
    redriveOf: {
      type: "string",
      pattern: "^\\d{1,13}-\\d{1,7}$",
      description: "the dead letter that was put back as this entry: its entry id in ttlc:dlq",
    },
  },
} as const satisfies JSONSchema;

export type RawEnvelope = FromSchema<typeof rawEnvelopeSchema>;
export type Provider = NonNullable<RawEnvelope["provider"]>;
