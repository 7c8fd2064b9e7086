import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { EventKey, Order, Place } from "./history-order.ts";

/** So many events a page looks at, however few of them are wanted: then it answers those, and where to go on. */
export const EXAMINED = 20_000;
/** The same where a word is looked for: what is personal lies in another table. */
const SEARCHED = 2_000;

/** Events that follow each other in an order, as an index has them. */
export interface Stretch {
  /**
   * Conditions on `e`, most often one: each alone is answered by an index in the order of the walk, so that no row is read
   * but those examined. What one of them finds, no other does.
   */
  ranges: readonly SQLQuery[];
  /** Where the next stretch begins; null: this is the last one. */
  end: Place | null;
}

export interface Walk {
  order: Order;
  /** Packed: nothing above it is wanted. */
  through: string;
  /** What comes after a place; null: nothing does. */
  stretch(after: Place): Stretch | null;
  /** Condition on events `e`. */
  wanted: SQLQuery;
  /** Condition on `e` (event_type, gift_name) and `p`, its row of event_pii or nulls. */
  wantedTexts?: SQLQuery | undefined;
  /** Bounds of `timestamp` of a table: so few weeks are looked at. */
  weeks(table: SQLQuery): SQLQuery;
}

interface Found {
  keys: EventKey[];
  /** The last one that was looked at, wanted or not; null: all were. */
  next: Place | null;
}

/**
 * The next events that a walk wants, at most `limit`. Looks at a few first, then at four times as many, until there are
 * enough, nothing is left, or enough were looked at for one page.
 */
export async function walk(db: Queryable, on: Walk, after: Place, limit: number, isFiltered: boolean): Promise<Found> {
  const keys: EventKey[] = [];
  let place = after;
  let left = on.wantedTexts ? SEARCHED : EXAMINED;
  let size = isFiltered ? Math.max(limit + 1, on.wantedTexts ? 500 : 1_000) : limit + 1;
  for (let stretch = on.stretch(place); stretch; stretch = on.stretch(place)) {
    size = Math.min(size, left);
    const { found, examined, last } = await examine(db, on, stretch, place, size, limit + 1 - keys.length);
    keys.push(...found);
    if (keys.length > limit) return { keys: keys.slice(0, limit), next: on.order.placeOf(keys[limit - 1] as EventKey) };
    if (examined < size) {
      if (!stretch.end) break;
      place = stretch.end;
    } else {
      place = on.order.placeOf(last as EventKey);
    }
    left -= examined;
    if (left <= 0) return { keys, next: place };
    size *= 4;
  }
  return { keys, next: null };
}

interface Examined {
  found: EventKey[];
  examined: number;
  last: EventKey | undefined;
}

/** The next `size` events of a stretch: of those wanted the first `limit`. */
async function examine(
  db: Queryable,
  { order, through, wanted, wantedTexts, weeks }: Walk,
  { ranges }: Stretch,
  after: Place,
  size: number,
  limit: number,
): Promise<Examined> {
  const inOrder = sql`order by ${order.columns} limit ${size}`;
  const parts = ranges.map((range) => {
    return sql`(select ${columns}, (${wanted}) as wanted from events e
      where ${range} and ${order.after(after)} and ${order.upTo(through)} and ${weeks(sql`e`)} ${inOrder})`;
  });
  const rows: (EventKey & { examined: number; is_last: boolean })[] = await db.tx(async (tx) => {
    // The planner, which believes a session that is newer than its statistics to be small, would read and sort it all.
    await tx.query(sql`set local enable_sort = off`);
    return tx.query(sql`
      with examined as materialized (${sql.join(parts, sql` union all `)} ${parts.length > 1 ? inOrder : sql``}),
      found as (
        select e.* from examined e ${wantedTexts ? sql`left join event_pii p on ${isOf(weeks)}` : sql``}
        where e.wanted and ${wantedTexts ?? sql`true`} order by ${order.columns} limit ${limit}
      )
      (select ${key}, 0 as examined, false as is_last from found)
      union all
      (select ${key}, (select count(*)::int from examined), true from examined order by ${order.backwards} limit 1)`);
  });
  const last = rows.find(({ is_last }) => is_last);
  return { found: rows.filter(({ is_last }) => !is_last), examined: last?.examined ?? 0, last };
}

const key = sql`event_id, timestamp, seq_no, position`;

const columns = sql`e.event_id, e.timestamp, e.seq_no, e.position, e.event_type,
  case when e.event_type = 'GIFT' then e.payload->>'giftName' end as gift_name`;

/** What an erasure left nothing of has no such row. */
const isOf = (weeks: Walk["weeks"]): SQLQuery =>
  sql`p.event_id = e.event_id and p.timestamp = e.timestamp and ${weeks(sql`p`)}`;
