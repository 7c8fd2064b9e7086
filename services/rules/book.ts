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
  #entries = new Map<string, RuleEntry>();

  /**
   * @param firings the oldest first: what cooldowns of rules that are new here go on from
   * @returns rules that this version of ttlc does not understand any more
   */
  load(rules: readonly StoredRule[], firings: readonly Firing[]): string[] {
    const refused: string[] = [];
    const entries = new Map<string, RuleEntry>();
    const byChannel = new Map<string, RuleEntry[]>();
    for (const stored of rules) {
      const { ruleId, channelId, version, draft } = stored;
      const before = this.#entries.get(ruleId);
      const entry = before?.version === version ? before : entryOf(stored, firings);
      if (!entry) {
        refused.push(ruleId);
        continue;
      }
      entries.set(ruleId, entry);
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

function entryOf({ ruleId, version, draft }: StoredRule, firings: readonly Firing[]): RuleEntry | null {
  const { rule } = prepareRule(draft);
  if (!rule) return null;
  const pace = new Pace(draft);
  for (const { userId, at } of firings.filter((firing) => firing.ruleId === ruleId))
    pace.remember(at, userId ?? undefined);
  return { ruleId, version, rule, pace, acted: new Set() };
}
