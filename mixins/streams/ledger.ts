/** Hash of one session's counters, each counted in the script that does the work; lib/ledger reads them. */
export const ledgerKey = (sessionId: string): string => `ttlc:ledger:${sessionId}`;

/** The ledgers that the entries of one script call are counted in. */
export class Ledgers {
  /** Keys for the script, each once. */
  readonly keys: string[] = [];
  readonly #places = new Map<string, number>();

  /** The number of the session's key, from 1; 0 for an entry that tells no session. */
  placeOf(sessionId: string | undefined): number {
    if (sessionId === undefined) return 0;
    let place = this.#places.get(sessionId);
    if (place === undefined) {
      place = this.keys.push(ledgerKey(sessionId));
      this.#places.set(sessionId, place);
    }
    return place;
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
