import type { ServedEvent } from "../../contracts/api.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import type { PreparedRule } from "./prepare.ts";

/** A rule as the set knows it. */
export interface RuleEntry {
  ruleId: string;
  version: number;
  rule: PreparedRule;
  /** When what came is its business; left out: always. */
  period?: Period;
}

/** Unix milliseconds; the second is not in. */
export interface Period {
  since: number;
  until: number;
}

/** One event and one rule that matched it. Whether it fires is settled when it is written down, by what all processes did. */
export interface Decision extends Pick<RuleEntry, "ruleId" | "version" | "rule"> {
  event: ServedEvent;
  /** What must happen once at most for this rule: a gift streak, or the event. */
  effectKey: string;
  rendered: string | null;
}

/** The rules of one channel, by the type of event they wait for. */
export class RuleSet {
  readonly #byType = new Map<EventType, RuleEntry[]>();

  constructor(entries: readonly RuleEntry[]) {
    for (const entry of entries) {
      const { draft } = entry.rule;
      const rules = this.#byType.get(draft.eventType) ?? [];
      rules.push(entry);
      this.#byType.set(draft.eventType, rules);
    }
  }

  /** Whether some rule asks what earlier messages of a person told. */
  get readsInherited(): boolean {
    for (const entries of this.#byType.values()) {
      if (entries.some(({ rule }) => rule.reads.some((path) => path.startsWith("inherited.")))) return true;
    }
    return false;
  }

  /** What the rules that match say, in their order. */
  decide(event: ServedEvent): Decision[] {
    const effectKey = effectKeyOf(event);
    return this.#matching(event).map(({ ruleId, version, rule }) => {
      return { ruleId, version, rule, event, effectKey, rendered: rule.render(event) };
    });
  }

  #matching(event: ServedEvent): RuleEntry[] {
    const entries = this.#byType.get(event.eventType);
    if (!entries) return [];
    const cameAt = Date.parse(event.ingestedAt);
    return entries.filter(({ rule, period }) => isIn(period, cameAt) && rule.matches(event));
  }
}

/** What happens once at most for each rule: a gift streak, or the event. */
export const effectKeyOf = (event: ServedEvent): string =>
  (event.eventType === "GIFT" && event.payload.streakId) || event.eventId;

const isIn = (period: Period | undefined, at: number) => !period || (at >= period.since && at < period.until);
