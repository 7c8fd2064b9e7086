import type { JSONSchema } from "json-schema-to-ts";

const object = <
  const Properties extends Record<string, JSONSchema>,
  const Required extends readonly (keyof Properties)[],
>(
  properties: Properties,
  required: Required,
) => ({ type: "object", additionalProperties: false, required, properties }) as const;

const text = { type: "string", minLength: 1, maxLength: 200 } as const;
const streamId = { type: "string", minLength: 1, maxLength: 128 } as const;
const provider = { enum: ["direct", "euler", "simulator"] } as const;
const uuid = { type: "string", format: "uuid" } as const;
const position = { type: "string", pattern: "^\\d{1,13}-\\d{1,7}$" } as const;
const cursor = { type: "string", minLength: 1, maxLength: 512 } as const;
const limit = { type: "integer", minimum: 1, maximum: 500, default: 100 } as const;
const replaySpeed = { anyOf: [{ const: "max" }, { type: "number", minimum: 1, maximum: 20 }] } as const;

const scope = object({ channelIds: { type: "array", items: uuid, maxItems: 1_000 }, simulated: { const: true } }, []);

/** JSON Schemas of the actions' parameters. */
export const params = {
  none: object({}, []),
  page: object({ after: cursor, limit, scope }, ["limit"]),
  stream: object({ streamId }, ["streamId"]),
  session: object({ sessionId: uuid }, ["sessionId"]),
  history: object({ sessionId: uuid, after: cursor, limit }, ["sessionId", "limit"]),
  feed: object({ streamId, channelId: uuid, after: position, through: position, limit }, ["after", "limit"]),
  roles: object({ streamId, userIds: { type: "array", items: text, maxItems: 1_000 }, through: position }, [
    ...(["streamId", "userIds", "through"] as const),
  ]),
  recent: object({ streamId, count: { type: "integer", minimum: 1, maximum: 500 } }, ["streamId", "count"]),
  belongs: object({ kind: { enum: ["channel", "stream", "session", "streamer", "destination"] }, id: text }, [
    "kind",
    "id",
  ]),
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
      state: { enum: ["running", "done", "cancelled", "failed"] },
      reason: { type: "string", maxLength: 500 },
    },
    ["sessionId", "published", "state"],
  ),
  rebuild: object({ replace: { type: "boolean", default: false } }, ["replace"]),
  key: object({ hash: { type: "string", pattern: "^[0-9a-f]{64}$" } }, ["hash"]),
};
