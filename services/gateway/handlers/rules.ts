import { type Page, servedEventSchema } from "../../../contracts/api.ts";
import { pageOf } from "../../../contracts/exact.ts";
import {
  actionItemSchema,
  type Backtest,
  backtestSchema,
  newRuleSchema,
  type Rule,
  type RuleActionItem,
  type RuleDraft,
  type RuleTest,
  ruleDraftSchema,
  ruleSchema,
  ruleTestSchema,
} from "../../../contracts/rule.ts";
import { ApiError, notFound } from "../errors.ts";
import type { HttpRequest } from "../http.ts";
import { fields, instant, page, uuid } from "../input.ts";
import { Reply, route } from "../route.ts";
import { assertInScope } from "../scope.ts";

const draft = ruleDraftSchema.properties;
const { required } = newRuleSchema;
const example = {
  name: "Thank for a lion",
  eventType: "GIFT",
  condition: { ">=": [{ var: "payload.coins" }, 1_000] },
  action: { type: "log", template: "{username} sent {giftName}" },
};
const exampleEvent = {
  schemaVersion: "unified.v1",
  eventId: "0".repeat(64),
  eventType: "FOLLOW",
  rawType: "WebcastSocialMessage",
  streamId: "7300000000000000001",
  sessionId: "00000000-0000-4000-8000-000000000001",
  source: "live",
  provider: "direct",
  seqNo: 1,
  isHistory: false,
  timestamp: "2026-03-01T12:00:00.000Z",
  ingestedAt: "2026-03-01T12:00:00.100Z",
  user: null,
  payload: {},
};
const ruleTarget = { field: "id", kind: "rule" } as const;

export const list = route(
  {
    path: "GET /rules",
    id: "listRules",
    summary: "The rules of your channels",
    right: "rules.read",
    input: fields(page, ["limit"]),
    answers: { 200: pageOf("RulePage", ruleSchema) },
  },
  ({ input, scope, call }) => call<Page<Rule>>("rules.list", { ...input, scope }),
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
  async ({ input: { id }, call }) => {
    const rule = found(await call<Rule | null>("rules.get", { ruleId: id }));
    return new Reply(200, rule, { etag: etagOf(rule) });
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
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: pageOf("RuleVersionPage", versionSchema) },
  },
  async ({ input: { id }, call }) => ({ items: await call<unknown[]>("rules.versions", { ruleId: id }), next: null }),
);

export const actions = route(
  {
    path: "GET /actions",
    id: "listActions",
    summary: "What rules decided, the newest first",
    right: "rules.read",
    input: fields({ ...page, ruleId: uuid, eventId: { type: "string", pattern: "^[0-9a-f]{64}$" } }, ["limit"]),
    answers: { 200: pageOf("RuleActionPage", actionItemSchema) },
  },
  ({ input, scope, call }) => call<Page<RuleActionItem>>("rules.actions", { ...input, scope }),
);

export const test = route(
  {
    path: "POST /rules/test",
    id: "testRule",
    summary: "What a rule makes of one event, and why; nothing is done",
    right: "rules.read",
    input: fields({ draft: newRuleSchema, event: servedEventSchema }, ["draft", "event"]),
    example: { draft: example, event: exampleEvent },
    answers: { 200: ruleTestSchema },
  },
  ({ input, call }) => call<RuleTest>("rules.test", input as object),
);

export const backtest = route(
  {
    path: "POST /rules/backtest",
    id: "backtestRule",
    summary: "What a rule would have done in a session of the past; nothing is done",
    right: "rules.write",
    target: { field: "sessionId", kind: "session" },
    input: fields({ draft: newRuleSchema, sessionId: uuid }, ["draft", "sessionId"]),
    cost: 5,
    example: { draft: example },
    answers: { 202: backtestSchema },
  },
  async ({ input: { draft, sessionId }, call, note }) => {
    const job = await call<Backtest>("rules.backtest", { draft: draft as RuleDraft, sessionId });
    note({ details: { backtest: job.jobId } });
    return new Reply(202, job);
  },
);

export const backtestStatus = route(
  {
    path: "GET /rules/backtests/:id",
    id: "getBacktest",
    summary: "How far a backtest is, and what it found",
    right: "rules.write",
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: backtestSchema },
  },
  async ({ input: { id }, scope, call }) => {
    const job = found(await call<Backtest | null>("rules.backtestStatus", { jobId: id }));
    await assertInScope(call, scope, "session", job.sessionId);
    return job;
  },
);

function found<Thing>(thing: Thing | null): Thing {
  if (thing === null) throw notFound("rule or backtest of that id");
  return thing;
}

/** For the audit. */
const inShort = ({ name, version, eventType, action, enabled }: Rule) => ({
  ...{ name, version, eventType, action: action.type, enabled },
});

const etagOf = ({ version }: Rule) => `"${version}"`;

/** @throws ApiError 428 without If-Match, 400 for what no rule ever had */
function versionIn({ headers }: HttpRequest): number {
  const given = headers["if-match"];
  if (given === undefined) {
    throw new ApiError(428, "PRECONDITION_REQUIRED", "Send the ETag of the rule that you read in If-Match.");
  }
  const version = /^"(\d{1,9})"$/.exec(given)?.[1];
  if (version === undefined) throw new ApiError(412, "PRECONDITION_FAILED", "If-Match is no ETag of a rule.");
  return Number(version);
}
