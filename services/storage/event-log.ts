import { type ConnectionPool, type Queryable, sql, type Transaction } from "@databases/pg";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import type { Entry } from "../../lib/define-service.ts";
import { packPosition } from "../../lib/position.ts";
import { announce } from "./boundary.ts";
import { toRow } from "./event-row.ts";
import { isConflict, isDuplicate, isMissingWeek, storeFault } from "./faults.ts";
import { type Conflicts, insertEvents } from "./insert-events.ts";
import { project } from "./project.ts";
import type { Learnt } from "./role-changes.ts";
import { RoleMemory } from "./role-memory.ts";
import { identities, upsertUsers } from "./users.ts";
import { Weeks } from "./weeks.ts";

type EventEntry = Entry<"ttlc:events">;

/** A transaction that lost against another is tried this often before it counts as an outage. */
const CONFLICT_TRIES = 5;
const conflictBackoff: BackoffPolicy = { initialMs: 20, maxMs: 320, multiplier: 2, jitter: 0.5 };

/** The only writer of events, event_pii, users and the projections. */
export class EventLog {
  /** Since this process started; `duplicates` as in SessionAccount. */
  readonly counts = { stored: 0, duplicates: 0 };
  readonly #weeks = new Weeks();
  readonly #roles = new RoleMemory();

  /** Makes the partitions of this week and the next ahead of need. */
  async prepare(db: ConnectionPool, now: Date): Promise<void> {
    await this.#weeks.ensure(db, [now.toISOString(), new Date(now.getTime() + 7 * 86_400_000).toISOString()]);
  }

  /**
   * Stores the events that are not there yet, in one transaction with everything that follows from them. Replayed
   * events are there already, under the same id, and count as neither stored nor duplicate; nor do entries that were
   * stored before, and whose acknowledgement was lost.
   *
   * @throws what `storeFault` makes of it: PoisonMessageError for a single entry, Error for several, OutageError
   */
  async append(db: ConnectionPool, entries: readonly EventEntry[]): Promise<{ stored: number; duplicates: number }> {
    const live = entries.filter(({ message }) => message.event.source === "live").map(inUtc);
    const events = new Map<string, EventEntry>();
    for (const entry of live) {
      const { eventId } = entry.message.event;
      if (!events.has(eventId)) events.set(eventId, entry);
    }
    if (live.length === 0) return { stored: 0, duplicates: 0 };
    const timestamps = live.map(({ message }) => message.event.timestamp);
    try {
      await this.#weeks.ensure(db, timestamps);
      const outcome = await retried((conflicts) =>
        db.tx((tx) => store(tx, live, events, { conflicts, roles: this.#roles })),
      );
      this.#roles.keep(outcome.learnt);
      this.counts.stored += outcome.stored;
      this.counts.duplicates += outcome.duplicates;
      return { stored: outcome.stored, duplicates: outcome.duplicates };
    } catch (error) {
      if (isMissingWeek(error)) this.#weeks.forget();
      throw storeFault(error, entries.length);
    }
  }

  /**
   * What `append` would do with one entry now: done, and undone.
   *
   * @throws as `append`
   */
  async rehearse(db: ConnectionPool, entry: EventEntry): Promise<"stored" | "stored_already"> {
    if (entry.message.event.source === "replay") return "stored_already";
    const only = inUtc(entry);
    const undone = new Error("undone");
    let isNew = false;
    try {
      await this.#weeks.ensure(db, [only.message.event.timestamp]);
      await db.tx(async (tx) => {
        const manner: Manner = { conflicts: "skipped", roles: this.#roles };
        isNew = (await store(tx, [only], new Map([[idOf(only), only]]), manner)).stored === 1;
        throw undone;
      });
    } catch (error) {
      if (isMissingWeek(error)) this.#weeks.forget();
      if (error !== undone) throw storeFault(error, 1);
    }
    return isNew ? "stored" : "stored_already";
  }
}

/** As Date writes an instant of which no doubt is possible; the normalizer passes on what it was given. */
const PLAIN_INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[01][1-9]|10|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Instants as text that sorts, and as exact as Date is: what bounds are taken from is what is stored. */
function inUtc(entry: EventEntry): EventEntry {
  const { event } = entry.message;
  if (PLAIN_INSTANT.test(event.timestamp) && PLAIN_INSTANT.test(event.ingestedAt)) return entry;
  const timestamp = new Date(event.timestamp).toISOString();
  const ingestedAt = new Date(event.ingestedAt).toISOString();
  return { id: entry.id, message: { ...entry.message, event: { ...event, timestamp, ingestedAt } } };
}

/** As if each event were new, and if one is not, with a look at each (ADR 10). */
async function retried<Result>(transaction: (conflicts: Conflicts) => Promise<Result>): Promise<Result> {
  let conflicts: Conflicts = "unexpected";
  for (let attempt = 0; ; attempt++) {
    try {
      return await transaction(conflicts);
    } catch (error) {
      if (conflicts === "unexpected" && isDuplicate(error)) {
        conflicts = "skipped";
        continue;
      }
      if (!isConflict(error) || attempt >= CONFLICT_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(conflictBackoff, attempt, Math.random())));
    }
  }
}

interface Manner {
  conflicts: Conflicts;
  roles: RoleMemory;
}

/** @param events those of `live` by their id, each as the first entry brings it */
async function store(
  tx: Transaction,
  live: readonly EventEntry[],
  events: ReadonlyMap<string, EventEntry>,
  manner: Manner,
): Promise<{ stored: number; duplicates: number; learnt: Learnt }> {
  await tx.query(announce(live));
  const known = manner.conflicts === "skipped" ? await storedIds(tx, events) : new Set<string>();
  const fresh = await storeFresh(
    tx,
    [...events.values()].filter((entry) => !known.has(idOf(entry))),
    manner,
  );
  const stored = new Set(fresh.stored);
  const rest = live.filter((entry) => !stored.has(entry));
  return { ...fresh, stored: stored.size, duplicates: rest.length > 0 ? await setAside(tx, rest) : 0 };
}

const idOf = ({ message }: EventEntry) => message.event.eventId;

/** Resolves with those that were really new: another writer may be storing the same. */
async function storeFresh(
  tx: Transaction,
  fresh: readonly EventEntry[],
  { conflicts, roles }: Manner,
): Promise<{ stored: EventEntry[]; learnt: Learnt }> {
  if (fresh.length === 0) return { stored: [], learnt: new Map() };
  const userRefs = await upsertUsers(tx, identities(fresh.map(({ message }) => message.event)));
  const placed = fresh.map((entry) => {
    const { user } = entry.message.event;
    return { entry, userRef: (user && userRefs.get(user.userId)) ?? null, position: packPosition(entry.id) };
  });
  const rows = placed.map(({ entry, userRef, position }) => toRow(entry.message, position, userRef));
  const inserted = await insertEvents(tx, rows, conflicts);
  const stored = placed.filter(({ entry }) => inserted.has(idOf(entry)));
  if (stored.length === 0) return { stored: [], learnt: new Map() };
  const changed = stored.map(({ entry, userRef, position }) => ({ event: entry.message.event, userRef, position }));
  return { stored: stored.map(({ entry }) => entry), learnt: await project(tx, changed, roles) };
}

/** Records entries that added nothing, unless they are the stored ones come again. Resolves with how many are new. */
async function setAside(tx: Queryable, entries: readonly EventEntry[]): Promise<number> {
  const rows = entries.map(({ id, message: { event } }) => ({
    position: String(packPosition(id)),
    event_id: event.eventId,
    session_id: event.sessionId,
    timestamp: event.timestamp,
  }));
  const recorded = await tx.query(sql`
    insert into duplicate_entries (position, event_id, session_id)
    select position, event_id, session_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as d (position bigint, event_id text, session_id uuid, timestamp timestamptz)
    where not exists (
      select from events e
      where e.event_id = d.event_id and e.timestamp = d.timestamp and e.position = d.position
    )
    order by position
    on conflict do nothing
    returning position`);
  return recorded.length;
}

/** Ids of those of `events` that are stored. Bounds on the timestamp spare the other weeks. */
async function storedIds(tx: Queryable, events: ReadonlyMap<string, EventEntry>): Promise<Set<string>> {
  const instants = [...events.values()].map(({ message }) => message.event.timestamp).sort();
  const rows: { event_id: string }[] = await tx.query(sql`
    select event_id from events
    where event_id = any(${[...events.keys()]}) and timestamp between ${instants[0]} and ${instants.at(-1)}`);
  return new Set(rows.map((row) => row.event_id));
}
