import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { roles } from "./access.ts";
import { pageOf } from "./exact.ts";
import { instant, uuid } from "./fields.ts";
import { eventTypes } from "./unified-event.ts";

const orNull = <const Schema extends JSONSchema>(schema: Schema) => ({ anyOf: [schema, { type: "null" }] }) as const;

/** What may be known of a key: of a program's, of a person of the team's, or of an overlay's. Never the key itself. */
export const keySchema = {
  title: "Key",
  type: "object",
  additionalProperties: false,
  required: [
    ...(["id", "kind", "name", "role", "channelIds", "types", "prefix", "createdAt", "createdBy"] as const),
    ...(["lastUsedAt", "expiresAt", "rotatedAt", "previousUntil"] as const),
  ],
  properties: {
    id: uuid,
    kind: { enum: ["program", "person", "overlay"] },
    name: { type: "string" },
    role: { enum: roles },
    channelIds: { type: "array", items: uuid, description: "Empty for roles that reach every channel." },
    types: { ...orNull({ type: "array", items: { enum: eventTypes } }), description: "Of an overlay: what it shows." },
    prefix: { type: ["string", "null"], description: "How the key begins. Null for keys from before they were kept." },
    createdAt: instant,
    createdBy: {
      ...orNull({
        type: "object",
        additionalProperties: false,
        required: ["id", "name"],
        properties: { id: orNull(uuid), name: { type: "string" } },
      }),
      description: "The key that made it; `id` null: TTLC_ADMIN_KEY or a login link.",
    },
    lastUsedAt: { ...orNull(instant), description: "To the minute." },
    expiresAt: orNull(instant),
    rotatedAt: orNull(instant),
    previousUntil: { ...orNull(instant), description: "Until when the key before the last rotation works too." },
  },
} as const satisfies JSONSchema;

export type Key = FromSchema<typeof keySchema>;

export const keyPageSchema = pageOf("KeyPage", keySchema);

/** A key at the only moment when it is shown. */
export const newKeySchema = {
  title: "NewKey",
  type: "object",
  additionalProperties: false,
  required: ["key", "secret"],
  properties: { key: keySchema, secret: { type: "string", description: "Shown now and never again." } },
} as const satisfies JSONSchema;

export type NewKey = FromSchema<typeof newKeySchema>;

/** `GET /auth/me`: who asks, and what they may. */
export const meSchema = {
  title: "Me",
  type: "object",
  additionalProperties: false,
  required: ["id", "name", "role", "channels", "types", "rights", "expiresAt"],
  properties: {
    id: { ...orNull(uuid), description: "Of the key; null: TTLC_ADMIN_KEY or a login link." },
    name: { type: "string" },
    role: { enum: roles },
    channels: {
      type: "array",
      description: "Those of the key; empty for roles that reach more than single channels.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["channelId", "uniqueId", "displayName", "simulated"],
        properties: {
          channelId: uuid,
          uniqueId: { type: ["string", "null"] },
          displayName: { type: ["string", "null"] },
          simulated: { type: "boolean" },
        },
      },
    },
    types: { ...orNull({ type: "array", items: { enum: eventTypes } }), description: "Of an overlay: what it shows." },
    rights: {
      type: "object",
      description: "What the role may, each with how much of it is shown. What is not here is refused.",
      additionalProperties: { enum: ["whole", "masked", "aggregates", "chosen"] },
    },
    expiresAt: { ...orNull(instant), description: "Of the session or the key; null: never." },
  },
} as const satisfies JSONSchema;

export type Me = FromSchema<typeof meSchema>;

/** `POST /auth/ticket` */
export const ticketSchema = {
  title: "Ticket",
  type: "object",
  additionalProperties: false,
  required: ["ticket", "expiresAt"],
  properties: { ticket: { type: "string" }, expiresAt: instant },
} as const satisfies JSONSchema;

export type Ticket = FromSchema<typeof ticketSchema>;

/** One change that somebody made through the API, or tried to. */
export const auditEntrySchema = {
  title: "AuditEntry",
  type: "object",
  additionalProperties: false,
  required: [
    ...([
      "id",
      "at",
      "actor",
      "action",
      "method",
      "target",
      "channelIds",
      "status",
      "correlationId",
      "details",
    ] as const),
  ],
  properties: {
    id: { type: "string", description: "Grows with time." },
    at: instant,
    actor: {
      type: "object",
      additionalProperties: false,
      required: ["id", "name", "role"],
      properties: {
        id: { ...orNull(uuid), description: "The key; null: TTLC_ADMIN_KEY, a login link, or nobody." },
        name: { type: "string" },
        role: { enum: [...roles, "nobody"] },
      },
    },
    action: { type: "string", description: "The operationId of the route." },
    method: { type: "string" },
    target: {
      ...orNull({
        type: "object",
        additionalProperties: false,
        required: ["kind", "id"],
        properties: { kind: { type: "string" }, id: { type: "string" } },
      }),
      description: "What it was about, if that has a name.",
    },
    channelIds: { type: "array", items: uuid },
    status: { type: "integer", description: "The HTTP status of the answer." },
    correlationId: { type: "string" },
    details: { type: "object", description: "A few facts, none of them secret.", additionalProperties: true },
  },
} as const satisfies JSONSchema;

export type AuditEntry = FromSchema<typeof auditEntrySchema>;

export const auditPageSchema = pageOf("AuditPage", auditEntrySchema);
