import type { RuleDraft } from "../../contracts/rule.ts";
import { Pace } from "./pace.ts";
import { prepareRule } from "./prepare.ts";
import { type RuleEntry, RuleSet } from "./rule-set.ts";

/** A rule as it is stored. */
export interface StoredRule {
  ruleId: string;
  channelId: string;
  version: number;
  draft: RuleDraft;
  /** What runs beside it. */
  shadow: { draft: RuleDraft; since: string } | null;
}

/** A draft that is asked: a rule as it is live, or its shadow. */
interface Running extends Pick<StoredRule, "ruleId" | "channelId" | "version" | "draft"> {
  name: string;
  /** As long as it stays the same, cooldowns go on. */
  stamp: string;
}

/** When a rule acted last, and on whom. */
export interface Firing {
  ruleId: string;
  userId: string | null;
  at: string;
}

/** The rules of all channels, ready for events. A rule that did not change keeps its cooldowns when others do. */
export class RuleBook {
  #sets = new Map<string, RuleSet>();
  #entries = new Map<string, RuleEntry & Pick<Running, "stamp">>();

  /**
   * @param firings the oldest first: what cooldowns of rules that are new here go on from
   * @returns rules that this version of ttlc does not understand any more
   */
  load(rules: readonly StoredRule[], firings: readonly Firing[]): string[] {
    const refused: string[] = [];
    const entries = new Map<string, RuleEntry & Pick<Running, "stamp">>();
    const byChannel = new Map<string, RuleEntry[]>();
    for (const running of rules.flatMap(runningOf)) {
      const { name, ruleId, channelId, version, stamp, draft } = running;
      const before = this.#entries.get(name);
      const entry = before?.stamp === stamp ? { ...before, version } : entryOf(running, firings);
      if (!entry) {
        refused.push(ruleId);
        continue;
      }
      entries.set(name, { ...entry, stamp });
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
function runningOf({ ruleId, channelId, version, draft, shadow }: StoredRule): Running[] {
  const live = { name: ruleId, ruleId, channelId, version, draft, stamp: String(version) };
  if (!shadow || draft.mode === "shadow") return [live];
  const beside = { ...shadow.draft, mode: "shadow" as const };
  return [live, { ...live, name: `${ruleId} shadow`, draft: beside, stamp: shadow.since }];
}

function entryOf({ ruleId, version, draft }: Running, firings: readonly Firing[]): RuleEntry | null {
  const { rule } = prepareRule(draft);
  if (!rule) return null;
  const pace = new Pace(draft);
  for (const { userId, at } of firings.filter((firing) => firing.ruleId === ruleId))
    pace.remember(at, userId ?? undefined);
  return { ruleId, version, rule, pace, acted: new Set() };
}
