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
 * keys within each, so that two writers wait for each other and never in a circle.
 */
export async function project(tx: Transaction, stored: Iterable<Stored>): Promise<void> {
  const deltas = fold(stored);
  if (deltas.streaks.size > 0) {
    addGrowth(deltas, await holdStreaks(tx, deltas.streaks));
    await raiseStreaks(tx, deltas.streaks);
  }
  await addToStreamUsers(tx, deltas.streamUsers);
  if (deltas.sessionUsers.size > 0) await addToSessionUsers(tx, deltas.sessionUsers);
  await addToMinutes(tx, deltas.minutes);
  await addToSessions(tx, deltas.sessions);
  await addToStreams(tx, deltas.streams);
}

/** For the tables in which a batch has few rows. */
const json = (rows: Map<string, unknown>) => JSON.stringify([...rows.values()]);

/** Locks the streaks, starting the new ones at 0, and tells how far each was counted; `addGrowth` adds that to theirs. */
async function holdStreaks(tx: Queryable, streaks: Map<string, StreakTotal>): Promise<Map<string, StreakCounted>> {
  const rows: { streak_id: string; gifts: string; coins: string; sessions: StreakSessions }[] = await tx.query(sql`
    insert into gift_streaks as s (streak_id, stream_id, user_ref, gifts, coins)
    select streak_id, stream_id, user_ref, 0, 0
    from jsonb_populate_recordset(null::gift_streaks, ${json(streaks)}::jsonb)
    order by streak_id
    on conflict (streak_id) do update set gifts = s.gifts
    returning streak_id, gifts, coins, sessions`);
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

async function addToStreamUsers(tx: Queryable, users: Deltas["streamUsers"]) {
  await tx.query(sql`
    insert into stream_users as u (${columnList(streamUserColumns)}) ${recordset(streamUserColumns, users.values())}
    order by stream_id, user_ref
    on conflict (stream_id, user_ref) do update set
      first_at = least(u.first_at, excluded.first_at),
      last_at = greatest(u.last_at, excluded.last_at),
      events = u.events + excluded.events,
      chats = u.chats + excluded.chats,
      likes = u.likes + excluded.likes,
      gifts = u.gifts + excluded.gifts,
      coins = u.coins + excluded.coins`);
}

async function addToSessionUsers(tx: Queryable, users: Deltas["sessionUsers"]) {
  await tx.query(sql`
    insert into session_users as u (${columnList(sessionUserColumns)}) ${recordset(sessionUserColumns, users.values())}
    order by session_id, user_ref
    on conflict (session_id, user_ref) do update set gifts = u.gifts + excluded.gifts, coins = u.coins + excluded.coins`);
}

async function addToMinutes(tx: Queryable, minutes: Deltas["minutes"]) {
  await tx.query(sql`
    insert into stream_minutes as m
    select * from jsonb_populate_recordset(null::stream_minutes, ${json(minutes)}::jsonb)
    order by stream_id, minute, event_type
    on conflict (stream_id, minute, event_type) do update set events = m.events + excluded.events`);
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
      events = s.events + excluded.events`);
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
      likes_seq = greatest(s.likes_seq, excluded.likes_seq),
      ${newest("likes", "likes_seq")},
      ended_seq = greatest(s.ended_seq, excluded.ended_seq),
      ${newest("ended_at", "ended_seq")},
      ${newest("end_reason", "ended_seq")},
      diamonds = s.diamonds + excluded.diamonds`);
}
