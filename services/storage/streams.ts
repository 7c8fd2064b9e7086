import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Page, StreamDetail, StreamItem, TopGifter } from "../../contracts/api.ts";
import { numberOrNull, olderThan, type PageQuery, toPage } from "./newest-first.ts";
import { inScope } from "./scope.ts";

const TOP_GIFTERS = 8;

const id = { name: "stream_id", shape: /^\P{Cc}{1,128}$/u };

/** Storage knows no actors: the gateway adds `room`. */
type Stored<Item> = Omit<Item, "room">;

/** All streams, the newest first. */
export async function streams(
  db: Queryable,
  { after, limit, scope = {} }: PageQuery,
): Promise<Page<Stored<StreamItem>>> {
  const rows = await selectStreams(db, sql`${olderThan(after, id)} and ${inScope(scope, sql`s`)}`, limit + 1);
  return toPage(rows, limit, (row) => row.stream_id, toItem);
}

/** One stream; null when nothing of it is stored. */
export async function stream(db: Queryable, { streamId }: { streamId: string }): Promise<Stored<StreamDetail> | null> {
  const [row] = await selectStreams(db, sql`stream_id = ${streamId}`, 1);
  return row ? { ...toItem(row), topGifters: await topGifters(db, streamId) } : null;
}

interface StreamRow {
  stream_id: string;
  unique_id: string | null;
  title: string | null;
  simulated: boolean;
  first_at: Date;
  last_at: Date;
  ended_at: Date | null;
  events: string;
  viewers: string | null;
  peak_viewers: string | null;
  total_viewers: string | null;
  likes: string | null;
  observed_likes: string;
  diamonds: string;
}

/** A room that was connected to after its end goes on. */
function selectStreams(db: Queryable, where: SQLQuery, limit: number): Promise<StreamRow[]> {
  return db.query(sql`
    select stream_id, unique_id, title, s.simulated, first_at, last_at, events, viewers, peak_viewers, total_viewers, likes,
      observed_likes, diamonds,
      case when ended_seq > coalesce(connected_seq, -1) then ended_at end as ended_at
    from streams s left join channels using (channel_id)
    where ${where} order by first_at desc, stream_id desc limit ${limit}`);
}

const toItem = (row: StreamRow): Stored<StreamItem> => ({
  streamId: row.stream_id,
  uniqueId: row.unique_id,
  title: row.title,
  simulated: row.simulated,
  startedAt: row.first_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  lastEventAt: row.last_at.toISOString(),
  events: Number(row.events),
  viewers: numberOrNull(row.viewers),
  peakViewers: numberOrNull(row.peak_viewers),
  totalViewers: numberOrNull(row.total_viewers),
  likes: numberOrNull(row.likes),
  observedLikes: Number(row.observed_likes),
  diamonds: Number(row.diamonds),
});

/** Without those who were erased. */
async function topGifters(db: Queryable, streamId: string): Promise<TopGifter[]> {
  const rows: { tiktok_id: string; unique_id: string; display_name: string; coins: string }[] = await db.query(sql`
    select tiktok_id, unique_id, display_name, coins
    from stream_users join users using (user_ref)
    where stream_id = ${streamId} and coins > 0
    order by coins desc, user_ref limit ${TOP_GIFTERS}`);
  return rows.map((row) => ({
    userId: row.tiktok_id,
    uniqueId: row.unique_id,
    displayName: row.display_name,
    coins: Number(row.coins),
  }));
}
