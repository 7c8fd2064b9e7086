import { type Queryable, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { ServedEvent } from "../../contracts/api.ts";
import type { EventKey } from "./history-order.ts";
import { toServedEvents } from "./inherited.ts";
import { inScope } from "./scope.ts";
import { eventsOf } from "./select-events.ts";

/** Most events that are asked for are this young, in ms: few partitions are looked at for them. */
const RECENT_MS = 8 * 7 * 86_400_000;

/** An event with where it happened. */
export interface PlacedEvent {
  event: ServedEvent;
  /** Null: not known. */
  channelId: string | null;
}

/**
 * One event by its id alone; null when it is not stored, or in no stream of the scope. The id does not say which week it
 * lies in: the last ones are looked at first, then all, each by its primary key.
 */
export async function oneEvent(
  db: Queryable,
  { eventId, scope }: { eventId: string; scope: Scope },
  now: Date,
): Promise<PlacedEvent | null> {
  const key = (await findKey(db, eventId, now.getTime() - RECENT_MS)) ?? (await findKey(db, eventId, 0));
  if (!key) return null;
  const [stream] = await db.query(sql`
    select channel_id from streams s where stream_id = ${key.stream_id} and ${inScope(scope, sql`s`)}`);
  if (!stream) return null;
  const [event] = await toServedEvents(db, await eventsOf(db, [key]));
  return event ? { event, channelId: stream.channel_id } : null;
}

/** @param since of `timestamp`, Unix milliseconds */
async function findKey(
  db: Queryable,
  eventId: string,
  since: number,
): Promise<(EventKey & { stream_id: string }) | undefined> {
  const [row] = await db.query(sql`
    select event_id, timestamp, seq_no, position, stream_id from events
    where event_id = ${eventId} and timestamp >= ${new Date(since).toISOString()} limit 1`);
  return row;
}
