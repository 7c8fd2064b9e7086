import {
  type ConnectionPool,
  IsolationLevel,
  type Queryable,
  type SQLQuery,
  sql,
  type Transaction,
} from "@databases/pg";
import { type StoredEventRow, toServedEvent } from "./event-row.ts";
import { project } from "./project.ts";
import { RoleMemory } from "./role-memory.ts";
import { eventColumns } from "./select-events.ts";

/** Events held in memory at once. */
const BATCH = 2_000;
/** Keys of differing rows that are named, per table. */
const NAMED = 20;

/** The projections by their keys, in the order in which writers lock them (project.ts). Each row is of one stream. */
const projections = {
  gift_streaks: ["streak_id"],
  stream_users: ["stream_id", "user_ref"],
  role_changes: ["user_ref", "position"],
  session_users: ["session_id", "user_ref"],
  session_minutes: ["session_id", "minute", "event_type"],
  sessions: ["session_id"],
  streams: ["stream_id"],
} as const;

export interface Rebuild {
  /** Whether the live projections were what their events make of them. */
  equal: boolean;
  events: number;
  tables: {
    name: string;
    /** Recomputed. */
    rows: number;
    /** Rows that were missing, too many or different. */
    differing: number;
    /** Their keys, at most 20. */
    keys: Record<string, string>[];
  }[];
  /** Streams whose rows were put right. */
  replaced: string[];
}

/**
 * Recomputes the projections from `events` with the fold that also keeps them, and compares.
 *
 * Events and what follows from them are committed together, so one snapshot (repeatable read) has projections that
 * must be equal to the fold of its events, however many writers go on meanwhile: nobody waits. With `replace`, the
 * streams that differ are folded once more while writers wait, see `putRight`.
 *
 * @param stopping ends it without effect
 */
export async function rebuild(
  db: ConnectionPool,
  { replace }: { replace: boolean },
  stopping: AbortSignal,
): Promise<Rebuild> {
  const { streams, ...found } = await db.tx((tx) => compare(tx, stopping), {
    isolationLevel: IsolationLevel.REPEATABLE_READ,
  });
  if (!replace || streams.length === 0) return { ...found, replaced: [] };
  await db.tx((tx) => putRight(tx, streams, stopping));
  return { ...found, replaced: streams };
}

async function compare(
  tx: Transaction,
  stopping: AbortSignal,
): Promise<Omit<Rebuild, "replaced"> & { streams: string[] }> {
  const events = await recompute(tx, sql`true`, stopping);
  const streams = new Set<string>();
  const tables: Rebuild["tables"] = [];
  for (const [name, key] of Object.entries(projections)) {
    const differing = await differences(tx, name, key);
    for (const stream of differing.streams) streams.add(stream);
    tables.push({ name, ...differing.counts, keys: differing.keys });
  }
  return { equal: tables.every(({ differing }) => differing === 0), events, tables, streams: [...streams] };
}

/**
 * Folds `streams` again, now that writers wait, and puts the result in the place of what is there. Writers take these
 * locks in the same order; those who came first are waited for, so that their events are counted, and those who wait
 * in vain (lock_timeout) try again as after any outage. Readers go on.
 */
async function putRight(tx: Transaction, streams: readonly string[], stopping: AbortSignal): Promise<void> {
  const live = Object.keys(projections).map(liveTable);
  await tx.query(sql`lock table ${sql.join(live, ", ")} in share row exclusive mode`);
  await recompute(tx, sql`stream_id = any(${streams})`, stopping);
  for (const name of Object.keys(projections)) {
    await tx.query(sql`delete from ${liveTable(name)} where stream_id = any(${streams})`);
    await tx.query(sql`insert into ${liveTable(name)} select * from ${sql.ident(name)}`);
  }
}

const liveTable = (name: string) => sql.ident("public", name);

/**
 * Folds the events of `where` into temporary tables that stand before the live ones of the same name, so that
 * `project` fills them as it would the others. They go with the transaction.
 */
async function recompute(tx: Transaction, where: SQLQuery, stopping: AbortSignal): Promise<number> {
  for (const name of Object.keys(projections)) {
    await tx.query(sql`
      create temporary table ${sql.ident(name)} (like ${liveTable(name)} including all) on commit drop`);
  }
  // What is personal in projections: the title of a connection, and what a message tells of its sender's roles. In the order
  // of positions nothing comes late, which would be looked up one by one (role-changes.ts).
  await tx.query(sql`
    declare stored_events no scroll cursor for
    select ${eventColumns}, case when user_ref is not null or event_type = 'CONNECTED' then
        (select case when event_type = 'CONNECTED' then personal else personal - 'payload' end
          from event_pii p where p.event_id = e.event_id and p.timestamp = e.timestamp) end as personal
    from events e where ${where} order by position`);
  const roles = new RoleMemory();
  for (let events = 0; ; ) {
    stopping.throwIfAborted();
    const rows: StoredEventRow[] = await tx.query(
      sql`fetch ${sql.__dangerous__rawValue(String(BATCH))} from stored_events`,
    );
    if (rows.length === 0) return events;
    const stored = rows.map((row) => {
      return { event: toServedEvent(row), userRef: row.user_ref, position: BigInt(row.position) };
    });
    roles.keep(await project(tx, stored, roles));
    events += rows.length;
  }
}

/** How the recomputed rows of a table differ from the live ones, and of which streams those are. */
async function differences(tx: Queryable, name: string, key: readonly string[]) {
  const keys = sql.join(
    key.map((column) => sql.ident(column)),
    ", ",
  );
  const [row] = await tx.query(sql`
    with differing as materialized (
      select ${keys}, made.stream_id as made_stream, live.stream_id as live_stream
      from ${sql.ident(name)} made full join ${liveTable(name)} live using (${keys})
      where made is distinct from live
    )
    select (select count(*) from ${sql.ident(name)}) as rows, (select count(*) from differing) as differing,
      (select json_agg(k) from (select ${keys} from differing order by ${keys} limit ${NAMED}) k) as keys,
      (select array_agg(distinct stream) from differing, unnest(array[made_stream, live_stream]) stream
        where stream is not null) as streams`);
  return {
    counts: { rows: Number(row.rows), differing: Number(row.differing) },
    keys: (row.keys ?? []) as Rebuild["tables"][number]["keys"],
    streams: (row.streams ?? []) as string[],
  };
}
