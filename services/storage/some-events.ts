import type { Queryable } from "@databases/pg";
import type { ServedEvent } from "../../contracts/api.ts";
import { toServedEvents } from "./inherited.ts";
import { eventsOf } from "./select-events.ts";

/** Events by what tells them in one look: id and time. What is not stored is left out. */
export async function someEvents(
  db: Queryable,
  { keys }: { keys: readonly { eventId: string; timestamp: string }[] },
): Promise<ServedEvent[]> {
  const rows = keys.map(({ eventId, timestamp }) => ({ event_id: eventId, timestamp: new Date(timestamp) }));
  return toServedEvents(db, await eventsOf(db, rows));
}
