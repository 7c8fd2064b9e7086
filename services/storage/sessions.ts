import { type Queryable, sql } from "@databases/pg";
import type { Page, SessionItem } from "../../contracts/api.ts";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { numberOrNull, olderThan, type PageQuery, toPage } from "./newest-first.ts";

interface SessionRow {
  session_id: string;
  stream_id: string;
  unique_id: string | null;
  provider: Provider;
  simulated: boolean;
  first_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  events: string;
  diamonds: string;
  peak_viewers: string | null;
  likes: string | null;
  observed_likes: string;
}

const id = { name: "session_id", shape: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ };

/** All sessions, the newest first. */
export async function sessions(db: Queryable, { after, limit }: PageQuery): Promise<Page<SessionItem>> {
  const rows: SessionRow[] = await db.query(sql`
    select session_id, stream_id, unique_id, provider, streams.simulated, s.first_at, started_at, s.ended_at, s.events,
      s.peak_viewers, s.likes, s.observed_likes,
      (select coalesce(sum(coins), 0) from session_users u where u.session_id = s.session_id) as diamonds
    from sessions s join streams using (stream_id) left join channels using (channel_id)
    where ${olderThan(after, id)} order by s.first_at desc, session_id desc limit ${limit + 1}`);
  return toPage(rows, limit, (row) => row.session_id, toItem);
}

const toItem = (row: SessionRow): SessionItem => ({
  sessionId: row.session_id,
  streamId: row.stream_id,
  uniqueId: row.unique_id,
  source: "live",
  provider: row.provider,
  simulated: row.simulated,
  startedAt: (row.started_at ?? row.first_at).toISOString(), // one that has nothing but history yet
  endedAt: row.ended_at?.toISOString() ?? null,
  events: Number(row.events),
  diamonds: Number(row.diamonds),
  peakViewers: numberOrNull(row.peak_viewers),
  likes: numberOrNull(row.likes),
  observedLikes: Number(row.observed_likes),
});
