import type { Refusal } from "../../contracts/action-reason.ts";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleAction } from "../../contracts/rule.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import type { Held } from "./firings.ts";
import { type Capabilities, isLive, refusalOf, usesPace } from "./gate.ts";
import { Pace } from "./pace.ts";
import type { PreparedRule } from "./prepare.ts";
import { RuleSet } from "./rule-set.ts";

/** Why nothing would have been done, as far as the past can tell. */
type Skip = keyof Backtest["skipped"];

/** What a rule makes of an event that it matches. */
export interface Outcome {
  rendered: string | null;
  outcome: "fired" | Held | Skip;
}

/** Streaks remembered, so that each acts once whatever number of frames and ends it had. */
const MAX_KEYS = 10_000;

const everything: ReadonlySet<RuleAction["type"]> = new Set(["log", "announce", "moderate", "webhook"]);

const skips: Record<Skip, true> = {
  ...{ history: true, stale: true, own_account: true, streamer: true, no_user: true, empty: true },
};

/** One rule in one broadcast, as one process would decide when the events come in, were it live and everything possible here. */
export class Rehearsal {
  readonly #rules: RuleSet;
  readonly #pace: Pace;
  readonly #rule: PreparedRule;
  readonly #known: Pick<Capabilities, "account" | "owner">;
  /** Effects it had, by their keys. */
  readonly #acted = new Set<string>();

  /** @param known the account that acts, and whose broadcast it is */
  constructor(rule: PreparedRule, known: Pick<Capabilities, "account" | "owner"> = {}) {
    this.#rules = new RuleSet([{ ruleId: "", version: 0, rule }]);
    this.#pace = new Pace(rule.draft);
    this.#rule = rule;
    this.#known = known;
  }

  /** Null: it does not match, or the rule had the effect. */
  meet(event: ServedEvent): Outcome | null {
    const [decision] = this.#rules.decide(event);
    const isNow = isLive(event);
    if (!decision || (isNow && this.#acted.has(decision.effectKey))) return null;
    const can = { types: everything, ...this.#known };
    const refusal = refusalOf(decision, { ...this.#rule.draft, mode: "live" }, can, Date.parse(event.ingestedAt));
    const held = usesPace(refusal) ? this.#pace.fire(event.timestamp, event.user?.userId) : null;
    if (isNow && !held) this.#remember(decision.effectKey);
    const outcome = held ?? (refusal !== null && isSkip(refusal) ? refusal : "fired");
    return { rendered: decision.rendered, outcome };
  }

  #remember(key: string): void {
    this.#acted.add(key);
    if (this.#acted.size > MAX_KEYS) this.#acted.delete(this.#acted.values().next().value as string);
  }
}

const isSkip = (reason: Refusal): reason is Skip => Object.hasOwn(skips, reason);
