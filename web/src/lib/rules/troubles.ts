import type { RuleActionItem } from "../../../../contracts/rule.ts";

/** What needs a person: it should have happened, and did not, or nobody knows. */
const isTrouble = ({ state, reason }: Pick<RuleActionItem, "state" | "reason">): boolean =>
  state === "failed" || state === "unknown" || reason === "no_capability";

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
