import type { ServedEvent } from "../../contracts/api.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import type { Held } from "./firings.ts";
import type { Outcome, Rehearsal } from "./rehearsal.ts";

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
  #characters = 0;

  /** @param found is added to */
  constructor(found: Backtest) {
    this.#found = found;
    this.#sessions = new Map(found.sessions.map((session) => [session.sessionId, session]));
  }

  at(broadcast: Rehearsal, events: readonly ServedEvent[]): void {
    for (const event of events) {
      const tallies = this.#talliesOf(event);
      if (event.erased) for (const tally of tallies) tally.erased++;
      const met = broadcast.meet(event);
      if (!met) continue;
      for (const tally of tallies) count(tally, met.outcome);
      if (met.outcome === "fired") this.#list(event, met.rendered);
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

  #list(event: ServedEvent, rendered: string | null): void {
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

function count(tally: Tally, outcome: Outcome["outcome"]): void {
  tally.matched++;
  if (outcome === "fired") tally.fired++;
  else if (isHeld(outcome)) tally.held[outcome]++;
  else tally.skipped[outcome]++;
}

const isHeld = (outcome: string): outcome is Held => Object.hasOwn(emptyTally(0).held, outcome);
