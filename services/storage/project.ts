import { type Queryable, sql, type Transaction } from "@databases/pg";
import {
  addGrowth,
  type Deltas,
  fold,
  type SessionUserDelta,
  type Stored,
  type StreakCounted,
  type StreakTotal,
  type StreamUserDelta,
} from "./projections.ts";
import { type Columns, columnList, recordset } from "./recordset.ts";
import { changeRoles, type Learnt, type Surprise } from "./role-changes.ts";
import type { RoleMemory } from "./role-memory.ts";
import type { StreakSessions } from "./streak-sessions.ts";

const streamUserColumns: Columns<StreamUserDelta> = {
  stream_id: "text",
  user_ref: "uuid",
  first_at: "timestamptz",
  last_at: "timestamptz",
  events: "bigint",
  chats: "bigint",
  likes: "bigint",
  gifts: "bigint",
  coins: "bigint",
  tellings: "bigint",
  told_to: "bigint",
  told_before: "bigint",
};

const sessionUserColumns: Columns<SessionUserDelta> = {
  session_id: "uuid",
  stream_id: "text",
  user_ref: "uuid",
  gifts: "bigint",
  coins: "bigint",
};

/**
 * Moves the projections by events that `tx` has just stored. Rows are taken in the order of tables below and of their
 * keys within each, so that two writers wait for each other and not in a circle; but for streaks that a third has begun
 * meanwhile, which is a conflict and tried again.
 *
 * @returns what `memory` is to be told once `tx` is committed
 */
export async function project(tx: Transaction, stored: Iterable<Stored>, memory: RoleMemory): Promise<Learnt> {
  const deltas = fold(stored);
  if (deltas.streaks.size > 0) {
    addGrowth(deltas, await holdStreaks(tx, deltas.streaks));
    await raiseStreaks(tx, deltas.streaks);
  }
  const expected = memory.expect(deltas);
  const learnt = await changeRoles(tx, deltas.tellers, expected, await addToStreamUsers(tx, deltas.streamUsers));
  if (deltas.sessionUsers.size > 0) await addToSessionUsers(tx, deltas.sessionUsers);
  await addToMinutes(tx, deltas.minutes);
  await addToSessions(tx, deltas.sessions);
  await addToStreams(tx, deltas.streams);
  return learnt;
}

/** For the tables in which a batch has few rows. */
const json = (rows: Map<string, unknown>) => JSON.stringify([...rows.values()]);

/**
 * Locks the streaks, starting the new ones at 0, and tells how far each was counted; `addGrowth` adds that to theirs. Those
 * that are there are only locked: to write them would cost as much as to raise them. One that another writer starts
 * meanwhile is a conflict.
 */
async function holdStreaks(tx: Queryable, streaks: Map<string, StreakTotal>): Promise<Map<string, StreakCounted>> {
  const rows: { streak_id: string; gifts: string; coins: string; sessions: StreakSessions }[] = await tx.query(sql`
    with held as (
      select streak_id, gifts, coins, sessions from gift_streaks
      where streak_id = any(${[...streaks.keys()]}) order by streak_id for update
    ), started as (
      insert into gift_streaks as s (streak_id, stream_id, user_ref, gifts, coins)
      select streak_id, stream_id, user_ref, 0, 0
      from jsonb_populate_recordset(null::gift_streaks, ${json(streaks)}::jsonb)
      where streak_id not in (select streak_id from held)
      order by streak_id
      on conflict (streak_id) do update set gifts = s.gifts
      returning streak_id, gifts, coins, sessions
    )
    select * from held union all select * from started`);
  return new Map(
    rows.map(({ streak_id, gifts, coins, sessions }) => [
      streak_id,
      { gifts: Number(gifts), coins: Number(coins), sessions },
    ]),
  );
}

async function raiseStreaks(tx: Queryable, streaks: Map<string, StreakTotal>) {
  await tx.query(sql`
    update gift_streaks s set gifts = greatest(s.gifts, d.gifts), coins = greatest(s.coins, d.coins), sessions = d.sessions
    from jsonb_populate_recordset(null::gift_streaks, ${json(streaks)}::jsonb) d
    where s.streak_id = d.streak_id`);
}

/**
 * Locks the rows of everybody who did something, and tells of whom more statements are stored than `told_before` says: what
 * is left in that column then, for `changeRoles` to clear, is the position of the last one before.
 */
async function addToStreamUsers(tx: Queryable, users: Deltas["streamUsers"]): Promise<Surprise[]> {
  return tx.query(sql`
    with moved as (
      insert into stream_users as u (${columnList(streamUserColumns)}) ${recordset(streamUserColumns, users.values())}
      order by stream_id, user_ref
      on conflict (stream_id, user_ref) do update set
        first_at = least(u.first_at, excluded.first_at),
        last_at = greatest(u.last_at, excluded.last_at),
        events = u.events + excluded.events,
        chats = u.chats + excluded.chats,
        likes = u.likes + excluded.likes,
        gifts = u.gifts + excluded.gifts,
        coins = u.coins + excluded.coins,
        tellings = u.tellings + excluded.tellings,
        told_to = greatest(u.told_to, excluded.told_to),
        told_before = case when excluded.tellings > 0 and u.tellings <> coalesce(excluded.told_before, 0)
          then coalesce(u.told_to, 0) end
      returning stream_id, user_ref, tellings, told_before
    )
    select stream_id, user_ref, tellings, told_before from moved where told_before is not null`);
}

async function addToSessionUsers(tx: Queryable, users: Deltas["sessionUsers"]) {
  await tx.query(sql`
    insert into session_users as u (${columnList(sessionUserColumns)}) ${recordset(sessionUserColumns, users.values())}
    order by session_id, user_ref
    on conflict (session_id, user_ref) do update set gifts = u.gifts + excluded.gifts, coins = u.coins + excluded.coins`);
}

async function addToMinutes(tx: Queryable, minutes: Deltas["minutes"]) {
  await tx.query(sql`
    insert into session_minutes as m
    select * from jsonb_populate_recordset(null::session_minutes, ${json(minutes)}::jsonb)
    order by session_id, minute, event_type
    on conflict (session_id, minute, event_type) do update set
      events = m.events + excluded.events,
      viewers = greatest(m.viewers, excluded.viewers),
      likes = m.likes + excluded.likes`);
}

async function addToSessions(tx: Queryable, sessions: Deltas["sessions"]) {
  await tx.query(sql`
    insert into sessions as s
    select * from jsonb_populate_recordset(null::sessions, ${json(sessions)}::jsonb)
    order by session_id
    on conflict (session_id) do update set
      provider = case when excluded.last_seq > s.last_seq then excluded.provider else s.provider end,
      first_at = least(s.first_at, excluded.first_at),
      last_at = greatest(s.last_at, excluded.last_at),
      started_at = least(s.started_at, excluded.started_at),
      ended_at = greatest(s.ended_at, excluded.ended_at),
      last_seq = greatest(s.last_seq, excluded.last_seq),
      events = s.events + excluded.events,
      peak_viewers = greatest(s.peak_viewers, excluded.peak_viewers),
      likes = greatest(s.likes, excluded.likes),
      observed_likes = s.observed_likes + excluded.observed_likes`);
}

/** `column` as the event with the highest `seq` told it. */
function newest(column: string, seq: string) {
  const [value, age] = [sql.ident(column), sql.ident(seq)];
  return sql`${value} = case when excluded.${age} > coalesce(s.${age}, -1) then excluded.${value} else s.${value} end`;
}

async function addToStreams(tx: Queryable, streams: Deltas["streams"]) {
  await tx.query(sql`
    insert into streams as s
    select * from jsonb_populate_recordset(null::streams, ${json(streams)}::jsonb)
    order by stream_id
    on conflict (stream_id) do update set
      first_at = least(s.first_at, excluded.first_at),
      last_at = greatest(s.last_at, excluded.last_at),
      last_seq = greatest(s.last_seq, excluded.last_seq),
      events = s.events + excluded.events,
      simulated = s.simulated or excluded.simulated,
      connected_seq = greatest(s.connected_seq, excluded.connected_seq),
      ${newest("channel_id", "connected_seq")},
      ${newest("title", "connected_seq")},
      viewers_seq = greatest(s.viewers_seq, excluded.viewers_seq),
      ${newest("viewers", "viewers_seq")},
      peak_viewers = greatest(s.peak_viewers, excluded.peak_viewers),
      total_viewers = greatest(s.total_viewers, excluded.total_viewers),
      likes = greatest(s.likes, excluded.likes),
      observed_likes = s.observed_likes + excluded.observed_likes,
      ended_seq = greatest(s.ended_seq, excluded.ended_seq),
      ${newest("ended_at", "ended_seq")},
      ${newest("end_reason", "ended_seq")},
      diamonds = s.diamonds + excluded.diamonds`);
}
