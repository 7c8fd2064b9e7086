import type { RuleActionItem } from "../../../../contracts/rule.ts";
import { ruleMessages } from "./messages.ts";

/** What became of a decision, in words. */
export function outcomeOf({ state, reason }: Pick<RuleActionItem, "state" | "reason">): string {
  const word = ruleMessages.states[state];
  return reason === null ? word : `${word}: ${reasonOf(reason)}`;
}

function reasonOf(reason: string): string {
  const status = /^http_(\d+)$/.exec(reason)?.[1];
  return status === undefined ? (ruleMessages.reasons[reason] ?? reason) : ruleMessages.reasonHttp(status);
}

/** What needs a person: it should have happened, and did not, or nobody knows. */
const isTrouble = ({ state, reason }: Pick<RuleActionItem, "state" | "reason">): boolean =>
  state === "failed" || state === "unknown" || reason === "no_capability";

/** The colour that goes with it. */
export function toneOf({ state, reason }: Pick<RuleActionItem, "state" | "reason">): string {
  if (state === "done") return "text-ok";
  if (reason === "no_capability") return "text-warn";
  return state === "failed" || state === "unknown" ? "text-bad" : "";
}

/** It did what it is to do: a cooldown or a limit. */
const isHeld = ({ reason }: Pick<RuleActionItem, "reason">): boolean =>
  reason === "cooldown" || reason === "user_cooldown" || reason === "limit";

/** The last decision of each rule that nothing held back, as far as it is trouble; `items` are the newest first. */
export function troubles(items: RuleActionItem[]): Map<string, RuleActionItem> {
  const last = new Map<string, RuleActionItem>();
  for (const item of items) {
    if (item.ruleId === null || item.mode === "shadow" || isHeld(item)) continue;
    if (!last.has(item.ruleId)) last.set(item.ruleId, item);
  }
  return new Map([...last].filter(([, item]) => isTrouble(item)));
}
