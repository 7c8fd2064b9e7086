import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleActionItem, RuleDraft } from "../../contracts/rule.ts";
import type { ExplainedRule } from "../../contracts/rule-explain.ts";
import { blamed } from "./compile.ts";
import { prepareRule, testRule } from "./prepare.ts";

/** A rule as it is, and as it was when an event came. */
export interface RuleOfThen {
  ruleId: string;
  version: number;
  draft: RuleDraft;
  isRemoved: boolean;
  /** What was asked when the event came; null: it was made later. */
  asked: { version: number; draft: RuleDraft } | "forgotten" | null;
}

/** @param decided by this rule, about the event or another one of its gift streak */
export function explainRule(event: ServedEvent, rule: RuleOfThen, decided: readonly RuleActionItem[]): ExplainedRule {
  const { ruleId, version, draft, asked, isRemoved } = rule;
  const own = decided.filter(({ mode }) => mode !== "shadow" || draft.mode === "shadow");
  const { matched, trace, renderedTemplate } = testRule(draft, event, true);
  return {
    ruleId,
    name: draft.name,
    enabled: draft.enabled && !isRemoved,
    version,
    versionThen: own[0]?.ruleVersion ?? (asked === "forgotten" ? null : asked?.version) ?? null,
    matched,
    failing: failingOf(draft, event),
    trace,
    rendered: renderedTemplate,
    why: whyOf(event, asked, own),
    decided: [...decided],
  };
}

function whyOf(
  event: ServedEvent,
  asked: RuleOfThen["asked"],
  decided: readonly RuleActionItem[],
): ExplainedRule["why"] {
  if (decided.some(({ eventId }) => eventId === event.eventId)) return "decided";
  if (decided.length > 0) return "streak_acted";
  if (!asked) return "made_later";
  if (asked === "forgotten") return "not_recorded";
  const { draft } = asked;
  if (!draft.enabled) return "was_off";
  if (draft.eventType !== event.eventType) return "other_type";
  if (testRule(draft, event, true).matched) return "not_recorded";
  return failingOf(draft, event).length > 0 ? "no_match" : "streak_open";
}

function failingOf(draft: RuleDraft, event: ServedEvent) {
  const { rule } = prepareRule(draft, true);
  return rule?.expression && draft.eventType === event.eventType ? blamed(rule.expression, event) : [];
}
