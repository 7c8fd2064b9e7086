import { type Queryable, sql } from "@databases/pg";
import type { ServedEvent } from "../../contracts/api.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import type { EventKey } from "./history-order.ts";
import { toServedEvents } from "./inherited.ts";
import { eventsOf, inWeeksOfStream } from "./select-events.ts";

interface PastQuery {
  streamId: string;
  sessionIds: readonly string[];
  type: EventType;
  /** Positions: after this one, up to and with that one, which must not be above the boundary. */
  after: string;
  through: string;
  /** Of events of all types. */
  limit: number;
}

interface PastPage {
  /** Those of the type. */
  events: ServedEvent[];
  /** Events of all types that were passed, by session. */
  passed: Record<string, number>;
  /** Where to go on; null when there is no more. */
  next: string | null;
}

/** What rules were asked about in some sessions of a broadcast, in the order in which they were: that of delivery. */
export async function past(db: Queryable, query: PastQuery): Promise<PastPage> {
  const keys = await passedBy(db, query);
  const wanted = keys.filter(({ event_type }) => event_type === query.type);
  const passed: Record<string, number> = {};
  for (const { session_id } of keys) passed[session_id] = (passed[session_id] ?? 0) + 1;
  const last = keys.length === query.limit ? keys.at(-1) : undefined;
  return {
    events: await toServedEvents(db, await eventsOf(db, wanted)),
    passed,
    next: last ? unpackPosition(last.position) : null,
  };
}

type Key = EventKey & { session_id: string; event_type: string };

async function passedBy(db: Queryable, { streamId, sessionIds, after, through, limit }: PastQuery): Promise<Key[]> {
  const inWeeks = await inWeeksOfStream(db, streamId);
  return db.query(sql`
    select event_id, timestamp, seq_no, position, session_id, event_type from events e
    where e.stream_id = ${streamId} and e.session_id = any(${[...sessionIds]}::uuid[]) and ${inWeeks}
      and e.position > ${String(packPosition(after))}::bigint and e.position <= ${String(packPosition(through))}::bigint
    order by position limit ${limit}`);
}
