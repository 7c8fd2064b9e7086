import { type Queryable, sql } from "@databases/pg";
import type { Roles, ServedEvent } from "../../contracts/api.ts";
import { packPosition } from "../../lib/position.ts";
import { inheritedBy } from "../../lib/roles.ts";
import { type StoredEventRow, toServedEvent } from "./event-row.ts";

/**
 * Of a person, so many of the last changes before a page are read: what is older and was not told again since, over
 * several broadcasts most often, is not known any more.
 */
const REMEMBERED = 8;

/** A change of what is known of a person, in one of the streams that were asked for or another of the same channels. */
interface ChangeRow {
  user_ref: string;
  stream_id: string;
  position: string;
  roles: Roles;
}

/** The events of `rows`, each with what was known of its sender by then. Two queries, however many they are. */
export async function toServedEvents(db: Queryable, rows: readonly StoredEventRow[]): Promise<ServedEvent[]> {
  const people = rows.flatMap(({ user_ref }) => user_ref ?? []);
  if (people.length === 0) return rows.map(toServedEvent);
  const positions = rows.map(({ position }) => BigInt(position)).sort((a, b) => (a < b ? -1 : 1));
  const channels = await channelsOf(db, new Set(rows.map((row) => row.stream_id)));
  const changes = await changesOf(db, {
    people: [...new Set(people)],
    streams: [...channels.keys()],
    first: positions[0] as bigint,
    last: positions.at(-1) as bigint,
  });
  return rows.map((row) => {
    const event = toServedEvent(row);
    const own = changes.get(row.user_ref ?? "")?.filter((change) => {
      return (
        isSameChannel(channels, change.stream_id, row.stream_id) && BigInt(change.position) <= BigInt(row.position)
      );
    });
    const inherited = inheritedBy(event, own && merged(own));
    return inherited ? { ...event, inherited } : event;
  });
}

interface RolesQuery {
  streamId: string;
  /** TikTok's. */
  userIds: readonly string[];
  /** A position: what was told later is left out. */
  through: string;
}

/** What is known of people in the rooms of a channel; who is not in the answer never told anything. */
export async function roles(
  db: Queryable,
  { streamId, userIds, through }: RolesQuery,
): Promise<{ userId: string; roles: Roles }[]> {
  const people: { user_ref: string; tiktok_id: string }[] = await db.query(sql`
    select user_ref, tiktok_id from users where tiktok_id = any(${userIds})`);
  const channels = await channelsOf(db, new Set([streamId]));
  const last = packPosition(through);
  const changes = await changesOf(db, {
    people: people.map(({ user_ref }) => user_ref),
    streams: [...channels.keys()],
    first: last + 1n,
    last,
  });
  return people.flatMap(({ user_ref, tiktok_id }) => {
    const own = changes.get(user_ref);
    return own ? [{ userId: tiktok_id, roles: merged(own) }] : [];
  });
}

/** Each row has all that was told in its stream until then, so the last one of each stream counts. */
const merged = (changes: readonly ChangeRow[]): Roles => Object.assign({}, ...changes.map(({ roles }) => roles));

/** The streams that were asked for and the others of the same streamers, each with its channel if that is known. */
async function channelsOf(db: Queryable, streams: ReadonlySet<string>): Promise<Map<string, string | null>> {
  const rows: { stream_id: string; channel_id: string | null }[] = await db.query(sql`
    select stream_id, channel_id from streams where stream_id = any(${[...streams]})
    union
    select s.stream_id, s.channel_id from streams asked join streams s on s.channel_id = asked.channel_id
    where asked.stream_id = any(${[...streams]})`);
  const channels = new Map<string, string | null>([...streams].map((stream) => [stream, null]));
  for (const { stream_id, channel_id } of rows) channels.set(stream_id, channel_id);
  return channels;
}

function isSameChannel(channels: ReadonlyMap<string, string | null>, one: string, other: string): boolean {
  return one === other || (channels.get(one) !== null && channels.get(one) === channels.get(other));
}

interface ChangesQuery {
  people: readonly string[];
  streams: readonly string[];
  /** Packed positions: all from the first to the last, and the newest before. */
  first: bigint;
  last: bigint;
}

/** By user_ref, in the order of positions. */
async function changesOf(
  db: Queryable,
  { people, streams, first, last }: ChangesQuery,
): Promise<Map<string, ChangeRow[]>> {
  if (people.length === 0) return new Map();
  const rows: ChangeRow[] = await db.query(sql`
    select user_ref, stream_id, position, roles from role_changes
    where user_ref = any(${people}::uuid[]) and stream_id = any(${streams})
      and position between ${String(first)}::bigint and ${String(last)}::bigint
    union all
    select before.* from unnest(${people}::uuid[]) person, lateral (
      select user_ref, stream_id, position, roles from role_changes
      where user_ref = person and stream_id = any(${streams}) and position < ${String(first)}::bigint
      order by position desc limit ${REMEMBERED}) before
    order by position`);
  return Map.groupBy(rows, ({ user_ref }) => user_ref);
}
