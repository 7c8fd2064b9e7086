/** Counters of a ledger that ingest itself keeps, by field. */
export type Told = Record<string, number>;

/**
 * What one session's actor counts, at the socket and before anything can go wrong behind it. Each publish tells the
 * ledger (publish-live.lua), in the step that counts what it appends, so the two always fit: received + facts is what
 * was published, was a duplicate, was refused, was dropped or waits.
 */
export class Account {
  readonly sessionId: string;
  /** Messages taken from the socket or the initial fetch. */
  received = 0;
  /** Facts that the actor made: CONNECTED, DISCONNECTED, ERROR, GAP, the end of gift streaks. */
  facts = 0;
  /** Messages that cannot be raw entries: sent to ttlc:dlq. */
  refused = 0;
  /** Messages given up because neither Redis nor the disk took them: while the room went on, or when it was stopped. */
  readonly dropped = { overload: 0, stopped: 0 };
  /** In the queue, or spooled. */
  waiting = 0;
  /** Whether the ledger is there; until it is, a publish makes it. One that is lost afterwards is not made again. */
  isOpen = false;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  /** Whether what it tells may be older than what the ledger has, and can only add to that. */
  get isRecovered(): boolean {
    return false;
  }

  /** @param leaving how many of `waiting` this publish takes away */
  told(leaving: number): Told {
    const { received, facts, refused, dropped, waiting } = this;
    const { overload, stopped } = dropped;
    return {
      ...{ received, facts, refused, "dropped:overload": overload, "dropped:stopped": stopped },
      waiting: waiting - leaving,
    };
  }
}

/** The account of a session in whose name another actor speaks; what waited in a process that died is lost with it. */
export class LostAccount extends Account {
  override isOpen = true;
  readonly #posthumous: number;

  /** @param posthumous facts that others have told in its name, with those that are to be told now */
  constructor(sessionId: string, posthumous: number) {
    super(sessionId);
    this.#posthumous = posthumous;
  }

  override told(): Told {
    return { posthumous: this.#posthumous };
  }
}

/**
 * The account of a session whose messages an earlier process left in the spool: as it was when the last of them was
 * spooled. The ledger may know more by then, since that process told it with everything it published, and those counts
 * only grow: per field the greater one is true. It tells nothing of what waits. That grows by what the ledger had not
 * heard of (received and facts, less refused and dropped), shrinks by what is published, and what is left of it in the
 * end waited in the memory of the process that died: `lib/ledger` shows it as `ingest_lost`.
 */
export class RecoveredAccount extends Account {
  #told: Told = {};

  constructor(sessionId: string, isOpen: boolean) {
    super(sessionId);
    this.isOpen = isOpen;
  }

  /** What the account told with one more message. */
  add({ waiting: _, ...told }: Told): void {
    this.#told = told;
  }

  /** That somebody else's session is over is said once, and plainly. */
  override get isRecovered(): boolean {
    return !("posthumous" in this.#told);
  }

  override told(): Told {
    return this.#told;
  }
}
