import type { ServedEvent } from "../../contracts/api.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import type { Held } from "./firings.ts";
import { isLive } from "./gate.ts";
import type { Pace } from "./pace.ts";
import type { PreparedRule } from "./prepare.ts";

/** A rule as the set knows it. */
export interface RuleEntry {
  ruleId: string;
  version: number;
  rule: PreparedRule;
  /** Null: whether it fires is settled when it is written down, by what all processes did. */
  pace: Pace | null;
  /** Effects it decided to have, by their keys. */
  acted: Set<string>;
  /** When what came is its business; left out: always. */
  period?: Period;
}

/** Unix milliseconds; the second is not in. */
export interface Period {
  since: number;
  until: number;
}

/** What became of one event and one rule that matched it. */
export interface Decision extends Pick<RuleEntry, "ruleId" | "version" | "rule"> {
  event: ServedEvent;
  /** What must happen once at most for this rule: a gift streak, or the event. */
  effectKey: string;
  rendered: string | null;
  /** Null: it fires, unless that is to be settled. */
  held: Held | null;
}

/** Streaks remembered, so that each acts once whatever number of frames and ends it had. */
const MAX_KEYS = 10_000;

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

  /**
   * What the rules that match decide, in their order. Of an effect that was decided before, nothing. What will not act since
   * it does not happen now, such as a replay, touches neither a cooldown nor an effect that is still to come.
   */
  decide(event: ServedEvent): Decision[] {
    const effectKey = effectKeyOf(event);
    const isNow = isLive(event);
    return this.#matching(event).flatMap(({ ruleId, version, rule, pace, acted }) => {
      if (isNow && acted.has(effectKey)) return [];
      const held = isNow && pace ? pace.fire(event.timestamp, event.user?.userId) : null;
      if (isNow && pace && !held) remember(acted, effectKey);
      return { ruleId, version, rule, event, effectKey, rendered: rule.render(event), held };
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

function remember(keys: Set<string>, key: string): void {
  keys.add(key);
  if (keys.size > MAX_KEYS) keys.delete(keys.values().next().value as string);
}

const isIn = (period: Period | undefined, at: number) => !period || (at >= period.since && at < period.until);
