import type { RuleTest } from "../../../../contracts/rule.ts";
import type { EventType } from "../../../../contracts/unified-event.ts";
import { explainMessages as texts } from "./explain-messages.ts";
import { labelOf } from "./fields.ts";

/** What comparisons read of an event: `Coins: 5, Follows: no`. */
export const readsOf = (eventType: EventType, clauses: RuleTest["trace"]): string =>
  clauses
    .flatMap(({ reads }) => Object.entries(reads))
    .map(([path, value]) => `${labelOf(eventType, path)}: ${told(value)}`)
    .join(", ");

function told(value: string | number | boolean | null): string {
  if (value === null) return texts.notTold;
  return typeof value === "boolean" ? texts.truth[`${value}`] : String(value);
}
