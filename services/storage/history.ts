import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import type { ReplayPlace } from "../../contracts/replay.ts";
import { nextRows } from "../../lib/replay-order.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { StoredEventRow } from "./event-row.ts";
import { toServedEvents } from "./inherited.ts";
import { replay } from "./replays.ts";
import { inWeeksOfSession, selectEvents } from "./select-events.ts";

interface HistoryQuery {
  sessionId: string;
  after?: string | undefined;
  limit: number;
}

/** seqNo and eventId of the last event seen, and the boundary. */
const cursorShape = [/^\d{1,16}$/, /^[0-9a-f]{64}$/, /^[0-8]?\d{1,18}$/] as const;

/**
 * One session in the order of its room. The list stays what it was when its first page was read: `boundary` (packed)
 * goes from page to page in the cursor, so that events which arrive meanwhile neither shift nor join it.
 *
 * A replay has the rows of what it replays, up to where it has come back to storage.
 */
export async function history(
  db: Queryable,
  { sessionId, after, limit }: HistoryQuery,
  boundary: () => Promise<bigint>,
): Promise<Page<ServedEvent>> {
  const [seqNo, eventId, through] = after ? decodeCursor(after, cursorShape) : ["-1", "", String(await boundary())];
  const place = { seqNo: Number(seqNo), eventId };
  const rows = await selectSession(db, sessionId, place, through, limit + 1);
  if (rows.length === 0) return replayed(db, sessionId, place, limit);
  return toPage(db, rows, limit, through);
}

/** Empty for what is neither a session nor a replay. */
async function replayed(
  db: Queryable,
  sessionId: string,
  after: ReplayPlace,
  limit: number,
): Promise<Page<ServedEvent>> {
  const of = await replay(db, { sessionId });
  const rows = await nextRows(of?.parts ?? [], after, limit + 1, (part, place, count) =>
    selectSession(db, part.sessionId, place, of?.through as string, count, of?.seen),
  );
  const page = await toPage(db, rows, limit, of?.through ?? "0");
  return { ...page, items: page.items.map((event) => ({ ...event, sessionId, source: "replay" as const })) };
}

/** @param until inclusive; without it, to the end */
async function selectSession(
  db: Queryable,
  sessionId: string,
  after: ReplayPlace,
  through: string,
  limit: number,
  until?: ReplayPlace,
): Promise<StoredEventRow[]> {
  const upTo: SQLQuery = until ? sql`(e.seq_no, e.event_id) <= (${until.seqNo}::bigint, ${until.eventId})` : sql`true`;
  return selectEvents(db, {
    where: sql`
      e.session_id = ${sessionId} and e.position <= ${through}::bigint
      and (e.seq_no, e.event_id) > (${after.seqNo}::bigint, ${after.eventId}) and ${upTo}
      and ${await inWeeksOfSession(db, sessionId)}`,
    order: sql`seq_no, event_id`,
    limit,
  });
}

async function toPage(
  db: Queryable,
  rows: StoredEventRow[],
  limit: number,
  through: string,
): Promise<Page<ServedEvent>> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: await toServedEvents(db, rows.slice(0, limit)),
    next: last ? encodeCursor([Number(last.seq_no), last.event_id, through]) : null,
  };
}
