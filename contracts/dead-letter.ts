import type { ExtendedJSONSchema, FromExtendedSchema } from "json-schema-to-ts";

/** Why an entry was given up. A closed list: alarms, filters and redrive depend on it. */
export const deadLetterReasons = [
  "PARSE_ERROR",
  "SCHEMA_ERROR",
  "TRIMMED",
  "STORE_REJECTED",
  "HANDLER_FAILED",
  "DELIVERY_FAILED",
] as const;

/** One entry of ttlc:dlq (seed 001, 3.8): what failed, where, why, and everything needed to redrive it. */
export const deadLetterSchema = {
  $id: "https://ttlc.dev/contracts/dead-letter.v1.schema.json",
  title: "DeadLetter v1",
  description: "One entry of ttlc:dlq.",
  type: "object",
  required: ["stage", "reason", "error", "payload", "failedAt"],
  additionalProperties: false,
  properties: {
    stage: { type: "string", minLength: 1, description: "the service that gave up" },
    reason: { enum: deadLetterReasons },
    error: { type: "string", maxLength: 2000, description: "sanitised message, without secrets" },
    payload: { type: "string", description: "the entry's fields as a JSON object of strings", "x-personal": true },
    failedAt: { type: "string", format: "date-time" },
    stream: { type: "string", description: "the stream it was read from" },
    entryId: { type: "string", pattern: "^\\d+-\\d+$", description: "its entry id there" },
    group: { type: "string", description: "the consumer group that gave up" },
    destination: { type: "string", description: "forwarder only: the destination's id" },
    attempts: { type: "integer", minimum: 0 },
    correlationId: { type: "string" },
  },
} as const satisfies ExtendedJSONSchema<{ "x-personal": boolean }>;

export type DeadLetter = FromExtendedSchema<{ "x-personal": boolean }, typeof deadLetterSchema>;
export type DeadLetterReason = (typeof deadLetterReasons)[number];
