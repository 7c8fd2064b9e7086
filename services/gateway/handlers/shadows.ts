import { instant, uuid } from "../../../contracts/fields.ts";
import { newRuleSchema, type Rule, ruleSchema } from "../../../contracts/rule.ts";
import { type RuleDiff, ruleDiffSchema } from "../../../contracts/rule-shadow.ts";
import { notFound } from "../errors.ts";
import { assertForwards, fields, page, range } from "../input.ts";
import { Reply, route } from "../route.ts";
import { draftViewFor } from "../rule-view.ts";
import { etagOf, example, inShort, ruleTarget, versionIn } from "./rules.ts";

/** A version of a rule that runs beside the live one. */

/** Of one that was read. */
const since = {
  ...instant,
  description: "`shadow.since` of the rule that you read: another draft is not taken.",
} as const;

export const begin = route(
  {
    path: "POST /rules/:id/shadow",
    id: "shadowRule",
    summary: "Lets a draft run beside a rule: it decides about the same events, and does nothing",
    right: "rules.write",
    target: ruleTarget,
    input: fields({ id: uuid, draft: newRuleSchema }, ["id", "draft"]),
    example: { draft: example },
    answers: { 201: ruleSchema },
  },
  async ({ input: { id, draft }, who, call, note }) => {
    const rule = await call<Rule | null>("rules.shadow", { ruleId: id, draft, by: who.name });
    if (!rule) throw notFound("rule of that id");
    note({ details: inShort({ ...rule, ...rule.shadow?.draft }) });
    return new Reply(201, rule, { etag: etagOf(rule) });
  },
);

export const end = route(
  {
    path: "DELETE /rules/:id/shadow",
    id: "unshadowRule",
    summary: "Ends the draft that runs beside a rule",
    right: "rules.write",
    target: ruleTarget,
    input: fields({ id: uuid }, ["id"]),
    answers: { 204: null },
  },
  async ({ input: { id }, call }) => {
    if (!(await call<boolean>("rules.unshadow", { ruleId: id }))) throw noShadow();
    return new Reply(204);
  },
);

export const diff = route(
  {
    path: "GET /rules/:id/diff",
    id: "compareRule",
    summary: "What a rule did since its shadow began, and what that would have done",
    right: "rules.read",
    target: ruleTarget,
    input: fields({ id: uuid, ...range, limit: page.limit }, ["id", "limit"]),
    cost: 5,
    answers: { 200: ruleDiffSchema },
  },
  async ({ input: { id, from, to, limit }, who, call }) => {
    assertForwards({ from, to });
    const found = await call<RuleDiff | null>("rules.diff", { ruleId: id, from, to, limit });
    if (!found) throw noShadow();
    return { ...found, shadow: draftViewFor(who)(found.shadow) };
  },
);

export const promote = route(
  {
    path: "POST /rules/:id/promote",
    id: "promoteRule",
    versioned: true,
    summary: "Makes the shadow of a rule its next version, if both are still those that were read",
    right: "rules.write",
    target: ruleTarget,
    input: fields({ id: uuid, since }, ["id", "since"]),
    example: { since: "2026-03-01T12:00:00.000Z" },
    answers: { 200: ruleSchema },
  },
  async ({ input: { id, since }, who, request, call, note }) => {
    const version = versionIn(request);
    const rule = await call<Rule | null>("rules.promote", { ruleId: id, version, since, by: who.name });
    if (!rule) throw noShadow();
    note({ details: inShort(rule) });
    return new Reply(200, rule, { etag: etagOf(rule) });
  },
);

const noShadow = () => notFound("shadow of that rule");
