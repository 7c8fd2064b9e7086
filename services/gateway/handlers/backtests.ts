import type { Scope } from "../../../contracts/access.ts";
import { uuid } from "../../../contracts/fields.ts";
import { newRuleSchema, type RuleDraft } from "../../../contracts/rule.ts";
import { type Backtest, backtestSchema } from "../../../contracts/rule-backtest.ts";
import { belongingOf } from "../audit.ts";
import { callerOf } from "../client.ts";
import { notFound } from "../errors.ts";
import { fields } from "../input.ts";
import { type Asked, type Call, Reply, route } from "../route.ts";
import { assertInScope } from "../scope.ts";
import { example, ruleTarget } from "./rules.ts";

/** One session, or several. */
const past = {
  sessionId: uuid,
  sessionIds: { type: "array", items: uuid, minItems: 1, maxItems: 20, uniqueItems: true },
} as const;
const version = { type: "integer", minimum: 1, maximum: 2_147_483_647 } as const;
const oneOrSeveral = { oneOf: [{ required: ["sessionId"] }, { required: ["sessionIds"] }] } as const;
const someSession = { sessionId: "00000000-0000-4000-8000-000000000001" };

export const ofDraft = route(
  {
    path: "POST /rules/backtest",
    id: "backtestRule",
    summary: "What a rule would have done in sessions of the past; nothing is done",
    right: "rules.write",
    input: { ...fields({ draft: newRuleSchema, ...past }, ["draft"]), ...oneOrSeveral },
    cost: 5,
    example: { draft: example, ...someSession },
    answers: { 202: backtestSchema },
  },
  async ({ input: { draft, ...sessions }, ...asked }) => {
    await noteSessions(asked, idsOf(sessions));
    return begin(asked, { draft: draft as RuleDraft }, idsOf(sessions));
  },
);

export const ofRule = route(
  {
    path: "POST /rules/:id/backtest",
    id: "backtestSavedRule",
    summary: "What a rule that is saved, or a version of it, would have done in sessions of the past; nothing is done",
    right: "rules.write",
    target: ruleTarget,
    input: { ...fields({ id: uuid, version, ...past }, ["id"]), ...oneOrSeveral },
    cost: 5,
    example: someSession,
    answers: { 202: backtestSchema },
  },
  ({ input: { id, version, ...sessions }, ...asked }) =>
    begin(asked, { ruleId: id, ...(version !== undefined && { version }) }, idsOf(sessions)),
);

const idsOf = ({ sessionId, sessionIds }: { sessionId?: string; sessionIds?: string[] }): string[] =>
  sessionIds ?? [sessionId as string];

async function begin(
  { call, scope, who, request, note }: Omit<Asked<unknown>, "input">,
  rule: { draft: RuleDraft } | { ruleId: string; version?: number },
  sessionIds: readonly string[],
): Promise<Reply> {
  await assertAll(call, scope, sessionIds);
  const begun = await call<Backtest | null>("rules.backtest", { ...rule, sessionIds, by: callerOf(request, who) });
  if (!begun) throw notFound("rule or version of that id");
  note({ details: { backtest: begun.backtestId } });
  return new Reply(202, begun, { location: `/rules/backtests/${begun.backtestId}` });
}

export const status = route(
  {
    path: "GET /rules/backtests/:id",
    id: "getBacktest",
    summary: "How far a backtest is, and what it found",
    right: "rules.write",
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: backtestSchema },
  },
  ({ input: { id }, scope, call }) => find(call, scope, id),
);

export const cancel = route(
  {
    path: "DELETE /rules/backtests/:id",
    id: "cancelBacktest",
    summary: "Ends a backtest; what it found until then stays",
    right: "rules.write",
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: backtestSchema },
  },
  async ({ input: { id }, scope, call, note }) => {
    const { sessions } = await find(call, scope, id);
    const sessionIds = sessions.map(({ sessionId }) => sessionId);
    await noteSessions({ call, note }, sessionIds);
    note({ details: { backtest: id } });
    return call<Backtest>("rules.cancelBacktest", { backtestId: id });
  },
);

async function find(call: Call, scope: Scope, backtestId: string): Promise<Backtest> {
  const backtest = await call<Backtest | null>("rules.backtestStatus", { backtestId });
  if (!backtest) throw notFound("backtest of that id");
  const sessionIds = backtest.sessions.map(({ sessionId }) => sessionId);
  await assertAll(call, scope, sessionIds);
  return backtest;
}

/** The audit names the first. */
async function noteSessions({ call, note }: Pick<Asked<unknown>, "call" | "note">, ids: readonly string[]) {
  const [first] = ids;
  if (first !== undefined) note({ target: { kind: "session", id: first } });
  const places = await Promise.all(ids.map((id) => belongingOf({ call }, { kind: "session", id })));
  note({ channelIds: [...new Set(places.flatMap(({ channelIds = [] }) => channelIds))] });
}

const assertAll = (call: Call, scope: Scope, sessionIds: readonly string[]) =>
  Promise.all(sessionIds.map((sessionId) => assertInScope(call, scope, "session", sessionId)));
