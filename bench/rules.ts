import jsonLogic from "json-logic-js";
import type { ServedEvent } from "../contracts/api.ts";
import type { RuleDraft } from "../contracts/rule.ts";
import { prepareRule } from "../services/rules/prepare.ts";
import { RuleSet } from "../services/rules/rule-set.ts";
import { makeEvent, viewer } from "../test/fixtures/events.ts";
import { measure, report } from "./measure.ts";

/**
 * What it costs to ask rules about an event, in µs of CPU: 100 of them with conditions of four terms, 64 for gifts and 36
 * for chats; the same events each round, a third of them gifts. Beside it json-logic-js with the same rules, which is
 * told the type of event first.
 */
const ROUNDS = 5;
const TIMES = 200;

const condition = (i: number) => ({
  and: [
    { ">=": [{ var: "payload.coins" }, 1 + (i % 50)] },
    { "!=": [{ var: "payload.giftName" }, `gift ${i}`] },
    { "!": [{ var: "user.isModerator" }] },
    { in: [{ var: "user.uniqueId" }, [`viewer${i % 20}`, "viewer3"]] },
  ],
});
const chat = (i: number) => ({
  and: [
    { in: [`word ${i}`, { var: "payload.message" }] },
    { "!=": [{ var: "user.uniqueId" }, `viewer${i}`] },
    { "!": [{ var: "user.isModerator" }] },
    { "!=": [{ var: "provider" }, "euler"] },
  ],
});

const drafts = Array.from({ length: 100 }, (_, i): RuleDraft => {
  const isGift = i < 64;
  return {
    ...{
      name: `rule ${i}`,
      enabled: true,
      matchAll: false,
      cooldown: 86_400,
      perUserCooldown: 0,
      limits: {},
      mode: "live",
    },
    eventType: isGift ? "GIFT" : "CHAT",
    condition: isGift ? condition(i) : chat(i),
    action: { type: "log", template: "{username}" },
  };
});

const events = Array.from({ length: 300 }, (_, i) =>
  i % 3 === 0
    ? makeEvent("GIFT", { user: viewer(i % 40), payload: { coins: i % 100 } })
    : makeEvent("CHAT", { user: viewer(i % 40), payload: { message: `hello number ${i}` } }),
) as ServedEvent[];

const rules = new RuleSet(
  drafts.map((draft, i) => {
    const { rule, problems } = prepareRule(draft);
    if (!rule) throw new Error(JSON.stringify(problems));
    return { ruleId: String(i), version: 1, rule };
  }),
);

/** µs of CPU per event. */
function cost(ask: (event: ServedEvent) => unknown): number {
  const before = process.cpuUsage();
  for (let i = 0; i < TIMES; i++) for (const event of events) ask(event);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TIMES / events.length;
}

const ours = (event: ServedEvent) => rules.decide(event);
const theirs = (event: ServedEvent) => {
  for (const draft of drafts) {
    if (draft.eventType === event.eventType) jsonLogic.apply(draft.condition as jsonLogic.RulesLogic, event);
  }
};

const rounds = Array.from({ length: ROUNDS }, () => ({ ours: cost(ours), theirs: cost(theirs) }));
report([
  measure(
    "rules_us_per_event",
    "µs CPU",
    rounds.map((round) => round.ours),
  ),
  measure(
    "rules_vs_json_logic_js",
    "ratio",
    rounds.map((round) => round.theirs / round.ours),
  ),
]);
