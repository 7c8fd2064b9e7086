import { type Queryable, sql } from "@databases/pg";
import type { ServedEvent } from "../../contracts/api.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { latestInRoom, newest } from "./history-order.ts";
import { boundsOf } from "./history-page.ts";
import { EXAMINED, walk } from "./history-walk.ts";
import { toServedEvents } from "./inherited.ts";
import { between, eventsOf } from "./select-events.ts";

/** So many events are looked at, however few of them are wanted: five pages of a history. */
const MOST = 5 * EXAMINED;
/** Nothing is above it. */
const TOP = "9223372036854775807";

interface LatestQuery {
  /** Of one of the two. */
  sessionId?: string | undefined;
  streamId?: string | undefined;
  type: EventType;
  count: number;
  /** Gifts of a streak only where it is over. */
  settled: boolean;
}

/** The last events of a type in a session or a broadcast, the newest first; null when nothing of it is stored. */
export async function latest(
  db: Queryable,
  { sessionId, streamId, type, count, settled }: LatestQuery,
): Promise<ServedEvent[] | null> {
  const [of, order] = sessionId
    ? [sql`session_id = ${sessionId}`, latestInRoom]
    : [sql`stream_id = ${streamId ?? ""}`, newest];
  const [found] = await db.query(
    sql`select first_at, last_at from ${sessionId ? sql`sessions` : sql`streams`} where ${of}`,
  );
  if (!found) return null;
  const { first, last } = boundsOf(found);
  const isOver = settled ? sql`coalesce(e.payload->>'streakState', '') <> 'progress'` : sql`true`;
  const on = {
    order,
    through: TOP,
    stretch: () => ({ ranges: [sql`e.${of}`], end: null }),
    wanted: sql`e.event_type = ${type} and ${isOver}`,
    weeks: (table: typeof of) => between(table, first, last),
  };
  const keys = [];
  let place: readonly string[] | null = order.start;
  for (let left = MOST; place && left > 0 && keys.length < count; left -= EXAMINED) {
    const part = await walk(db, on, place, count - keys.length, true);
    keys.push(...part.keys);
    place = part.next;
  }
  return toServedEvents(db, await eventsOf(db, keys));
}
