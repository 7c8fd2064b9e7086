import { type Queryable, sql } from "@databases/pg";
import type { ChannelAnalytics } from "../../contracts/analytics.ts";
import { numberOrNull } from "./newest-first.ts";

/** A year: whoever wants more asks for a range before. */
const MAX_DAYS = 366;

interface DayRow {
  day: string;
  sessions: string;
  events: string;
  diamonds: string;
  observed_likes: string;
  peak_viewers: string | null;
}

/** A channel's sessions by the day they began; null when there is no such channel. What is simulated counts only where the channel is. */
export async function channelAnalytics(
  db: Queryable,
  { channelId, from, to }: { channelId: string; from?: string | undefined; to?: string | undefined },
): Promise<ChannelAnalytics | null> {
  const [known] = await db.query(sql`select channel_id, simulated from channels where channel_id = ${channelId}`);
  if (!known) return null;
  const rows: DayRow[] = await db.query(sql`
    select to_char(s.first_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*) as sessions, sum(s.events) as events,
      sum(coins) as diamonds, sum(s.observed_likes) as observed_likes, max(s.peak_viewers) as peak_viewers
    from streams join sessions s using (stream_id)
      cross join lateral (
        select coalesce(sum(coins), 0) as coins from session_users u where u.session_id = s.session_id
      ) gifts
    where channel_id = ${channelId} and simulated = ${known.simulated}
      and ${from ? sql`s.first_at >= ${from}` : sql`true`} and ${to ? sql`s.first_at < ${to}` : sql`true`}
    group by day order by day desc limit ${MAX_DAYS}`);
  return { channelId: known.channel_id, days: rows.map(toDay) };
}

const toDay = (row: DayRow): ChannelAnalytics["days"][number] => ({
  day: row.day,
  sessions: Number(row.sessions),
  events: Number(row.events),
  diamonds: Number(row.diamonds),
  observedLikes: Number(row.observed_likes),
  peakViewers: numberOrNull(row.peak_viewers),
});
