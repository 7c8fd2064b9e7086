import { type Queryable, sql } from "@databases/pg";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { toServedEvents } from "./inherited.ts";
import { inWeeksOfSession, selectEvents } from "./select-events.ts";

/** seqNo and eventId of the last event seen, and the boundary. */
const cursorShape = [/^\d{1,16}$/, /^[0-9a-f]{64}$/, /^[0-8]?\d{1,18}$/] as const;

/**
 * One session in the order of its room. The list stays what it was when its first page was read: `boundary` (packed)
 * goes from page to page in the cursor, so that events which arrive meanwhile neither shift nor join it.
 */
export async function history(
  db: Queryable,
  { sessionId, after, limit }: { sessionId: string; after?: string | undefined; limit: number },
  boundary: () => Promise<bigint>,
): Promise<Page<ServedEvent>> {
  const [seqNo, eventId, through] = after ? decodeCursor(after, cursorShape) : ["-1", "", String(await boundary())];
  const rows = await selectEvents(db, {
    where: sql`
      e.session_id = ${sessionId} and e.position <= ${through}::bigint
      and (e.seq_no, e.event_id) > (${seqNo}::bigint, ${eventId}) and ${await inWeeksOfSession(db, sessionId)}`,
    order: sql`seq_no, event_id`,
    limit: limit + 1,
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: await toServedEvents(db, rows.slice(0, limit)),
    next: last ? encodeCursor([Number(last.seq_no), last.event_id, through]) : null,
  };
}
