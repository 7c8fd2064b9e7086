import { type Queryable, sql } from "@databases/pg";
import { Errors } from "moleculer";
import {
  isOpen,
  type ReplayPart,
  type ReplaySpeed,
  type ReplayState,
  type StoredReplay,
} from "../../contracts/replay.ts";
import type { Entry } from "../../lib/define-service.ts";
import { comparePlaces } from "../../lib/replay-order.ts";

/** The table `replays`: what is replayed, how far it was sent, how far it came back. */

export interface ReplayRow {
  session_id: string;
  stream_id: string;
  of_session: string | null;
  parts: ReplayPart[];
  through: string;
  speed: number | null;
  total: string;
  published: string;
  seen_seq: string;
  seen_id: string;
  state: ReplayState;
  per_second: number | null;
  reached_at: Date | null;
  reported_at: Date | null;
  reason: string | null;
  started_at: Date;
  ended_at: Date | null;
}

/**
 * Records that a session, or all sessions of a stream, are to be replayed: what is stored of them now. Answers the replay
 * of the same that runs or is paused, if there is one.
 *
 * @param boundary highest position of what is stored without a hole, packed
 * @throws MoleculerClientError NOTHING_TO_REPLAY when nothing is stored of it
 */
export async function startReplay(
  db: Queryable,
  { sessionId, streamId, speed }: { sessionId?: string | undefined; streamId?: string | undefined; speed: ReplaySpeed },
  boundary: () => Promise<bigint>,
): Promise<StoredReplay> {
  const wanted = sessionId ? sql`session_id = ${sessionId}` : sql`stream_id = ${streamId}`;
  const through = String(await boundary());
  const parts = await partsOf(db, await db.query(sql`select * from sessions where ${wanted}`), through);
  const [first] = parts;
  if (!first) {
    const what = sessionId ? `session ${sessionId}` : `stream ${streamId}`;
    throw new Errors.MoleculerClientError(`Nothing is stored of ${what}.`, 404, "NOTHING_TO_REPLAY");
  }
  const list = parts.map(({ events: _, streamId: __, ...part }) => part);
  const total = parts.reduce((sum, { events }) => sum + events, 0);
  await db.query(sql`
    insert into replays (stream_id, of_session, parts, through, speed, total, started_at)
    values (${first.streamId}, ${sessionId ?? null}, ${JSON.stringify(list)}::jsonb, ${through},
      ${speed === "max" ? null : speed}, ${total}, date_trunc('milliseconds', now()))
    on conflict do nothing`);
  const [row]: ReplayRow[] = await db.query(sql`
    select * from replays
    where stream_id = ${first.streamId} and of_session is not distinct from ${sessionId ?? null}::uuid
      and state in ('running', 'paused')`);
  return row ? toReplay(row) : startReplay(db, { sessionId, streamId, speed }, boundary); // it ended meanwhile
}

/** What is stored of each session, in the order of the first event. */
async function partsOf(
  db: Queryable,
  sessions: { session_id: string; stream_id: string; first_at: Date; last_at: Date }[],
  through: string,
): Promise<(ReplayPart & { streamId: string; events: number })[]> {
  const parts = [];
  for (const { session_id, stream_id, first_at, last_at } of sessions) {
    const [row] = await db.query(sql`
      select count(*) as events, min(seq_no) as first_seq, max(seq_no) as last_seq
      from events e
      where session_id = ${session_id} and position <= ${through}
        and timestamp between ${first_at.toISOString()} and ${last_at.toISOString()}`);
    if (row.events === "0") continue;
    parts.push({
      sessionId: session_id,
      firstSeq: Number(row.first_seq),
      lastSeq: Number(row.last_seq),
      firstAt: first_at.toISOString(),
      lastAt: last_at.toISOString(),
      streamId: stream_id,
      events: Number(row.events),
    });
  }
  return parts.sort((a, b) => a.firstSeq - b.firstSeq);
}

/** Null when there is no replay of that id. */
export async function replay(db: Queryable, { sessionId }: { sessionId: string }): Promise<StoredReplay | null> {
  const [row]: ReplayRow[] = await db.query(sql`select * from replays where session_id = ${sessionId}`);
  return row ? toReplay(row) : null;
}

/** Those that are to be gone on with, the oldest first. */
export async function openReplays(db: Queryable): Promise<StoredReplay[]> {
  const rows: ReplayRow[] = await db.query(sql`select * from replays where state = 'running' order by started_at`);
  return rows.map(toReplay);
}

export interface ReplayReport {
  sessionId: string;
  /** Sent so far. */
  published: number;
  /** running: how far it is, no more. An end is final; a paused replay can only be cancelled. */
  state: ReplayState;
  reason?: string | undefined;
  /** Events it sent lately in a second. */
  perSecond?: number | undefined;
  /** The room's time of the last one, ISO 8601. */
  reachedAt?: string | undefined;
}

/** Records how far a replay was sent, and that it pauses or ends. Null when there is no replay of that id. */
export async function reportReplay(
  db: Queryable,
  { sessionId, published, state, reason, perSecond, reachedAt }: ReplayReport,
): Promise<StoredReplay | null> {
  const change = state === "running" ? sql`` : sql`, state = ${state}`;
  const end = isOpen(state) ? sql`` : sql`, reason = ${reason ?? null}, ended_at = now()`;
  const from = state === "cancelled" || state === "running" ? ["running", "paused"] : ["running"];
  await db.query(sql`
    update replays set published = greatest(published, ${published}),
      per_second = coalesce(${perSecond ?? null}, per_second), reached_at = greatest(reached_at, ${reachedAt ?? null}),
      reported_at = now() ${change} ${end}
    where session_id = ${sessionId} and state = any(${from})`);
  return replay(db, { sessionId });
}

/** Lets a paused replay run, or has an open one run at another speed. Null when there is no replay of that id. */
export async function changeReplay(
  db: Queryable,
  { sessionId, state, speed }: { sessionId: string; state?: "running" | undefined; speed?: ReplaySpeed | undefined },
): Promise<StoredReplay | null> {
  const changes = [
    ...(state ? [sql`state = ${state}, reported_at = now(), per_second = null`] : []),
    ...(speed ? [sql`speed = ${speed === "max" ? null : speed}`] : []),
  ];
  await db.query(sql`
    update replays set ${sql.join(changes, ", ")} where session_id = ${sessionId} and state in ('running', 'paused')`);
  return replay(db, { sessionId });
}

/** Raises the progress of the replays that `entries` are of. Their events are stored already, so that is all they move. */
export async function advanceReplays(db: Queryable, entries: readonly Entry<"ttlc:events">[]): Promise<void> {
  const furthest = new Map<string, { seqNo: number; eventId: string }>();
  for (const { event } of entries.map(({ message }) => message)) {
    if (event.source !== "replay") continue;
    const before = furthest.get(event.sessionId);
    if (!before || comparePlaces(before, event) < 0) furthest.set(event.sessionId, event);
  }
  for (const [sessionId, { seqNo, eventId }] of furthest) {
    await db.query(sql`
      update replays set seen_seq = ${seqNo}, seen_id = ${eventId}
      where session_id = ${sessionId} and (seen_seq, seen_id) < (${seqNo}, ${eventId})`);
  }
}

export const toReplay = (row: ReplayRow): StoredReplay => ({
  sessionId: row.session_id,
  streamId: row.stream_id,
  of: row.of_session,
  speed: row.speed ?? "max",
  state: row.state,
  ...(row.reason !== null && { reason: row.reason }),
  total: Number(row.total),
  published: Number(row.published),
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  parts: row.parts,
  through: row.through,
  seen: { seqNo: Number(row.seen_seq), eventId: row.seen_id },
  perSecond: row.per_second,
  reachedAt: row.reached_at?.toISOString() ?? null,
  reportedAt: row.reported_at?.toISOString() ?? null,
});
