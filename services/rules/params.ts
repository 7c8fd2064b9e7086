import { redriveRequestSchema } from "../../contracts/letters.ts";
import { actorSchema, outcomes, timeoutSeconds } from "../../contracts/moderation.ts";
import { actionItemSchema, ruleDraftSchema } from "../../contracts/rule.ts";

const uuid = { type: "string", format: "uuid" } as const;
const object = <const Properties extends object, const Required extends readonly (keyof Properties & string)[]>(
  properties: Properties,
  required: Required,
) => ({ type: "object", additionalProperties: false, required, properties }) as const;

const scope = object({ channelIds: { type: "array", items: uuid, maxItems: 1_000 }, simulated: { const: true } }, []);
const page = {
  after: { type: "string", minLength: 1, maxLength: 512 },
  limit: { type: "integer", minimum: 1, maximum: 500 },
} as const;
const instant = { type: "string", format: "date-time" } as const;
const text = { type: "string" } as const;
const actionId = { type: "string", pattern: "^\\d{1,18}$" } as const;
const by = { type: "string", maxLength: 200 } as const;
const version = { type: "integer", minimum: 1 } as const;

/** JSON Schemas of the actions' parameters. */
export const params = {
  list: object({ scope, ...page }, ["scope", "limit"]),
  rule: object({ ruleId: uuid }, ["ruleId"]),
  versions: object({ ruleId: uuid, ...page }, ["ruleId", "limit"]),
  create: object({ channelId: uuid, draft: ruleDraftSchema, by }, ["channelId", "draft", "by"]),
  update: object({ ruleId: uuid, draft: ruleDraftSchema, version, by }, ["ruleId", "draft", "version", "by"]),
  shadow: object({ ruleId: uuid, draft: ruleDraftSchema, by }, ["ruleId", "draft", "by"]),
  promote: object({ ruleId: uuid, version, since: instant, by }, ["ruleId", "version", "since", "by"]),
  diff: object({ ruleId: uuid, from: instant, to: instant, limit: page.limit }, ["ruleId", "limit"]),
  remove: object({ ruleId: uuid, version }, ["ruleId", "version"]),
  actions: object(
    {
      ...{ scope, ruleId: uuid, eventId: text, userId: text, type: actionItemSchema.properties.type },
      ...{ by: { enum: ["rule", "person"] }, held: { type: "boolean" }, ...page },
    },
    ["scope", "limit"],
  ),
  action: object({ actionId }, ["actionId"]),
  command: object(
    {
      ...{ streamId: text, userId: text, measure: { enum: ["timeout", "ban"] }, seconds: { enum: timeoutSeconds } },
      ...{ reason: text, eventId: text, actor: actorSchema },
    },
    ["streamId", "userId", "measure", "reason", "actor"],
  ),
  undo: object({ actionId, reason: text, actor: actorSchema }, ["actionId", "actor"]),
  capabilities: object({ streamId: text }, ["streamId"]),
  open: object({ scope, ...page }, ["scope", "limit"]),
  resolve: object({ actionId, outcome: { enum: outcomes }, actor: actorSchema }, ["actionId", "outcome", "actor"]),
  dismissAll: object({ ruleId: uuid, actor: actorSchema }, ["ruleId", "actor"]),
  test: object(
    { draft: ruleDraftSchema, ruleId: uuid, event: { type: "object" }, eventId: { type: "string" }, scope },
    ["scope"],
  ),
  trials: object(
    {
      ...{ draft: ruleDraftSchema, ruleId: uuid, sessionId: uuid, streamId: text },
      last: { type: "integer", minimum: 1, maximum: 200 },
    },
    ["last"],
  ),
  explain: object({ eventId: { type: "string" }, scope }, ["eventId", "scope"]),
  backtest: object(
    {
      ...{ draft: ruleDraftSchema, ruleId: uuid, version, by },
      sessionIds: { type: "array", items: uuid, minItems: 1, maxItems: 20 },
    },
    ["sessionIds", "by"],
  ),
  rotateSecret: object({ channelId: uuid, overlapHours: { type: "integer", minimum: 0, maximum: 168 } }, [
    "channelId",
    "overlapHours",
  ]),
  rehearse: redriveRequestSchema.properties.letters.items,
  none: object({}, []),
  oneBacktest: object({ backtestId: uuid }, ["backtestId"]),
};
