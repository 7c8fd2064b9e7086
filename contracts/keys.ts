import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { roles } from "./access.ts";
import { exact, exactly, pageOf } from "./exact.ts";
import { instant, instantOrNull, uuid, uuidOrNull } from "./fields.ts";
import { eventTypes } from "./unified-event.ts";

const orNull = <const Schema extends JSONSchema>(schema: Schema) => ({ anyOf: [schema, { type: "null" }] }) as const;

/** What may be known of a key: of a program's, of a person of the team's, or of an overlay's. Never the key itself. */
export const keySchema = exact("Key", {
  id: uuid,
  kind: { enum: ["program", "person", "overlay"] },
  name: { type: "string" },
  role: { enum: roles },
  channelIds: { type: "array", items: uuid, description: "Empty for roles that reach every channel." },
  types: { ...orNull({ type: "array", items: { enum: eventTypes } }), description: "Of an overlay: what it shows." },
  prefix: { type: ["string", "null"], description: "How the key begins. Null for keys from before they were kept." },
  createdAt: instant,
  createdBy: {
    ...orNull(exactly({ id: uuidOrNull, name: { type: "string" } })),
    description: "The key that made it; `id` null: TTLC_ADMIN_KEY or a login link.",
  },
  lastUsedAt: { ...instantOrNull, description: "To the minute." },
  expiresAt: instantOrNull,
  rotatedAt: instantOrNull,
  previousUntil: { ...instantOrNull, description: "Until when the key before the last rotation works too." },
}) satisfies JSONSchema;

export type Key = FromSchema<typeof keySchema>;

export const keyPageSchema = pageOf("KeyPage", keySchema);

/** A key at the only moment when it is shown. */
export const newKeySchema = exact("NewKey", {
  key: keySchema,
  secret: { type: "string", description: "Shown now and never again." },
}) satisfies JSONSchema;

export type NewKey = FromSchema<typeof newKeySchema>;

/** `GET /auth/me`: who asks, and what they may. */
export const meSchema = exact("Me", {
  id: { ...uuidOrNull, description: "Of the key; null: TTLC_ADMIN_KEY or a login link." },
  name: { type: "string" },
  role: { enum: roles },
  channels: {
    type: "array",
    description: "Those of the key; empty for roles that reach more than single channels.",
    items: exactly({
      channelId: uuid,
      uniqueId: { type: ["string", "null"] },
      displayName: { type: ["string", "null"] },
      simulated: { type: "boolean" },
    }),
  },
  types: { ...orNull({ type: "array", items: { enum: eventTypes } }), description: "Of an overlay: what it shows." },
  rights: {
    type: "object",
    description: "What the role may, each with how much of it is shown. What is not here is refused.",
    additionalProperties: { enum: ["whole", "masked", "aggregates", "chosen"] },
  },
  expiresAt: { ...instantOrNull, description: "Of the session or the key; null: never." },
}) satisfies JSONSchema;

export type Me = FromSchema<typeof meSchema>;

/** `POST /auth/ticket` */
export const ticketSchema = exact("Ticket", { ticket: { type: "string" }, expiresAt: instant }) satisfies JSONSchema;

export type Ticket = FromSchema<typeof ticketSchema>;

/** One change that somebody made through the API, or tried to. */
export const auditEntrySchema = exact("AuditEntry", {
  id: { type: "string", description: "Grows with time." },
  at: instant,
  actor: exactly({
    id: { ...uuidOrNull, description: "The key; null: TTLC_ADMIN_KEY, a login link, or nobody." },
    name: { type: "string" },
    role: { enum: [...roles, "nobody"] },
  }),
  action: { type: "string", description: "The operationId of the route." },
  method: { type: "string" },
  target: {
    ...orNull(exactly({ kind: { type: "string" }, id: { type: "string" } })),
    description: "What it was about, if that has a name.",
  },
  channelIds: { type: "array", items: uuid },
  status: { type: "integer", description: "The HTTP status of the answer." },
  correlationId: { type: "string" },
  details: { type: "object", description: "A few facts, none of them secret.", additionalProperties: true },
}) satisfies JSONSchema;

export type AuditEntry = FromSchema<typeof auditEntrySchema>;

export const auditPageSchema = pageOf("AuditPage", auditEntrySchema);
