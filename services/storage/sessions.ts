import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Page, SessionItem } from "../../contracts/api.ts";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { numberOrNull, olderThan, type PageQuery, toPage } from "./newest-first.ts";
import { ofStreamsInScope } from "./scope.ts";

interface SessionRow {
  session_id: string;
  stream_id: string;
  unique_id: string | null;
  source: "live" | "replay";
  replay_of: string | null;
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

/** Of one channel, or of one broadcast, if that is asked. */
interface SessionsQuery extends PageQuery {
  channelId?: string | undefined;
  streamId?: string | undefined;
}

/** Sessions and replays, the newest first; a replay has the figures of what it replays. */
export async function sessions(db: Queryable, query: SessionsQuery): Promise<Page<SessionItem>> {
  const { after, limit, scope = {}, channelId, streamId } = query;
  const wanted = sql.join(
    [
      olderThan(after, id),
      ofStreamsInScope(scope, sql`s.stream_id`),
      channelId ? sql`s.stream_id in (select stream_id from streams where channel_id = ${channelId})` : sql`true`,
      streamId ? sql`s.stream_id = ${streamId}` : sql`true`,
    ],
    sql` and `,
  );
  return toPage(await select(db, wanted, limit + 1), limit, (row) => row.session_id, toItem);
}

/** One session or replay; null when there is none of that id. */
export async function session(db: Queryable, { sessionId }: { sessionId: string }): Promise<SessionItem | null> {
  const [row] = await select(db, sql`s.session_id = ${sessionId}`, 1);
  return row ? toItem(row) : null;
}

/** Of each kind as many are read as may be answered: its index has them. */
function select(db: Queryable, wanted: SQLQuery, limit: number): Promise<SessionRow[]> {
  const newest = sql`where ${wanted} order by s.first_at desc, session_id desc limit ${limit}`;
  return db.query(sql`
    with live as (
      select session_id, stream_id, 'live' as source, null::uuid as replay_of, provider, first_at, started_at, ended_at, events,
        peak_viewers, likes, observed_likes,
        (select coalesce(sum(coins), 0) from session_users u where u.session_id = s.session_id) as diamonds
      from sessions s ${newest}
    ), replayed as (
      select session_id, stream_id, 'replay' as source, of_session as replay_of, o.provider, first_at, first_at as started_at,
        ended_at, published as events, o.peak_viewers, o.likes, o.observed_likes, o.diamonds
      from (select r.*, r.started_at as first_at from replays r) s
        cross join lateral (
          select min(provider) as provider, max(peak_viewers) as peak_viewers, max(likes) as likes,
            coalesce(sum(observed_likes), 0) as observed_likes,
            coalesce(sum((select sum(coins) from session_users u where u.session_id = p.session_id)), 0) as diamonds
          from sessions p
          where p.session_id in (select (part->>'sessionId')::uuid from jsonb_array_elements(s.parts) part)
        ) o
      ${newest}
    )
    select s.*, unique_id, streams.simulated
    from (select * from live union all select * from replayed) s
      join streams using (stream_id) left join channels using (channel_id)
    order by s.first_at desc, session_id desc limit ${limit}`);
}

const toItem = (row: SessionRow): SessionItem => ({
  sessionId: row.session_id,
  streamId: row.stream_id,
  uniqueId: row.unique_id,
  source: row.source,
  provider: row.provider,
  simulated: row.simulated,
  startedAt: (row.started_at ?? row.first_at).toISOString(), // one that has nothing but history yet
  endedAt: row.ended_at?.toISOString() ?? null,
  events: Number(row.events),
  diamonds: Number(row.diamonds),
  peakViewers: numberOrNull(row.peak_viewers),
  likes: numberOrNull(row.likes),
  observedLikes: Number(row.observed_likes),
  ...(row.source === "replay" && { replayOf: row.replay_of }),
});
