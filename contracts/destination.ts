import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { eventFilterFields } from "./event-filter.ts";
import { exact, exactly, pageOf } from "./exact.ts";
import { count, instant, instantOrNull, position, uuid } from "./fields.ts";

/** How the body of a webhook is laid out. */
export const envelopes = ["unified", "cloudevents", "euler"] as const;
export type Envelope = (typeof envelopes)[number];

/** Which events a destination gets: all that is named must hold (lib/event-filter.ts). */
export const eventFilterSchema = {
  title: "EventFilter",
  type: "object",
  additionalProperties: false,
  properties: eventFilterFields,
} as const satisfies JSONSchema;

/** What a person decides about a destination. */
export const destinationFields = {
  name: { type: "string", minLength: 1, maxLength: 80 },
  url: { type: "string", minLength: 1, maxLength: 2_048, description: "public, https; see EGRESS_ALLOW" },
  envelope: { enum: envelopes },
  eventFilter: eventFilterSchema,
  enabled: { type: "boolean" },
} as const satisfies Record<string, JSONSchema>;

/** Why a destination gets nothing: somebody said so, it answered 410 Gone, or it failed for days. */
export const disabledReasons = ["BY_HAND", "GONE", "FAILING"] as const;
export type DisabledReason = (typeof disabledReasons)[number];

export const destinationSchema = {
  description: "Where the events of a channel are sent to, and how that goes. Secrets are never in it.",
  ...exact("Destination", {
    destinationId: uuid,
    channelId: uuid,
    ...destinationFields,
    disabledReason: { anyOf: [{ enum: disabledReasons }, { type: "null" }] },
    state: {
      enum: ["ok", "retrying", "down", "disabled"],
      description: "`down`: the last five attempts failed, or five new batches were refused and none taken",
    },
    position: { ...position, description: "everything up to here was delivered, refused or not wanted" },
    failures: { ...count, description: "attempts in a row that failed, of one batch" },
    failingSince: instantOrNull,
    nextAttemptAt: instantOrNull,
    secrets: {
      description: "which are used to sign, the newest first",
      type: "array",
      items: exactly({ createdAt: instant, expiresAt: instantOrNull }),
    },
    createdAt: instant,
    updatedAt: instant,
  }),
} as const satisfies JSONSchema;
export type Destination = FromSchema<typeof destinationSchema>;

export const newDestinationSchema = {
  description: "A destination with its new signing secret, which is shown this once.",
  ...exact("NewDestination", {
    ...destinationSchema.properties,
    secret: { type: "string", pattern: "^whsec_", description: "for the verifiers of Standard Webhooks" },
  }),
} as const satisfies JSONSchema;
export type NewDestination = FromSchema<typeof newDestinationSchema>;

/** One try to deliver. */
export const attemptSchema = exact("DeliveryAttempt", {
  at: instant,
  status: { anyOf: [{ type: "integer" }, { type: "null" }], description: "HTTP status; null: there was no answer" },
  error: { anyOf: [{ type: "string" }, { type: "null" }], description: "what was wrong; null when it was delivered" },
  durationMs: count,
}) satisfies JSONSchema;
export type DeliveryAttempt = FromSchema<typeof attemptSchema>;

export const deliverySchema = {
  description: "One batch of a destination, under one webhook-id however often it is tried.",
  ...exact("Delivery", {
    webhookId: { type: "string", pattern: "^msg_[0-9a-z]+$" },
    after: { ...position, description: "its events are those wanted after this position" },
    through: { ...position, description: "and up to this one" },
    events: count,
    state: {
      enum: ["sending", "queued", "delivered", "refused", "empty"],
      description:
        "`refused`: it is in the dead letters; `queued`: from there it is to be sent again; `empty`: none of its events is left, or wanted any more",
    },
    attempts: count,
    lastAttempts: { type: "array", items: attemptSchema, description: "at most 20, the newest last" },
    createdAt: instant,
    finishedAt: instantOrNull,
  }),
} as const satisfies JSONSchema;
export type Delivery = FromSchema<typeof deliverySchema>;

export const destinationPageSchema = pageOf("DestinationPage", destinationSchema);
export const deliveryPageSchema = pageOf("DeliveryPage", deliverySchema);

/** What became of a test. */
export const destinationTestSchema = exact("DestinationTest", {
  webhookId: { type: "string", pattern: "^test_[0-9a-z]+$" },
  delivered: { type: "boolean" },
  status: attemptSchema.properties.status,
  error: attemptSchema.properties.error,
  durationMs: count,
}) satisfies JSONSchema;
export type DestinationTest = FromSchema<typeof destinationTestSchema>;
