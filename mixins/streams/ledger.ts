/** Hash of one session's counters, each counted in the script that does the work; lib/ledger reads them. */
export const ledgerKey = (sessionId: string): string => `ttlc:ledger:${sessionId}`;

/** The ledgers that the entries of one script call are counted in. */
export class Ledgers {
  /** Keys for the script, each once. */
  readonly keys: string[] = [];
  /** For each entry the number of its key, from 1; 0 for one that tells no session. */
  readonly places: number[] = [];
  readonly #numbers = new Map<string, number>();

  add(sessionId: string | undefined): void {
    this.places.push(sessionId === undefined ? 0 : this.#numberOf(ledgerKey(sessionId)));
  }

  #numberOf(key: string): number {
    const number = this.#numbers.get(key) ?? this.keys.push(key);
    this.#numbers.set(key, number);
    return number;
  }
}

/** The session that an entry tells: in a field of its own, or in its event, decoded or as text. */
export function sessionOf(entry: object): string | undefined {
  const { sessionId, event } = entry as { sessionId?: unknown; event?: unknown };
  if (typeof sessionId === "string") return sessionId;
  if (typeof event === "string") return sessionOf({ event: parsed(event) });
  return typeof event === "object" && event !== null ? sessionOf({ ...event, event: undefined }) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
