import { type Queryable, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import { inScope } from "./scope.ts";

/** Who is asked for: TikTok's user id, and the channels in which they must have been seen. */
export interface PersonQuery {
  userId: string;
  scope: Scope;
  /** Only this channel of the scope. */
  channelId?: string | undefined;
}

/** Somebody in one broadcast of the scope. */
export interface PersonStream {
  stream_id: string;
  channel_id: string | null;
  unique_id: string | null;
  simulated: boolean;
  first_at: Date;
  last_at: Date;
  events: string;
  chats: string;
  likes: string;
  gifts: string;
  coins: string;
}

interface Person {
  user_ref: string;
  unique_id: string;
  display_name: string;
  avatar_url: string | null;
  /** The latest first. */
  streams: PersonStream[];
}

/** What stands for somebody in events; null when nobody of that id was ever seen, or they were erased. */
export async function refOf(db: Queryable, userId: string): Promise<string | null> {
  const [row] = await db.query(sql`select user_ref from users where tiktok_id = ${userId}`);
  return row?.user_ref ?? null;
}

/** Null when they were never seen within the scope. */
export async function personIn(db: Queryable, { userId, scope, channelId }: PersonQuery): Promise<Person | null> {
  const [who]: Omit<Person, "streams">[] = await db.query(sql`
    select user_ref, unique_id, display_name, avatar_url from users where tiktok_id = ${userId}`);
  if (!who) return null;
  const inChannel = channelId === undefined ? sql`true` : sql`s.channel_id = ${channelId}`;
  const streams: PersonStream[] = await db.query(sql`
    select u.stream_id, s.channel_id, c.unique_id, s.simulated, u.first_at, u.last_at,
      u.events, u.chats, u.likes, u.gifts, u.coins
    from stream_users u join streams s using (stream_id) left join channels c using (channel_id)
    where u.user_ref = ${who.user_ref} and ${inScope(scope, sql`s`)} and ${inChannel}
    order by u.last_at desc, u.stream_id`);
  return streams.length > 0 ? { ...who, streams } : null;
}
