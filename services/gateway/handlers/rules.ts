import type { Page } from "../../../contracts/api.ts";
import { eventFilterFields } from "../../../contracts/event-filter.ts";
import { pageOf } from "../../../contracts/exact.ts";
import { instant, uuid } from "../../../contracts/fields.ts";
import {
  actionItemSchema,
  newRuleSchema,
  type Rule,
  type RuleActionItem,
  type RuleDraft,
  ruleDraftSchema,
  ruleSchema,
  type WebhookSecret,
  webhookSecretSchema,
} from "../../../contracts/rule.ts";
import { ApiError, notFound } from "../errors.ts";
import type { HttpRequest } from "../http.ts";
import { fields, page } from "../input.ts";
import { Reply, route } from "../route.ts";
import { draftViewFor } from "../rule-view.ts";

const draft = ruleDraftSchema.properties;
const { required } = newRuleSchema;
/** A draft. */
export const example = {
  name: "Thank for a lion",
  eventType: "GIFT",
  condition: { ">=": [{ var: "payload.coins" }, 1_000] },
  action: { type: "log", template: "{username} sent {giftName}" },
};
const ruleId = { ...uuid, description: "What this rule decided." } as const;
const eventId = {
  type: "string",
  pattern: "^[0-9a-f]{64}$",
  description: "What was decided about this event.",
} as const;
const userId = {
  ...eventFilterFields.userId,
  description: "What was decided about this person's doing, or done to them.",
} as const;
const type = { ...actionItemSchema.properties.type, description: "What is done." } as const;
const by = { enum: ["rule", "person"], description: "Whether a rule decided it or a person commanded it." } as const;
const held = {
  type: "boolean",
  description: "false: without what a cooldown or a limit held back; true: only that.",
} as const;
/** A number; it grows with time. */
export const actionId = { type: "string", pattern: "^\\d{1,18}$" } as const;
export const ruleTarget = { field: "id", kind: "rule" } as const;

export const list = route(
  {
    path: "GET /rules",
    id: "listRules",
    summary: "The rules of your channels",
    right: "rules.read",
    input: fields(page, ["limit"]),
    answers: { 200: pageOf("RulePage", ruleSchema) },
  },
  async ({ input, scope, who, call }) => {
    const page = await call<Page<Rule>>("rules.list", { ...input, scope });
    return { ...page, items: page.items.map(draftViewFor(who)) };
  },
);

export const create = route(
  {
    path: "POST /rules",
    id: "createRule",
    summary: "Saves a new rule of a channel",
    right: "rules.write",
    target: { field: "channelId", kind: "channel" },
    input: fields({ ...draft, channelId: uuid }, [...required, "channelId"]),
    example,
    answers: { 201: ruleSchema },
  },
  async ({ input: { channelId, ...given }, who, call, note }) => {
    const rule = await call<Rule | null>("rules.create", { channelId, draft: given, by: who.name });
    if (!rule) throw notFound("channel of that id");
    note({ target: { kind: ruleTarget.kind, id: rule.ruleId }, channelIds: [channelId], details: inShort(rule) });
    return new Reply(201, rule, { etag: etagOf(rule), location: `/rules/${rule.ruleId}` });
  },
);

export const detail = route(
  {
    path: "GET /rules/:id",
    id: "getRule",
    summary: "One rule; its ETag is its version",
    right: "rules.read",
    target: ruleTarget,
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: ruleSchema },
  },
  async ({ input: { id }, who, call }) => {
    const rule = found(await call<Rule | null>("rules.get", { ruleId: id }));
    return new Reply(200, draftViewFor(who)(rule), { etag: etagOf(rule) });
  },
);

export const update = route(
  {
    path: "PUT /rules/:id",
    id: "updateRule",
    versioned: true,
    summary: "Saves a rule anew, if it is still at the version in If-Match",
    right: "rules.write",
    target: ruleTarget,
    input: fields({ ...draft, id: uuid }, [...required, "id"]),
    example,
    answers: { 200: ruleSchema },
  },
  async ({ input: { id, ...given }, who, request, call, note }) => {
    const version = versionIn(request);
    const rule = found(await call<Rule | null>("rules.update", { ruleId: id, draft: given, version, by: who.name }));
    note({ details: inShort(rule) });
    return new Reply(200, rule, { etag: etagOf(rule) });
  },
);

export const remove = route(
  {
    path: "DELETE /rules/:id",
    id: "deleteRule",
    versioned: true,
    summary: "Ends a rule, if it is still at the version in If-Match",
    right: "rules.write",
    target: ruleTarget,
    input: fields({ id: uuid }, ["id"]),
    answers: { 204: null },
  },
  async ({ input: { id }, request, call, note }) => {
    const version = versionIn(request);
    note({ details: { version } });
    if (!(await call<boolean>("rules.remove", { ruleId: id, version }))) throw notFound("rule of that id");
    return new Reply(204);
  },
);

const versionSchema = {
  title: "RuleVersion",
  type: "object",
  additionalProperties: false,
  required: ["version", "draft", "madeAt", "madeBy"],
  properties: {
    version: { type: "integer" },
    draft: ruleDraftSchema,
    madeAt: instant,
    madeBy: { type: "string" },
  },
} as const;

export const versions = route(
  {
    path: "GET /rules/:id/versions",
    id: "listRuleVersions",
    summary: "Everything that a rule ever was, the newest first",
    right: "rules.read",
    target: ruleTarget,
    input: fields({ id: uuid, ...page }, ["id", "limit"]),
    answers: { 200: pageOf("RuleVersionPage", versionSchema) },
  },
  async ({ input: { id, ...which }, who, call }) => {
    const page = await call<Page<{ draft: RuleDraft }>>("rules.versions", { ruleId: id, ...which });
    const view = draftViewFor(who);
    return { ...page, items: page.items.map((item) => ({ ...item, draft: view(item.draft) })) };
  },
);

export const actions = route(
  {
    path: "GET /actions",
    id: "listActions",
    summary: "What rules decided and people commanded, the newest first",
    right: "rules.read",
    input: fields({ ...page, ruleId, eventId, userId, type, by, held }, ["limit"]),
    answers: { 200: pageOf("RuleActionPage", actionItemSchema) },
  },
  ({ input, scope, call }) => call<Page<RuleActionItem>>("rules.actions", { ...input, scope }),
);

export const action = route(
  {
    path: "GET /actions/:id",
    id: "getAction",
    summary: "One of them: what became of it",
    right: "rules.read",
    target: { field: "id", kind: "action" },
    input: fields({ id: actionId }, ["id"]),
    answers: { 200: actionItemSchema },
  },
  async ({ input: { id }, call }) => {
    const found = await call<RuleActionItem | null>("rules.action", { actionId: id });
    if (!found) throw notFound("action of that id");
    return found;
  },
);

export const webhookSecret = route(
  {
    path: "POST /rules/webhook-secret",
    id: "rotateRuleWebhookSecret",
    secret: true,
    summary: "A new signing secret for the webhooks of a channel's rules; the one before signs too for some hours more",
    right: "manage",
    target: { field: "channelId", kind: "channel" },
    input: fields({ channelId: uuid, overlapHours: { type: "integer", minimum: 0, maximum: 168, default: 24 } }, [
      ...(["channelId", "overlapHours"] as const),
    ]),
    example: { overlapHours: 48 },
    answers: { 200: webhookSecretSchema },
  },
  async ({ input: { channelId, overlapHours }, call }) => {
    const made = await call<WebhookSecret | null>("rules.rotateSecret", { channelId, overlapHours });
    if (!made) throw notFound("channel of that id");
    return made;
  },
);

function found<Thing>(thing: Thing | null): Thing {
  if (thing === null) throw notFound("rule of that id");
  return thing;
}

/** For the audit. */
export const inShort = ({ name, version, eventType, action, enabled }: Rule) => ({
  ...{ name, version, eventType, action: action.type, enabled },
});

export const etagOf = ({ version }: Rule) => `"${version}"`;

/** @throws ApiError 428 without If-Match, 400 for what no rule ever had */
export function versionIn({ headers }: HttpRequest): number {
  const given = headers["if-match"];
  if (given === undefined) {
    throw new ApiError(428, "PRECONDITION_REQUIRED", "Send the ETag of the rule that you read in If-Match.");
  }
  const version = /^"(\d{1,9})"$/.exec(given)?.[1];
  if (version === undefined) throw new ApiError(412, "PRECONDITION_FAILED", "If-Match is no ETag of a rule.");
  return Number(version);
}
