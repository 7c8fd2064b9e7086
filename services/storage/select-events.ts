import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { StoredEventRow } from "./event-row.ts";

/**
 * Events `e` with their personal part, at most `limit` of them. The page is cut before the join, so that only as many
 * rows of event_pii are looked up.
 *
 * @param order columns, without `e.`
 */
export function selectEvents(
  db: Queryable,
  { where, order, limit }: { where: SQLQuery; order: SQLQuery; limit: number },
): Promise<StoredEventRow[]> {
  return db.query(sql`
    with page as materialized (
      select event_id, timestamp, ingested_at, position, seq_no, session_id, is_history, stream_id, event_type,
        sub_type, raw_type, msg_id, provider, source, payload
      from events e where ${where} order by ${order} limit ${limit}
    )
    select page.*, personal from page left join event_pii using (event_id, timestamp) order by ${order}`);
}

/** Only the weeks in which a stream or a session has events: its projection knows from when to when. */
export const inWeeksOfStream = (streamId: string): SQLQuery => sql`
  e.timestamp >= (select first_at from streams where stream_id = ${streamId})
  and e.timestamp <= (select last_at from streams where stream_id = ${streamId})`;

export const inWeeksOfSession = (sessionId: string): SQLQuery => sql`
  e.timestamp >= (select first_at from sessions where session_id = ${sessionId})
  and e.timestamp <= (select last_at from sessions where session_id = ${sessionId})`;
