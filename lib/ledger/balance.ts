import type { LedgerDifference, SessionAccount, SessionLedger } from "../../contracts/api.ts";
import type { StreamName } from "../../contracts/streams.ts";

/** Redis at one instant. */
export interface Snapshot {
  /** A session's counters by field; null: there are none. */
  counters: Readonly<Record<string, number>> | null;
  /** For each stream, how many entries of whatever session its group has not read or not acknowledged. */
  behind: Readonly<Record<StreamName, number>>;
}

type Between = LedgerDifference["between"];

/** What the counters of Redis say, with 0 for what was not counted yet. */
interface Counts {
  received: number;
  facts: number;
  waiting: number;
  refused: number;
  duplicates: number;
  published: number;
  normalised: number;
  deadNormalizer: number;
  deadStorage: number;
  /** Dead letters of the normalizer that were put back on ttlc:raw. */
  redriven: number;
  dropped: SessionLedger["dropped"];
}

/**
 * The ledger of a session. Within a snapshot counts fit exactly; Postgres is asked between two of them, and lies
 * between what they allow. Null when nobody knows the session.
 */
export function balance(before: Snapshot, stored: SessionAccount, after: Snapshot): SessionLedger | null {
  const isKnown = before.counters && after.counters;
  if (!isKnown && isEmpty(stored)) return null;
  const inPostgres = {
    stored: stored.stored,
    ...(stored.returned !== undefined && { returned: stored.returned }),
    storedBefore: stored.duplicates,
    deadLettered: stored.deadLettered,
    gaps: stored.gaps,
  };
  if (!before.counters || !after.counters) {
    const unknown = { received: null, facts: null, waiting: null, duplicates: null, published: null, normalised: null };
    const nothing = { redriven: null, dropped: {}, inFlight: [], balance: { ok: null, unexplained: [] } };
    return { sessionId: stored.sessionId, ...unknown, ...inPostgres, ...nothing };
  }
  const { received, facts, waiting, duplicates, published, normalised, dropped, ...counts } = read(before.counters);
  const later = read(after.counters);
  const letters = sum(stored.deadLettered.map(({ count }) => count));
  const arrived = stored.stored + stored.duplicates + Math.min(stored.returned ?? 0, normalised);
  const differences: { between: Between; count: number; behind: number }[] = [
    {
      between: "received and published",
      count: received + facts - waiting - counts.refused - sum(Object.values(dropped)) - duplicates - published,
      behind: 0,
    },
    {
      between: "published and normalised",
      count: published + counts.redriven - normalised - counts.deadNormalizer,
      behind: before.behind["ttlc:raw"],
    },
    {
      between: "normalised and stored",
      count: within(
        normalised + stored.redriven - arrived - later.deadStorage,
        later.normalised + stored.redriven - arrived - counts.deadStorage,
      ),
      behind: before.behind["ttlc:events"],
    },
    {
      between: "dead letters and Postgres", // ingest tells of a refused one later: more of them is no fault
      count: Math.max(0, counts.refused + counts.deadNormalizer + counts.deadStorage - letters),
      behind: before.behind["ttlc:dlq"],
    },
  ];
  const inFlight = differences.map(({ between, count, behind }) => ({ between, count: clamp(count, 0, behind) }));
  const unexplained = differences.map(({ between, count, behind }) => ({
    between,
    count: count - clamp(count, 0, behind),
  }));
  const rest = unexplained.filter(isSome);
  return {
    sessionId: stored.sessionId,
    ...{ received, facts, waiting, duplicates, published, normalised, dropped },
    ...inPostgres,
    redriven: counts.redriven + stored.redriven,
    inFlight: inFlight.filter(isSome),
    balance: { ok: rest.length === 0, unexplained: rest },
  };
}

/**
 * What waited in an ingest that died is dropped, and what its successor wrote in its name (the DISCONNECTED, the end of gift
 * streaks) are more facts. That is said only when nothing of the session is left in a spool, and each message that its successor published from there
 * took itself off `waiting`: what is left was in the memory of the one that died.
 */
function read(counters: Readonly<Record<string, number>>): Counts {
  const of = (field: string) => counters[field] ?? 0;
  const isLost = of("posthumous") > 0;
  return {
    received: of("received"),
    facts: of("facts") + of("posthumous"),
    waiting: isLost ? 0 : of("waiting"),
    refused: of("refused"),
    duplicates: of("duplicates"),
    published: of("published"),
    normalised: of("normalised"),
    deadNormalizer: of("dead:normalizer"),
    deadStorage: of("dead:storage"),
    redriven: of("redriven"),
    dropped: Object.fromEntries(
      [
        ...["overload", "stopped", "fenced"].map((reason) => [reason, of(`dropped:${reason}`)] as const),
        ["ingest_lost", isLost ? of("waiting") : 0] as const,
      ].filter(([, count]) => count > 0),
    ),
  };
}

/** What is certain of a number between `low` and `high`, as far from 0 as it must be. */
const within = (low: number, high: number): number => (low > 0 ? low : Math.min(high, 0));

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const isSome = ({ count }: LedgerDifference): boolean => count !== 0;

const isEmpty = ({ stored, returned, duplicates, deadLettered, gaps }: SessionAccount): boolean =>
  returned === undefined && stored + duplicates + deadLettered.length + gaps.length === 0;
