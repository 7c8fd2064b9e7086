import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import type { StoredReplay } from "../../contracts/replay.ts";
import type { HistoryFilter } from "./history-filter.ts";
import { afterSeqNo, delivered, newest, type Place, room } from "./history-order.ts";
import {
  type Boundary,
  type Bounds,
  boundsOf,
  type List,
  markOf,
  type Name,
  type Paging,
  page,
} from "./history-page.ts";
import { EXAMINED, type Stretch } from "./history-walk.ts";
import { type PersonQuery, personIn, refOf } from "./person.ts";
import { replay } from "./replays.ts";

/** What was, filtered, page by page: of a session, of a broadcast, of a person. */

/**
 * One session in the order of its room; null when nobody knows it. A replay has the rows of what it replays, up to where
 * it has come back to storage.
 */
export async function history(
  db: Queryable,
  { sessionId, ...paging }: { sessionId: string } & Paging,
  boundary: Boundary,
): Promise<Page<ServedEvent> | null> {
  const name: Name = { order: room, of: ["session", sessionId] };
  const mark = await markOf(name, paging, boundary);
  const [session] = await db.query(sql`select first_at, last_at from sessions where session_id = ${sessionId}`);
  if (!session) return replayed(db, name, sessionId, paging);
  const bounds = boundsOf(session);
  const person = await whoOf(db, paging);
  if (person === null) return nothing;
  if (person && (await isSeldom(db, person, bounds))) {
    // As text, so that no index has it: by the person's own there are the fewest rows, whatever the planner believes.
    const range = sql`e.user_ref = ${person} and e.session_id::text = ${sessionId}`;
    return page(db, { ...name, bounds, stretch: only(range) }, paging, mark);
  }
  const stretch = only(sql`e.session_id = ${sessionId}`);
  return page(db, { ...name, bounds, stretch, wanted: isOf(person) }, paging, mark);
}

/** Whether all that a person did in some weeks can be looked at for one page, and put in order. */
async function isSeldom(db: Queryable, person: string, { first, last }: Bounds): Promise<boolean> {
  const [row] = await db.query(sql`
    select coalesce(sum(events), 0) as events from stream_users
    where user_ref = ${person} and last_at >= date_trunc('week', ${iso(first)}::timestamptz, 'UTC')
      and first_at < date_trunc('week', ${iso(last)}::timestamptz, 'UTC') + interval '7 days'`);
  return Number(row.events) <= EXAMINED;
}

async function replayed(
  db: Queryable,
  name: Name,
  sessionId: string,
  paging: Paging,
): Promise<Page<ServedEvent> | null> {
  const of = await replay(db, { sessionId });
  if (!of) return null;
  const person = await whoOf(db, paging);
  if (person === null) return nothing;
  const bounds = {
    first: Math.min(...of.parts.map(({ firstAt }) => Date.parse(firstAt))),
    last: Math.max(...of.parts.map(({ lastAt }) => Date.parse(lastAt))),
  };
  const list = { ...name, bounds, stretch: (after: Place) => nextParts(of, after), wanted: isOf(person) };
  const found = await page(db, list, paging, await markOf(name, paging, async () => BigInt(of.through)));
  return { ...found, items: found.items.map((event) => ({ ...event, sessionId, source: "replay" })) };
}

/** The next session of a replay after a place, with others that run beside it, as far as it has come back. */
export function nextParts({ parts, seen }: StoredReplay, [seqNo]: Place): Stretch | null {
  const left = parts.filter(({ lastSeq }) => lastSeq >= Number(seqNo)).sort((a, b) => a.firstSeq - b.firstSeq);
  const next = left.find((part) => part.lastSeq > Number(seqNo)) ?? left[0];
  if (!next) return null;
  const beside = left.filter(({ firstSeq }) => firstSeq <= next.lastSeq);
  const seenBefore = sql`(e.seq_no, e.event_id) <= (${seen.seqNo}::bigint, ${seen.eventId})`;
  return {
    ranges: beside.map(({ sessionId }) => {
      return sql`e.session_id = ${sessionId} and e.seq_no <= ${next.lastSeq}::bigint and ${seenBefore}`;
    }),
    end: left.some(({ lastSeq }) => lastSeq > next.lastSeq) ? afterSeqNo(next.lastSeq) : null,
  };
}

/** One broadcast, its sessions together, in the order of the feed; null when nothing of it is stored. */
export async function streamHistory(
  db: Queryable,
  { streamId, ...paging }: { streamId: string } & Paging,
  boundary: Boundary,
): Promise<Page<ServedEvent> | null> {
  const name: Name = { order: delivered, of: ["stream", streamId] };
  const mark = await markOf(name, paging, boundary);
  const [stream] = await db.query(sql`select first_at, last_at from streams where stream_id = ${streamId}`);
  if (!stream) return null;
  const person = await whoOf(db, paging);
  if (person === null) return nothing;
  const inStream = sql`e.stream_id = ${streamId}`;
  const list = person ? { stretch: only(isOf(person)), wanted: inStream } : { stretch: only(inStream) };
  return page(db, { ...name, bounds: boundsOf(stream), ...list }, paging, mark);
}

/** What somebody did in the streams of a scope, the newest first; null when they were never seen there. */
export async function userHistory(
  db: Queryable,
  { userId, scope, channelId, ...paging }: PersonQuery & Paging,
  boundary: Boundary,
): Promise<Page<ServedEvent> | null> {
  const name: Name = { order: newest, of: ["user", userId, channelId] };
  const mark = await markOf(name, paging, boundary);
  const person = await personIn(db, { userId, scope, channelId });
  if (!person) return null;
  const times = person.streams.map(boundsOf);
  const list = {
    ...name,
    bounds: { first: Math.min(...times.map(({ first }) => first)), last: Math.max(...times.map(({ last }) => last)) },
    stretch: only(isOf(person.user_ref)),
    wanted: sql`e.stream_id = any(${person.streams.map(({ stream_id }) => stream_id)})`,
  };
  return page(db, list, paging, mark);
}

const nothing: Page<ServedEvent> = { items: [], next: null };

/** What stands for the person of a filter; undefined: it names none; null: nobody knows them. */
const whoOf = async (db: Queryable, { userId }: HistoryFilter) =>
  userId === undefined ? undefined : refOf(db, userId);

const isOf = (person: string | undefined) => (person === undefined ? sql`true` : sql`e.user_ref = ${person}`);

const iso = (ms: number) => new Date(ms).toISOString();

const only =
  (range: SQLQuery): List["stretch"] =>
  () => ({ ranges: [range], end: null });
