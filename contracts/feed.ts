import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { eventFilterFields } from "./event-filter.ts";
import { object } from "./exact.ts";

/** What travels on the live feeds: `GET /streams/:id/events` (Server-Sent Events) and `/ws` (WebSocket). */

const position = {
  type: "string",
  pattern: "^(\\d{1,12}|[0-7]\\d{12})-\\d{1,7}$",
  description: "Where a client goes on: `ms-seq`, the last entry that was examined for it.",
} as const;
const event = {
  type: "object",
  description:
    "A UnifiedEvent v1 as served: masked for those who may not see people, with a name and a picture for overlays.",
} as const;
const room = { type: "object", description: "The state of the room: as `room` in `GET /streams`." } as const;
const subscription = {
  type: "string",
  maxLength: 64,
  description: "Names one subscription of a connection. Asking for the same after a reconnect gives the same name.",
} as const;

/** Server-Sent Events: what `data` is, by the name of the frame. */
export const sseBatchSchema = {
  title: "SseBatch",
  description: "`event: batch`; its `id` is the last position examined, also of what was filtered out.",
  type: "array",
  minItems: 1,
  maxItems: 200,
  items: event,
} as const satisfies JSONSchema;

export const ssePingSchema = {
  title: "SsePing",
  description: "`event: ping`, every 15 s; its `id` is the last position examined.",
  ...object({}, []),
} as const satisfies JSONSchema;

export const sseStateSchema = {
  ...room,
  title: "SseState",
  description: "`event: state`, on connect and on every change; without `id`. Overlays get none.",
} as const satisfies JSONSchema;

export const sseGapSchema = {
  title: "SseGap",
  description: "`event: gap`: what lies between was lost for this client; its `id` is `to`.",
  ...object({ from: position, to: position }, ["from", "to"]),
} as const satisfies JSONSchema;

/** Which events a client wants: all that is named must hold. Asked for in the query of SSE, in `filter` of WebSocket. */
export const feedFilter = {
  source: {
    enum: ["live", "replay", "all"],
    description: "What happens now (the default), what a replay tells again, or both.",
  },
  sessionId: { type: "string", format: "uuid", description: "One session, live or replayed." },
  ...eventFilterFields,
} as const satisfies Record<string, JSONSchema>;

const id = {
  type: ["string", "integer"],
  maxLength: 64,
  description: "The client's own; the answer carries it.",
} as const;

export const subscribeRequestSchema = {
  title: "SubscribeRequest",
  ...object(
    {
      id,
      request: { const: "subscribe" },
      stream: { type: "string", pattern: "^\\P{Cc}{1,64}$", description: "A stream's id, or a streamer's name." },
      after: { ...position, description: "Begins after this position, else `recent` events ago, else now." },
      recent: { type: "integer", minimum: 1, maximum: 500 },
      filter: object(feedFilter, []),
    },
    ["id", "request", "stream"],
  ),
} as const satisfies JSONSchema;

export const unsubscribeRequestSchema = {
  title: "UnsubscribeRequest",
  ...object({ id, request: { const: "unsubscribe" }, subscription }, ["id", "request", "subscription"]),
} as const satisfies JSONSchema;

export const pingRequestSchema = {
  title: "PingRequest",
  ...object({ id, request: { const: "ping" } }, ["id", "request"]),
} as const satisfies JSONSchema;

export const callRequestSchema = {
  title: "CallRequest",
  description: "Runs a route of the REST API as if it had been asked for by whoever holds the connection.",
  ...object(
    {
      id,
      request: { const: "call" },
      route: { type: "string", maxLength: 64, description: "Its operationId in /openapi.json." },
      input: { type: "object", description: "Parameters of its path and query, fields of its body." },
    },
    ["id", "request", "route"],
  ),
} as const satisfies JSONSchema;

/** Everything that a client may send on `/ws`. */
export const socketRequestSchema = {
  title: "SocketRequest",
  type: "object",
  required: ["request"],
  discriminator: { propertyName: "request" },
  oneOf: [subscribeRequestSchema, unsubscribeRequestSchema, pingRequestSchema, callRequestSchema],
} as const;

export type SocketRequest =
  | FromSchema<typeof subscribeRequestSchema>
  | FromSchema<typeof unsubscribeRequestSchema>
  | FromSchema<typeof pingRequestSchema>
  | FromSchema<typeof callRequestSchema>;

const error = object(
  {
    error_code: { type: "string" },
    message: { type: "string" },
    details: {},
    correlation_id: { type: "string" },
  },
  ["error_code", "message", "correlation_id"],
);

export const welcomeFrameSchema = {
  title: "WelcomeFrame",
  description: "The first frame. Nothing else comes before something is asked for, but keepalives.",
  ...object(
    {
      type: { const: "welcome" },
      connectionId: { type: "string", format: "uuid" },
      keepaliveSeconds: { type: "integer", description: "A client that hears nothing for much longer connects anew." },
    },
    ["type", "connectionId", "keepaliveSeconds"],
  ),
} as const satisfies JSONSchema;

export const okFrameSchema = {
  title: "OkFrame",
  description: "The answer to a request.",
  ...object(
    {
      type: { const: "response" },
      id,
      status: { const: "ok" },
      subscription: { ...subscription, description: "Of subscribe: what its frames are named." },
      code: { type: "integer", description: "Of call: the HTTP status." },
      result: { description: "Of call: the body, absent when there is none." },
    },
    ["type", "id", "status"],
  ),
} as const satisfies JSONSchema;

export const errorFrameSchema = {
  title: "ErrorFrame",
  description: "A request was refused; nothing else changed.",
  ...object(
    {
      type: { const: "response" },
      id: { anyOf: [id, { type: "null" }], description: "null: the frame had none that could be read." },
      status: { const: "error" },
      code: { type: "integer", description: "The status that REST would have answered." },
      error,
    },
    ["type", "id", "status", "code", "error"],
  ),
} as const satisfies JSONSchema;

export const batchFrameSchema = {
  title: "BatchFrame",
  ...object(
    {
      type: { const: "batch" },
      subscription,
      position,
      events: { type: "array", minItems: 1, maxItems: 200, items: event },
    },
    ["type", "subscription", "position", "events"],
  ),
} as const satisfies JSONSchema;

export const stateFrameSchema = {
  title: "StateFrame",
  description: "On subscribe and on every change of the room.",
  ...object({ type: { const: "state" }, subscription, room }, ["type", "subscription", "room"]),
} as const satisfies JSONSchema;

export const gapFrameSchema = {
  title: "GapFrame",
  description: "What lies between was lost for this subscription.",
  ...object({ type: { const: "gap" }, subscription, from: position, to: position }, [
    "type",
    "subscription",
    "from",
    "to",
  ]),
} as const satisfies JSONSchema;

export const keepaliveFrameSchema = {
  title: "KeepaliveFrame",
  description: "Every 15 s: how far each subscription was examined.",
  ...object(
    {
      type: { const: "keepalive" },
      positions: { type: "object", additionalProperties: position, description: "By subscription." },
    },
    ["type", "positions"],
  ),
} as const satisfies JSONSchema;

export const revokedFrameSchema = {
  title: "RevokedFrame",
  description: "The right to listen has ended; the connection is closed with 4401.",
  ...object({ type: { const: "revoked" }, error }, ["type", "error"]),
} as const satisfies JSONSchema;

/** Everything that the gateway sends on `/ws`. */
export const socketFrameSchemas = [
  ...[welcomeFrameSchema, okFrameSchema, errorFrameSchema, batchFrameSchema, stateFrameSchema],
  ...[gapFrameSchema, keepaliveFrameSchema, revokedFrameSchema],
] as const;

export type SocketFrame = FromSchema<(typeof socketFrameSchemas)[number]>;

/** Why the gateway closed a WebSocket. */
export const closeCodes = {
  1001: "The gateway stops: come back, here or elsewhere.",
  1009: "A frame was larger than 64 KiB.",
  4400: "Ten frames were no requests.",
  4401: "The credentials are not valid any more, or their rights have changed.",
  4408: "What waited was not read for 30 seconds.",
} as const;

export type CloseCode = keyof typeof closeCodes;
