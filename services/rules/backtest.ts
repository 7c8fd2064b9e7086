import type { ServedEvent } from "../../contracts/api.ts";
import type { Backtest } from "../../contracts/rule.ts";
import type { RuleSet } from "./rule-set.ts";

/** Firings that are told one by one; all are counted. */
const MAX_LISTED = 1_000;

/** What a backtest found. */
type Found = Pick<Backtest, "events" | "matched" | "fired" | "held" | "firings">;

export const nothingFound = (): Found => ({
  events: 0,
  matched: 0,
  fired: 0,
  held: { cooldown: 0, user_cooldown: 0, limit: 0 },
  firings: [],
});

/** Adds what the rules make of events of the past. There is no way from here to anything that acts. */
export function look(rules: RuleSet, events: readonly ServedEvent[], found: Found): void {
  for (const event of events) {
    found.events++;
    for (const { held, rendered } of rules.decide(event)) {
      found.matched++;
      if (held) {
        found.held[held]++;
        continue;
      }
      found.fired++;
      if (found.firings.length >= MAX_LISTED) continue;
      found.firings.push({
        eventId: event.eventId,
        sessionId: event.sessionId,
        seqNo: event.seqNo,
        timestamp: event.timestamp,
        username: event.user?.uniqueId ?? null,
        rendered,
      });
    }
  }
}
