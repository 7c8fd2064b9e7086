import { type Queryable, sql } from "@databases/pg";
import type { SessionAccount } from "../../contracts/api.ts";
import { replay } from "./replays.ts";

/**
 * What became of one session here, all as of one instant. Counts are of rows, which the transaction that did the work
 * wrote: nothing that is delivered again, or by several at once, is in them twice.
 */
export async function sessionAccount(db: Queryable, { sessionId }: { sessionId: string }): Promise<SessionAccount> {
  const [row]: AccountRow[] = await db.query(sql`
    select
      (select events from sessions where session_id = ${sessionId}) as stored,
      (select count(*) from duplicate_entries where session_id = ${sessionId}) as duplicates,
      (select json_agg(l) from (
        select stage, reason, count(*)::integer as count from dead_letters where session_id = ${sessionId}
        group by stage, reason order by stage, reason) l) as dead_lettered,
      (select count(*) from dead_letters l
        where session_id = ${sessionId} and stream = 'ttlc:events' and consumer_group = 'storage' and exists (
          select from events e where e.position = ${positionOfEntry} union all
          select from duplicate_entries d where d.position = ${positionOfEntry})) as redriven,
      (select json_agg(payload->'facts' order by seq_no) from events
        where session_id = ${sessionId} and event_type = 'RAW' and sub_type = 'GAP') as gaps`);
  const returned = row?.stored == null ? await returnedOf(db, sessionId) : undefined;
  return {
    sessionId,
    stored: Number(row?.stored ?? 0),
    ...(returned !== undefined && { returned }),
    duplicates: Number(row?.duplicates ?? 0),
    deadLettered: row?.dead_lettered ?? [],
    redriven: Number(row?.redriven ?? 0),
    gaps: row?.gaps ?? [],
  };
}

/** Undefined for what is no replay. */
async function returnedOf(db: Queryable, sessionId: string): Promise<number | undefined> {
  const of = await replay(db, { sessionId });
  if (!of) return undefined;
  let returned = 0;
  for (const { sessionId: part, firstAt, lastAt } of of.parts) {
    const [row] = await db.query(sql`
      select count(*) as events from events
      where session_id = ${part} and position <= ${of.through} and timestamp between ${firstAt} and ${lastAt}
        and (seq_no, event_id) <= (${of.seen.seqNo}::bigint, ${of.seen.eventId})`);
    returned += Number(row.events);
  }
  return returned;
}

interface AccountRow {
  stored: string | null;
  duplicates: string;
  dead_lettered: SessionAccount["deadLettered"] | null;
  redriven: string;
  gaps: SessionAccount["gaps"] | null;
}

/** Of the entry that a letter `l` holds, packed: an event that was redriven is stored there. Null for what is no entry id. */
const positionOfEntry = sql`case when l.entry_id ~ '^\\d{1,13}-\\d{1,7}$'
  then split_part(l.entry_id, '-', 1)::bigint << 20 | split_part(l.entry_id, '-', 2)::bigint end`;
