import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleAction } from "../../contracts/rule.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import { type Capabilities, refusalOf } from "./gate.ts";
import type { Owner } from "./owners.ts";
import type { Decision, RuleSet } from "./rule-set.ts";

/** Firings that are told one by one, and the characters of what they say; all are counted. */
const MAX_LISTED = 1_000;
const MAX_CHARACTERS = 1_000_000;

type Session = Backtest["sessions"][number];
type Tally = Omit<Session, "sessionId" | "streamId" | "gaps" | "deadLettered">;

export const emptyTally = (total: number): Tally => ({
  ...{ total, events: 0, matched: 0, fired: 0, erased: 0 },
  held: { cooldown: 0, user_cooldown: 0, limit: 0 },
  skipped: { history: 0, stale: 0, own_account: 0, streamer: 0, no_user: 0, empty: 0 },
});

/** Finds out what rules make of the past. There is no way from here to anything that acts. */
export class Look {
  readonly #found: Backtest;
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #account: string | undefined;
  #characters = 0;

  /**
   * @param found is added to
   * @param account the one that acts, in lower case
   */
  constructor(found: Backtest, account: string | undefined) {
    this.#found = found;
    this.#sessions = new Map(found.sessions.map((session) => [session.sessionId, session]));
    this.#account = account;
  }

  /** @param owner whose stream it is */
  at(rules: RuleSet, events: readonly ServedEvent[], owner?: Owner | null): void {
    for (const event of events) {
      if (event.erased) for (const tally of this.#talliesOf(event)) tally.erased++;
      for (const decision of rules.decide(event)) this.#count(decision, owner);
    }
  }

  /** Events of all types that were passed, by session. */
  pass(passed: Readonly<Record<string, number>>): void {
    for (const [sessionId, events] of Object.entries(passed)) {
      for (const tally of this.#talliesOf({ sessionId })) {
        tally.events += events;
        tally.total = Math.max(tally.total, tally.events); // a session may go on
      }
    }
  }

  #count(decision: Decision, owner: Owner | null | undefined): void {
    const outcome = outcomeOf(decision, { account: this.#account, owner });
    for (const tally of this.#talliesOf(decision.event)) {
      tally.matched++;
      if (outcome === "fired") tally.fired++;
      else if (isSkip(outcome)) tally.skipped[outcome]++;
      else tally.held[outcome]++;
    }
    if (outcome === "fired") this.#list(decision);
  }

  #list({ event, rendered }: Decision): void {
    const { firings } = this.#found;
    this.#characters += rendered?.length ?? 0;
    if (firings.length >= MAX_LISTED || this.#characters > MAX_CHARACTERS) {
      this.#found.unlisted++;
      return;
    }
    const { eventId, streamId, sessionId, seqNo, timestamp, user } = event;
    firings.push({ eventId, streamId, sessionId, seqNo, timestamp, username: user?.uniqueId ?? null, rendered });
  }

  #talliesOf({ sessionId }: Pick<ServedEvent, "sessionId">): Tally[] {
    const session = this.#sessions.get(sessionId);
    return session ? [this.#found, session] : [this.#found];
  }
}

type Skip = keyof Tally["skipped"];
type Outcome = "fired" | keyof Tally["held"] | Skip;

const everything: ReadonlySet<RuleAction["type"]> = new Set(["log", "announce", "moderate", "webhook"]);

/** As it came out when the event came in, were the rule live and everything possible here. */
function outcomeOf(decision: Decision, known: Pick<Capabilities, "account" | "owner">): Outcome {
  const { event, rule, held } = decision;
  if (held) return held;
  const can = { types: everything, ...known };
  const refusal = refusalOf(decision, { ...rule.draft, mode: "live" }, can, Date.parse(event.ingestedAt));
  return refusal !== null && isSkip(refusal) ? refusal : "fired";
}

const isSkip = (reason: string): reason is Skip => Object.hasOwn(emptyTally(0).skipped, reason);
