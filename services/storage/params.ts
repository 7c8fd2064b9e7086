import { roles } from "../../contracts/access.ts";
import { object } from "../../contracts/exact.ts";
import { instant, position as letterId, position, provider, uuid } from "../../contracts/fields.ts";
import { letterFilterSchema, letterIdsSchema, redriveRequestSchema } from "../../contracts/letters.ts";
import { eventTypes } from "../../contracts/unified-event.ts";

const text = { type: "string", minLength: 1, maxLength: 200 } as const;
const streamId = { type: "string", minLength: 1, maxLength: 128 } as const;
const cursor = { type: "string", minLength: 1, maxLength: 512 } as const;
const limit = { type: "integer", minimum: 1, maximum: 500, default: 100 } as const;
const replaySpeed = { anyOf: [{ const: "max" }, { type: "number", minimum: 1, maximum: 20 }] } as const;

const channelIds = { type: "array", items: uuid, maxItems: 1_000 } as const;
const scope = object({ channelIds, simulated: { const: true } }, []);

const hash = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
const keyKind = { enum: ["program", "person", "overlay"] } as const;
const role = { enum: roles } as const;
const types = { type: "array", items: { enum: eventTypes }, minItems: 1 } as const;
/** One key of a kind. */
const key = { kind: keyKind, keyId: uuid, scope } as const;
const who = object({ id: { ...uuid, nullable: true }, name: text }, ["id", "name"]);

/** Roles that who asks may give. */
const gives = { type: "array", items: role } as const;

const noteText = { type: "string", minLength: 1, maxLength: 2_000 } as const;

/** HistoryFilter, and the page. */
const paging = {
  types: { type: "array", items: { enum: eventTypes }, maxItems: 64 },
  userId: text,
  minCoins: { type: "integer", minimum: 0, maximum: 9_007_199_254_740_991 },
  q: { type: "string", maxLength: 200 },
  ...{ from: instant, to: instant, asOf: { anyOf: [position, instant] }, after: cursor, limit },
} as const;
/** Somebody, and where. */
const person = { userId: text, channelId: uuid, scope } as const;

/** Of one of the two: letters by their ids, or those that a filter fits. */
const oneChoice = { oneOf: [{ required: ["ids"] }, { required: ["filter"] }] } as const;

/** JSON Schemas of the actions' parameters. */
export const params = {
  none: object({}, []),
  page: object({ after: cursor, limit, scope }, ["limit"]),
  sessions: object({ after: cursor, limit, scope, channelId: uuid, streamId }, ["limit"]),
  stream: object({ streamId }, ["streamId"]),
  session: object({ sessionId: uuid }, ["sessionId"]),
  history: object({ sessionId: uuid, ...paging }, ["sessionId", "limit"]),
  streamHistory: object({ streamId, ...paging }, ["streamId", "limit"]),
  event: object({ eventId: text, scope }, ["eventId", "scope"]),
  events: object(
    {
      keys: {
        type: "array",
        items: object({ eventId: text, timestamp: instant }, ["eventId", "timestamp"]),
        maxItems: 500,
      },
    },
    ["keys"],
  ),
  userHistory: object({ ...paging, ...person }, ["userId", "scope", "limit"]),
  user: object(person, ["userId", "scope"]),
  users: object({ q: text, scope, limit }, ["q", "scope", "limit"]),
  target: object({ streamId, userId: text }, ["streamId"]),
  notes: object({ ...person, after: cursor, limit }, ["userId", "scope", "limit"]),
  addNote: object(
    {
      ...{ ...person, text: noteText, sessionId: uuid, eventId: text },
      author: object({ id: { type: ["string", "null"] }, name: text, role: { enum: roles } }, ["id", "name", "role"]),
    },
    ["userId", "scope", "text", "author"],
  ),
  removeNote: object({ userId: text, noteId: uuid, scope }, ["userId", "noteId", "scope"]),
  oneChannel: object({ channelId: uuid, scope }, ["channelId", "scope"]),
  feed: object({ streamId, channelId: uuid, after: position, through: position, limit }, ["after", "limit"]),
  roles: object({ streamId, userIds: { type: "array", items: text, maxItems: 1_000 }, through: position }, [
    ...(["streamId", "userIds", "through"] as const),
  ]),
  past: object(
    {
      streamId,
      sessionIds: { type: "array", items: uuid, minItems: 1, maxItems: 20 },
      type: { enum: eventTypes },
      ...{ after: position, through: position },
      limit: { type: "integer", minimum: 1, maximum: 5_000 },
    },
    ["streamId", "sessionIds", "type", "after", "through", "limit"],
  ),
  latest: {
    ...object(
      {
        ...{ sessionId: uuid, streamId, type: { enum: eventTypes }, settled: { type: "boolean" } },
        count: { type: "integer", minimum: 1, maximum: 500 },
      },
      ["type", "count", "settled"],
    ),
    oneOf: [{ required: ["sessionId"] }, { required: ["streamId"] }],
  } as const,
  recent: object({ streamId, count: { type: "integer", minimum: 1, maximum: 500 } }, ["streamId", "count"]),
  analytics: object(
    { sessionId: uuid, streamId, from: instant, to: instant, limit, people: { type: "boolean", default: true } },
    ["limit", "people"],
  ),
  channelAnalytics: object({ channelId: uuid, from: instant, to: instant }, ["channelId"]),
  belongs: object(
    {
      kind: { enum: ["channel", "stream", "session", "streamer", "rule", "destination", "action"] },
      ...{ id: text, simulated: { type: "boolean" } },
    },
    ["kind", "id"],
  ),
  channel: object(
    {
      uniqueId: text,
      ownerId: text,
      displayName: { type: "string", maxLength: 10_000 },
      simulated: { type: "boolean" },
    },
    ["uniqueId", "simulated"],
  ),
  room: object({ uniqueId: text }, ["uniqueId"]),
  wantRoom: object({ uniqueId: text, provider, otherwise: provider }, ["uniqueId", "otherwise"]),
  openSessions: object({ uniqueId: text, simulated: { type: "boolean" } }, ["uniqueId", "simulated"]),
  seed: object({ streamId, floor: { type: "integer", minimum: 0, maximum: 9_007_199_254_740_991 } }, [
    "streamId",
    "floor",
  ]),
  startReplay: {
    ...object({ sessionId: uuid, streamId, speed: replaySpeed }, ["speed"]),
    minProperties: 2, // one of the two
    maxProperties: 2,
  } as const,
  reportReplay: object(
    {
      sessionId: uuid,
      published: { type: "integer", minimum: 0 },
      state: { enum: ["running", "paused", "done", "cancelled", "failed"] },
      reason: { type: "string", maxLength: 500 },
      perSecond: { type: "number", minimum: 0 },
      reachedAt: instant,
    },
    ["sessionId", "published", "state"],
  ),
  changeReplay: {
    ...object({ sessionId: uuid, state: { const: "running" }, speed: replaySpeed }, ["sessionId"]),
    minProperties: 2,
  } as const,
  job: object({ jobId: uuid }, ["jobId"]),
  rebuild: object({ replace: { type: "boolean", default: false } }, ["replace"]),
  findKey: object({ hash }, ["hash"]),
  keys: object({ kind: keyKind, after: cursor, limit, scope }, ["kind", "limit"]),
  makeKey: object(
    {
      kind: keyKind,
      scope,
      name: text,
      role,
      channelIds,
      types,
      expiresAt: instant,
      hash,
      prefix: text,
      by: who,
      gives,
    },
    ["kind", "scope", "name", "role", "channelIds", "hash", "prefix", "by", "gives"],
  ),
  changeKey: object(
    { ...key, by: who, gives, name: text, role, channelIds, expiresAt: { ...instant, nullable: true } },
    [...(["kind", "keyId", "scope", "by", "gives"] as const)],
  ),
  rotateKey: object(
    { ...key, by: who, gives, hash, prefix: text, overlapSeconds: { type: "integer", minimum: 0, maximum: 604_800 } },
    ["kind", "keyId", "scope", "by", "gives", "hash", "prefix", "overlapSeconds"],
  ),
  revokeKey: object(key, ["kind", "keyId", "scope"]),
  keyChannels: object({ channelIds }, ["channelIds"]),
  recordAudit: object(
    {
      actor: object({ ...who.properties, role: { enum: [...roles, "nobody"] } }, ["id", "name", "role"]),
      action: text,
      method: text,
      target: object({ kind: text, id: { type: "string", maxLength: 200 } }, ["kind", "id"]),
      channelIds,
      otherwise: channelIds,
      status: { type: "integer", minimum: 100, maximum: 599 },
      correlationId: text,
      details: { type: "object", additionalProperties: true },
    },
    ["actor", "action", "method", "otherwise", "status", "correlationId", "details"],
  ),
  auditLog: object({ scope, actor: text, action: text, from: instant, to: instant, after: cursor, limit }, ["limit"]),
  letters: object({ filter: letterFilterSchema, scope, after: cursor, limit }, ["filter", "limit"]),
  letter: object({ id: letterId, scope }, ["id"]),
  countLetters: { ...object({ ids: letterIdsSchema, filter: letterFilterSchema, scope }, []), ...oneChoice } as const,
  startLetterJob: {
    ...object(
      {
        kind: { enum: ["redrive", "discard"] },
        ids: letterIdsSchema,
        filter: letterFilterSchema,
        scope,
        rate: { type: "integer", minimum: 1, maximum: 100_000 },
        askedBy: text,
        why: { type: "string", minLength: 1, maxLength: 500 },
      },
      ["kind", "askedBy"],
    ),
    ...oneChoice,
  } as const,
  letterJob: object({ id: uuid, scope }, ["id"]),
  redrive: redriveRequestSchema,
};
