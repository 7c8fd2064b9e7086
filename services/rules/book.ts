import type { RuleDraft } from "../../contracts/rule.ts";
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
  /** As long as it stays the same, it is made ready once. */
  name: string;
}

/**
 * The rules of all channels, ready for events. An event is asked of a rule as it was when the event came, however late that
 * is. Cooldowns and limits are no business of one process: the log settles them.
 */
export class RuleBook {
  #sets = new Map<string, RuleSet>();
  #entries = new Map<string, RuleEntry>();

  /** @returns rules that this version of ttlc does not understand any more */
  load(rules: readonly StoredRule[]): string[] {
    const refused: string[] = [];
    const entries = new Map<string, RuleEntry>();
    const byChannel = new Map<string, RuleEntry[]>();
    for (const running of rules.flatMap(runningOf)) {
      const { name, ruleId, channelId, version, draft } = running;
      const known = this.#entries.get(name) ?? entryOf(running);
      if (!known) {
        refused.push(ruleId);
        continue;
      }
      const entry = { ...known, version, period: periodOf(running) };
      entries.set(name, entry);
      if (!draft.enabled) continue;
      const ofChannel = byChannel.get(channelId);
      if (ofChannel) ofChannel.push(entry);
      else byChannel.set(channelId, [entry]);
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

function entryOf({ ruleId, version, draft }: Running): RuleEntry | null {
  const { rule } = prepareRule(draft, true);
  return rule && { ruleId, version, rule };
}
