import type { RuleDraft } from "../../contracts/rule.ts";
import { Pace } from "./pace.ts";
import { prepareRule } from "./prepare.ts";
import { type Period, type RuleEntry, RuleSet } from "./rule-set.ts";

/** A version of a rule as it is stored: the newest, or one that events may still be asked about that came in its time. */
export interface StoredRule {
  ruleId: string;
  channelId: string;
  version: number;
  draft: RuleDraft;
  /** When it was saved; ISO 8601. */
  since: string;
  /** When another took its place, or the rule was deleted; null: it is the newest. */
  until: string | null;
  /** What runs beside the newest. */
  shadow: { draft: RuleDraft; since: string } | null;
}

/** A draft that is asked: a version of a rule, or a shadow. */
interface Running extends Pick<StoredRule, "ruleId" | "channelId" | "version" | "draft" | "since" | "until"> {
  /** As long as it stays the same, cooldowns go on. */
  name: string;
}

/** When a rule acted last, and on whom. */
export interface Firing {
  ruleId: string;
  userId: string | null;
  at: string;
}

/**
 * The rules of all channels, ready for events. An event is asked of a rule as it was when the event came, however late that
 * is. A rule that did not change keeps its cooldowns when others do.
 */
export class RuleBook {
  #sets = new Map<string, RuleSet>();
  #entries = new Map<string, RuleEntry>();

  /**
   * @param firings the oldest first: what cooldowns of rules that are new here go on from
   * @returns rules that this version of ttlc does not understand any more
   */
  load(rules: readonly StoredRule[], firings: readonly Firing[]): string[] {
    const refused: string[] = [];
    const entries = new Map<string, RuleEntry>();
    const byChannel = new Map<string, RuleEntry[]>();
    for (const running of rules.flatMap(runningOf)) {
      const { name, ruleId, channelId, version, draft } = running;
      const known = this.#entries.get(name) ?? entryOf(running, firings);
      if (!known) {
        refused.push(ruleId);
        continue;
      }
      const entry = { ...known, version, period: periodOf(running) };
      entries.set(name, entry);
      if (draft.enabled) byChannel.set(channelId, [...(byChannel.get(channelId) ?? []), entry]);
    }
    this.#entries = entries;
    this.#sets = new Map([...byChannel].map(([channelId, some]) => [channelId, new RuleSet(some)]));
    return refused;
  }

  rulesOf(channelId: string): RuleSet | undefined {
    return this.#sets.get(channelId);
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** A shadow only ever decides; beside a rule in mode shadow it could not be told apart. */
function runningOf({ shadow, ...stored }: StoredRule): Running[] {
  const { ruleId, version, draft } = stored;
  const live = { ...stored, name: `${ruleId} ${version}` };
  if (!shadow || draft.mode === "shadow") return [live];
  const { since } = shadow;
  const beside = { ...shadow.draft, mode: "shadow" as const };
  return [live, { ...live, name: `${ruleId} shadow ${since}`, draft: beside, since }];
}

const periodOf = ({ since, until }: Running): Period => ({
  since: Date.parse(since),
  until: until === null ? Number.POSITIVE_INFINITY : Date.parse(until),
});

function entryOf({ ruleId, version, draft }: Running, firings: readonly Firing[]): RuleEntry | null {
  const { rule } = prepareRule(draft);
  if (!rule) return null;
  const pace = new Pace(draft);
  for (const { userId, at } of firings.filter((firing) => firing.ruleId === ruleId))
    pace.remember(at, userId ?? undefined);
  return { ruleId, version, rule, pace, acted: new Set() };
}
