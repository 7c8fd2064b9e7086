import { describe, expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleActionItem, RuleDraft } from "../../contracts/rule.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { blamed } from "./compile.ts";
import type { Expression } from "./condition.ts";
import { explainRule } from "./explanation.ts";
import { prepareRule } from "./prepare.ts";

const aRule = (changes: Partial<RuleDraft> = {}): RuleDraft => ({
  ...{ name: "test", enabled: true, eventType: "GIFT", matchAll: false, mode: "live" },
  ...{ cooldown: 0, perUserCooldown: 0, limits: {} },
  condition: { ">=": [{ var: "payload.coins" }, 10] },
  action: { type: "log", template: "{username}: {coins}" },
  ...changes,
});
const gift = (payload: object = {}) =>
  makeEvent("GIFT", { user: viewer(1), payload: { coins: 10, ...payload } }) as ServedEvent;

describe("what keeps a condition from holding", () => {
  const coins = { ">=": [{ var: "payload.coins" }, 10] };
  const rose = { "==": [{ var: "payload.giftName" }, "Rose"] };
  const isModerator = { var: "user.isModerator" };

  it.each([
    ["nothing, when it holds", { and: [coins, rose] }, gift(), []],
    ["of and: what does not hold", { and: [coins, rose] }, gift({ coins: 9 }), ["and.0.>="]],
    ["of or: all of it", { or: [coins, isModerator] }, gift({ coins: 9 }), ["or.0.>=", "user.isModerator"]],
    ["of or, when one holds: nothing", { and: [{ or: [coins, isModerator] }, rose] }, gift(), []],
    ["of not: what holds", { "!": { or: [coins, isModerator] } }, gift(), ["!.0.or.0.>="]],
    ["within not: each that holds", { "!": { and: [coins, rose] } }, gift(), ["!.0.and.0.>=", "!.0.and.1.=="]],
  ])("%s", (_, condition, event, paths) => {
    const { rule, problems } = prepareRule(aRule({ condition }));
    expect(problems).toEqual([]);
    const found = blamed(rule?.expression as Expression, event);
    expect(found.map(({ path }) => path)).toEqual(paths);
  });
});

describe("why", () => {
  const event = gift();
  const action = (fields: Partial<RuleActionItem>) =>
    ({ ruleVersion: 1, eventId: event.eventId, ...fields }) as RuleActionItem;
  const whyOf = (
    now: Partial<RuleDraft>,
    asked: Partial<RuleDraft> | null,
    { decided = [], of = event }: { decided?: RuleActionItem[]; of?: ServedEvent } = {},
  ) => {
    const rule = {
      ...{ ruleId: "r1", version: 2, draft: aRule(now), isRemoved: false },
      asked: asked && { version: 1, draft: aRule(asked) },
    };
    const { why, versionThen, matched } = explainRule(of, rule, decided);
    return [why, versionThen, matched];
  };

  it.each([
    ["decided", whyOf({}, {}, { decided: [action({ ruleVersion: 7 })] }), 7, true],
    ["streak_acted", whyOf({}, {}, { decided: [action({ eventId: "another" })] }), 1, true],
    ["made_later", whyOf({}, null), null, true],
    ["was_off", whyOf({}, { enabled: false }), 1, true],
    ["other_type", whyOf({}, { eventType: "CHAT", condition: undefined, matchAll: true }), 1, true],
    ["no_match", whyOf({}, { condition: { ">": [{ var: "payload.coins" }, 10] } }), 1, true],
    ["no_match", whyOf({}, {}, { of: gift({ coins: 9 }) }), 1, false],
    ["streak_open", whyOf({}, {}, { of: gift({ streakState: "progress" }) }), 1, false],
    ["not_recorded", whyOf({}, {}), 1, true],
  ])("%s", (why, found, versionThen, matched) => {
    expect(found).toEqual([why, versionThen, matched]);
  });

  it("does not guess what a version was that is no more kept", () => {
    const rule = { ruleId: "r1", version: 200, draft: aRule(), isRemoved: false, asked: "forgotten" as const };
    expect(explainRule(event, rule, [])).toMatchObject({ why: "not_recorded", versionThen: null });
  });

  it("is told with the comparisons that failed and what they read", () => {
    const rule = { ruleId: "r1", version: 1, draft: aRule(), isRemoved: true, asked: null };
    const failing = [{ path: ">=", holds: false, reads: { "payload.coins": 9 } }];
    expect(explainRule(gift({ coins: 9 }), rule, [])).toMatchObject({
      ...{ enabled: false, matched: false, failing, trace: failing, rendered: "viewer1: 9", decided: [] },
    });
  });
});
