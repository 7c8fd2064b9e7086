import { uuid } from "../../../contracts/fields.ts";
import { newRuleSchema, type Rule, ruleSchema } from "../../../contracts/rule.ts";
import { type RuleDiff, ruleDiffSchema } from "../../../contracts/rule-shadow.ts";
import { notFound } from "../errors.ts";
import { assertForwards, fields, page, range } from "../input.ts";
import { Reply, route } from "../route.ts";
import { etagOf, example, ruleTarget, versionIn } from "./rules.ts";

/** A version of a rule that runs beside the live one. */

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
  async ({ input: { id, draft }, who, call }) => {
    const rule = await call<Rule | null>("rules.shadow", { ruleId: id, draft, by: who.name });
    if (!rule) throw notFound("rule of that id");
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
  async ({ input: { id, from, to, limit }, call }) => {
    assertForwards({ from, to });
    const found = await call<RuleDiff | null>("rules.diff", { ruleId: id, from, to, limit });
    if (!found) throw noShadow();
    return found;
  },
);

export const promote = route(
  {
    path: "POST /rules/:id/promote",
    id: "promoteRule",
    versioned: true,
    summary: "Makes the shadow of a rule its next version, if the rule is still at the one in If-Match",
    right: "rules.write",
    target: ruleTarget,
    input: fields({ id: uuid }, ["id"]),
    answers: { 200: ruleSchema },
  },
  async ({ input: { id }, who, request, call }) => {
    const rule = await call<Rule | null>("rules.promote", { ruleId: id, version: versionIn(request), by: who.name });
    if (!rule) throw noShadow();
    return new Reply(200, rule, { etag: etagOf(rule) });
  },
);

const noShadow = () => notFound("shadow of that rule");
