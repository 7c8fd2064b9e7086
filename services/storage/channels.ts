import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { ChannelItem } from "../../contracts/channels.ts";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import type { PageQuery } from "./newest-first.ts";
import { inScope } from "./scope.ts";

/** Storage knows no actors: the gateway adds `room`. */
type StoredChannel = Omit<ChannelItem, "room">;

interface ChannelRow {
  channel_id: string;
  unique_id: string | null;
  display_name: string | null;
  simulated: boolean;
  created_at: Date;
  /** created_at in microseconds. */
  age: string;
  streams: string;
  stream_id: string | null;
  title: string | null;
  first_at: Date;
  last_at: Date;
  ended_at: Date | null;
  provider: Provider | null;
  wanted_at: Date;
}

const age = sql`(extract(epoch from c.created_at) * 1000000)::bigint`;
const cursorShape = [/^\d{1,17}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/] as const;

/** Streamers' accounts, the newest first. */
export async function channels(db: Queryable, { after, limit, scope = {} }: PageQuery): Promise<Page<StoredChannel>> {
  const [createdAt, channelId] = after ? decodeCursor(after, cursorShape) : [];
  const older = createdAt ? sql`(${age}, c.channel_id) < (${createdAt}::bigint, ${channelId})` : sql`true`;
  const rows = await selectChannels(db, sql`${inScope(scope, sql`c`)} and ${older}`, limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(toItem),
    next: last ? encodeCursor([last.age, last.channel_id]) : null,
  };
}

/** One of a scope; null when there is none of that id in it. */
export async function oneChannel(
  db: Queryable,
  { channelId, scope }: { channelId: string; scope: Scope },
): Promise<StoredChannel | null> {
  const [row] = await selectChannels(db, sql`c.channel_id = ${channelId} and ${inScope(scope, sql`c`)}`, 1);
  return row ? toItem(row) : null;
}

/** A room is wanted by its streamer's handle, before their account is known. */
function selectChannels(db: Queryable, where: SQLQuery, limit: number): Promise<ChannelRow[]> {
  return db.query(sql`
    select c.channel_id, c.unique_id, c.display_name, c.simulated, c.created_at, ${age} as age,
      (select count(*) from streams s where s.channel_id = c.channel_id) as streams, l.*, w.*
    from channels c
      left join lateral (
        select stream_id, title, first_at, last_at,
          case when ended_seq > coalesce(connected_seq, -1) then ended_at end as ended_at
        from streams s where s.channel_id = c.channel_id order by first_at desc, stream_id desc limit 1
      ) l on true
      left join lateral (
        select provider, wanted_at from wanted_rooms
        where (provider = 'simulator') = c.simulated
          and (channel_id = c.channel_id or (channel_id is null and unique_id = c.unique_id))
        order by wanted_at desc limit 1
      ) w on true
    where ${where} order by age desc, c.channel_id desc limit ${limit}`);
}

const toItem = (row: ChannelRow): StoredChannel => ({
  channelId: row.channel_id,
  uniqueId: row.unique_id,
  displayName: row.display_name,
  simulated: row.simulated,
  createdAt: row.created_at.toISOString(),
  streams: Number(row.streams),
  lastStream: row.stream_id === null ? null : lastStream(row, row.stream_id),
  wanted: row.provider && { provider: row.provider, since: row.wanted_at.toISOString() },
});

const lastStream = (row: ChannelRow, streamId: string) => ({
  streamId,
  title: row.title,
  startedAt: row.first_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  lastEventAt: row.last_at.toISOString(),
});
