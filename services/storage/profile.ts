import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { Roles } from "../../contracts/api.ts";
import type { UserItem, UserProfile } from "../../contracts/people.ts";
import { type PersonQuery, type PersonStream, personIn } from "./person.ts";
import { inScope } from "./scope.ts";

/** A profile names so many channels at most. */
const CHANNELS = 100;

type Channel = UserProfile["channels"][number];
type Totals = UserProfile["totals"];

/** Somebody as the channels of a scope saw them; null when none of them did. */
export async function profile(db: Queryable, query: PersonQuery): Promise<UserProfile | null> {
  const person = await personIn(db, query);
  if (!person) return null;
  const { streams } = person;
  const roles = await rolesByChannel(db, person.user_ref, streams);
  const byChannel = Map.groupBy(streams, ({ channel_id }) => channel_id);
  const ofSimulator = query.channelId !== undefined || query.scope.simulated === true;
  return {
    userId: query.userId,
    uniqueId: person.unique_id || null,
    displayName: person.display_name,
    avatarUrl: person.avatar_url,
    ...span(streams),
    totals: totalsOf(streams.filter(({ simulated }) => ofSimulator || !simulated)),
    channels: [...byChannel].slice(0, CHANNELS).map(([channelId, own]) => toChannel(own, roles.get(channelId))),
  };
}

function toChannel(streams: PersonStream[], roles: Roles = {}): Channel {
  const [{ channel_id, unique_id, simulated }] = streams as [PersonStream];
  return { channelId: channel_id, uniqueId: unique_id, simulated, ...span(streams), ...totalsOf(streams), roles };
}

/** @param streams at least one */
function span(streams: readonly PersonStream[]): { firstSeenAt: string; lastSeenAt: string } {
  const first = Math.min(...streams.map(({ first_at }) => first_at.getTime()));
  const last = Math.max(...streams.map(({ last_at }) => last_at.getTime()));
  return { firstSeenAt: new Date(first).toISOString(), lastSeenAt: new Date(last).toISOString() };
}

function totalsOf(streams: readonly PersonStream[]): Totals {
  const sum = (field: "events" | "chats" | "likes" | "gifts" | "coins") =>
    streams.reduce((total, stream) => total + Number(stream[field]), 0);
  return {
    streams: streams.length,
    ...{ events: sum("events"), chats: sum("chats"), likes: sum("likes"), gifts: sum("gifts"), coins: sum("coins") },
  };
}

/** What they told last in each stream, the later streams of a channel over the earlier ones. */
async function rolesByChannel(
  db: Queryable,
  userRef: string,
  streams: readonly PersonStream[],
): Promise<Map<string | null, Roles>> {
  const rows: { stream_id: string; roles: Roles }[] = await db.query(sql`
    select stream_id, roles from (
      select distinct on (stream_id) stream_id, position, roles from role_changes
      where user_ref = ${userRef} and stream_id = any(${streams.map(({ stream_id }) => stream_id)})
      order by stream_id, position desc
    ) told order by position`);
  const channels = new Map(streams.map(({ stream_id, channel_id }) => [stream_id, channel_id]));
  const known = new Map<string | null, Roles>();
  for (const { stream_id, roles } of rows) {
    const channel = channels.get(stream_id) ?? null;
    if (channel) known.set(channel, { ...known.get(channel), ...roles });
  }
  return known;
}

/** People of a scope whose handle begins like that, in its order: the first `limit` of them, whoever else is called so. */
export async function people(
  db: Queryable,
  { q, scope, limit }: { q: string; scope: Scope; limit: number },
): Promise<UserItem[]> {
  const beginning = `${q.replace(/[\\%_]/g, "\\$&")}%`;
  const theirs = (userRef: SQLQuery) => sql`
    from stream_users u join streams s using (stream_id) where u.user_ref = ${userRef} and ${inScope(scope, sql`s`)}`;
  const rows: PersonRow[] = await db.query(sql`
    select tiktok_id, unique_id, display_name, avatar_url, seen.*
    from (
      select * from users where unique_id like ${beginning} and exists (select ${theirs(sql`users.user_ref`)})
      order by unique_id using ~<~, tiktok_id limit ${limit}
    ) found
      cross join lateral (
        select min(u.first_at) as first_at, max(u.last_at) as last_at ${theirs(sql`found.user_ref`)}
      ) seen
    order by unique_id using ~<~, tiktok_id`);
  return rows.map((row) => ({
    userId: row.tiktok_id,
    uniqueId: row.unique_id || null,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    firstSeenAt: row.first_at.toISOString(),
    lastSeenAt: row.last_at.toISOString(),
  }));
}

interface PersonRow {
  tiktok_id: string;
  unique_id: string;
  display_name: string;
  avatar_url: string | null;
  first_at: Date;
  last_at: Date;
}
