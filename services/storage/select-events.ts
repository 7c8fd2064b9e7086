import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { StoredEventRow } from "./event-row.ts";
import type { EventKey } from "./history-order.ts";

/** What StoredEventRow takes from events. */
export const eventColumns = sql`event_id, timestamp, ingested_at, position, seq_no, session_id, user_ref, is_history,
  stream_id, event_type, sub_type, raw_type, msg_id, provider, source, payload`;

/**
 * Events `e` with their personal part. Two queries, and bounds of `timestamp` given as values: so the planner looks at
 * a few weeks only. A join over hundreds of them takes it 50 ms.
 *
 * @param order that of an index: the planner, which believes a session that is newer than its statistics to be small, would
 *   read and sort all that is left of it, 130 ms a page of 250,000 events
 */
export async function selectEvents(
  db: Queryable,
  { where, order, limit }: { where: SQLQuery; order: SQLQuery; limit: number },
): Promise<StoredEventRow[]> {
  const events: Omit<StoredEventRow, "personal">[] = await db.tx(async (tx) => {
    await tx.query(sql`set local enable_sort = off`);
    return tx.query(sql`select ${eventColumns} from events e where ${where} order by ${order} limit ${limit}`);
  });
  return withPersonal(db, events);
}

/** The events of these keys, in their order, with their personal part. */
export async function eventsOf(
  db: Queryable,
  keys: readonly Pick<EventKey, "event_id" | "timestamp">[],
): Promise<StoredEventRow[]> {
  if (keys.length === 0) return [];
  const rows: Omit<StoredEventRow, "personal">[] = await db.query(sql`
    select ${eventColumns} from events e where ${isOneOf(keys)}`);
  const events = new Map(rows.map((row) => [row.event_id, row]));
  return withPersonal(
    db,
    keys.flatMap(({ event_id }) => events.get(event_id) ?? []),
  );
}

async function withPersonal(
  db: Queryable,
  events: readonly Omit<StoredEventRow, "personal">[],
): Promise<StoredEventRow[]> {
  if (events.length === 0) return [];
  const kept: Pick<StoredEventRow, "event_id" | "personal">[] = await db.query(sql`
    select event_id, personal from event_pii e where ${isOneOf(events)}`);
  const personal = new Map(kept.map((row) => [row.event_id, row.personal]));
  return events.map((event) => ({ ...event, personal: personal.get(event.event_id) ?? null }));
}

/** Of `e`, by its primary key, in the few weeks that come into question. */
function isOneOf(keys: readonly Pick<EventKey, "event_id" | "timestamp">[]): SQLQuery {
  const times = keys.map(({ timestamp }) => timestamp.getTime());
  return sql`e.event_id = any(${keys.map(({ event_id }) => event_id)})
    and ${between(sql`e`, Math.min(...times), Math.max(...times))}`;
}

/** The weeks in which a stream has events, as its projection knew it a moment ago. */
export async function inWeeksOfStream(db: Queryable, streamId: string): Promise<SQLQuery> {
  const [bounds]: { first_at: Date; last_at: Date }[] = await db.query(sql`
    select first_at, last_at from streams where stream_id = ${streamId}`);
  return bounds ? between(sql`e`, bounds.first_at.getTime(), bounds.last_at.getTime()) : sql`false`;
}

/** Events `e` of a channel's streams, and the weeks in which it has any. */
export async function ofStreamsOfChannel(db: Queryable, channelId: string): Promise<SQLQuery> {
  const streams: { stream_id: string; first_at: Date; last_at: Date }[] = await db.query(sql`
    select stream_id, first_at, last_at from streams where channel_id = ${channelId}`);
  if (streams.length === 0) return sql`false`;
  const first = Math.min(...streams.map(({ first_at }) => first_at.getTime()));
  const last = Math.max(...streams.map(({ last_at }) => last_at.getTime()));
  return sql`e.stream_id = any(${streams.map(({ stream_id }) => stream_id)}) and ${between(sql`e`, first, last)}`;
}

/**
 * @param table with a `timestamp`
 * @param first both in Unix milliseconds, inclusive: what is stored is no finer
 */
export function between(table: SQLQuery, first: number, last: number): SQLQuery {
  return sql`${table}.timestamp between ${new Date(first).toISOString()} and ${new Date(last).toISOString()}`;
}
