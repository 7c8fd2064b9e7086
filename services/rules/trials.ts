import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { RuleTrials } from "../../contracts/rule-trials.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { prepareRule, tryRule } from "./prepare.ts";

/**
 * What a rule makes of the last events of its type; null where nothing is stored.
 *
 * @param latest those events, the newest first; `settled`: of a gift streak its end
 */
export async function tryOnPast(
  draft: RuleDraft,
  latest: (which: { type: EventType; settled: boolean }) => Promise<ServedEvent[] | null>,
): Promise<RuleTrials | null> {
  const { rule, problems } = prepareRule(draft);
  if (!rule) return { errors: problems, items: [] };
  const events = await latest({ type: draft.eventType, settled: !rule.reads.includes("payload.streakState") });
  return events && { errors: [], items: events.map((event) => ({ event, ...tryRule(rule, event) })) };
}
