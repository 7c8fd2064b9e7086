import { type SQLQuery, sql, type Transaction } from "@databases/pg";
import type { ReplayPart, ReplayPlace, StoredReplay } from "../../../contracts/replay.ts";
import { nextRows, type Placed } from "../../../lib/replay-order.ts";
import type { PostgresReader } from "../../../mixins/postgres-reader.mixin.ts";

/** Read at once. */
const PAGE = 2_000;

/** One stored message as Postgres gives it, in what costs least on the way to ttlc:raw. */
export interface ReplayMessage extends Placed {
  /** When ingest received it, and when it happened: Unix ms, not rounded. */
  received_ms: number;
  timestamp_ms: number;
  /** `<isHistory>|<provider>|<encoding>|<type>:<msgId>`, as lua/publish-replay.lua takes it; the last two may be empty. */
  facts: string;
  data: string;
}

/** What is stored of a replay's sessions: the next messages after a place, at most PAGE; none at the end. */
export async function readMessages(
  read: PostgresReader["read"],
  { parts, through }: Pick<StoredReplay, "parts" | "through">,
  after: ReplayPlace,
): Promise<ReplayMessage[]> {
  return read(async (tx) => {
    await tx.query(sql`set local enable_sort = off`); // a new session is larger than its statistics say
    return nextRows(parts, after, PAGE, (part, place, limit) => readPart(tx, part, through, place, limit));
  });
}

/**
 * The rows of one session. Without the original bytes, since they were erased with the person, what is not personal
 * goes in their place (DESIGN section 4): `remainder` of the normalizer passes it on.
 */
function readPart(
  tx: Transaction,
  { sessionId, firstAt, lastAt }: ReplayPart,
  through: string,
  { seqNo, eventId }: ReplayPlace,
  limit: number,
): Promise<ReplayMessage[]> {
  const inTime = (table: SQLQuery) => sql`${table}.timestamp between ${firstAt} and ${lastAt}`;
  return tx.query(sql`
    select e.seq_no, e.event_id,
      case when e.is_history then 'true|' else 'false|' end || e.provider || '|' || case
        when p.raw_bytes is null and p.raw_text is null then 'canonical' else coalesce(p.encoding, '')
      end || '|' || e.raw_type || ':' || coalesce(e.msg_id, '') as facts,
      date_part('epoch', e.ingested_at) * 1000 as received_ms, date_part('epoch', e.timestamp) * 1000 as timestamp_ms,
      case
        when p.raw_bytes is not null then replace(encode(p.raw_bytes, 'base64'), E'\\n', '')
        when p.raw_text is not null then p.raw_text
        else jsonb_build_object('eventType', e.event_type, 'subType', e.sub_type, 'payload', e.payload)::text
      end as data
    from (
      select * from events e
      where e.session_id = ${sessionId} and (e.seq_no, e.event_id) > (${seqNo}::bigint, ${eventId})
        and e.position <= ${through}::bigint and ${inTime(sql`e`)}
      order by seq_no, event_id limit ${limit}
    ) e left join event_pii p on p.event_id = e.event_id and p.timestamp = e.timestamp and ${inTime(sql`p`)}
    order by e.seq_no, e.event_id`);
}
