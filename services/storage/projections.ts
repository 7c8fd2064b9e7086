import type { Roles } from "../../contracts/api.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { toldBy } from "../../lib/roles.ts";
import { growthBySession, mergeSessions, raiseSession, type StreakSessions } from "./streak-sessions.ts";

/**
 * What events add to the projections: a fold without order or clock. Every field either adds up, is an extreme, or
 * comes from the event with the highest seqNo, so that batches may be split, swapped and stored by several at once.
 */

/** An event that was really stored just now. */
export interface Stored {
  event: UnifiedEvent;
  userRef: string | null;
  /** Packed. */
  position: bigint;
}

/** What belongs to one row, by the columns of its table (migrations/0005, 0006, 0014, 0015, 0020). Instants are ISO 8601 in UTC. */
interface StreamDelta {
  stream_id: string;
  first_at: string;
  last_at: string;
  last_seq: number;
  events: number;
  simulated: boolean;
  connected_seq?: number;
  channel_id?: string;
  title?: string | undefined;
  viewers_seq?: number;
  viewers?: number;
  peak_viewers?: number;
  total_viewers?: number;
  likes?: number;
  observed_likes: number;
  ended_seq?: number;
  ended_at?: string;
  end_reason?: string | undefined;
  diamonds: number;
}

interface SessionDelta {
  session_id: string;
  stream_id: string;
  provider: string;
  first_at: string;
  last_at: string;
  started_at?: string;
  ended_at?: string;
  last_seq: number;
  events: number;
  peak_viewers?: number;
  likes?: number;
  observed_likes: number;
}

export interface StreamUserDelta {
  stream_id: string;
  user_ref: string;
  first_at: string;
  last_at: string;
  events: number;
  chats: number;
  likes: number;
  gifts: number;
  coins: number;
  /** Messages that told something of their roles, and the packed position of the last, as text. */
  tellings: number;
  told_to?: string;
  /** How many before these are known of; absent for none. */
  told_before?: number;
}

/** What one person's messages told of their roles in one stream, in the order of positions. */
export interface Teller {
  stream_id: string;
  user_ref: string;
  statements: { position: bigint; told: Roles }[];
}

/** `gifts` and `coins` are totals of the streak, not additions. */
export interface StreakTotal extends StreakCounted {
  streak_id: string;
  stream_id: string;
  user_ref: string | null;
}

/** How far a streak is counted. */
export interface StreakCounted {
  gifts: number;
  coins: number;
  sessions: StreakSessions;
}

/** May take away: a frame of an earlier session that comes late takes from what a later one grew by. */
export interface SessionUserDelta {
  session_id: string;
  stream_id: string;
  user_ref: string;
  gifts: number;
  coins: number;
}

interface MinuteDelta {
  session_id: string;
  stream_id: string;
  minute: string;
  event_type: string;
  events: number;
  viewers?: number;
  likes?: number;
}

/** By key. */
export interface Deltas {
  streams: Map<string, StreamDelta>;
  sessions: Map<string, SessionDelta>;
  streamUsers: Map<string, StreamUserDelta>;
  sessionUsers: Map<string, SessionUserDelta>;
  tellers: Map<string, Teller>;
  streaks: Map<string, StreakTotal>;
  minutes: Map<string, MinuteDelta>;
}

/** Gift streaks are left as totals; `addGrowth` adds them once it is known how far they were counted before. */
export function fold(stored: Iterable<Stored>): Deltas {
  const deltas: Deltas = {
    streams: new Map(),
    sessions: new Map(),
    streamUsers: new Map(),
    sessionUsers: new Map(),
    tellers: new Map(),
    streaks: new Map(),
    minutes: new Map(),
  };
  for (const { event, userRef, position } of stored) {
    const stream = entry(deltas.streams, event.streamId, () => newStream(event));
    const session = entry(deltas.sessions, event.sessionId, () => newSession(event));
    const user = userRef
      ? entry(deltas.streamUsers, userKey(event.streamId, userRef), () => newStreamUser(event, userRef))
      : undefined;
    for (const each of [stream, session, user]) if (each) addEvent(each, event);
    addToStream(stream, event);
    addToSession(session, event);
    if (user) addToUser(user, event);
    if (user) addStatement(deltas, event, user, position);
    addGift(deltas, event, userRef);
    addToMinute(deltas, event);
  }
  for (const teller of deltas.tellers.values()) countStatements(deltas, teller);
  return deltas;
}

/**
 * Adds what the streaks of `deltas` grew by to the totals of their streams and users.
 *
 * @param before what was counted of each streak so far
 */
export function addGrowth(deltas: Deltas, before: Map<string, StreakCounted>): void {
  for (const streak of deltas.streaks.values()) {
    const counted = before.get(streak.streak_id) ?? { gifts: 0, coins: 0, sessions: {} };
    const gifts = Math.max(0, streak.gifts - counted.gifts);
    const coins = Math.max(0, streak.coins - counted.coins);
    addTotals(deltas, streak.stream_id, streak.user_ref, gifts, coins);
    streak.sessions = mergeSessions(counted.sessions, streak.sessions);
    const grown = growthBySession(counted.sessions);
    for (const [sessionId, now] of growthBySession(streak.sessions)) {
      const then = grown.get(sessionId);
      const [gifts, coins] = [now.gifts - (then?.gifts ?? 0), now.coins - (then?.coins ?? 0)];
      if (!then || gifts !== 0 || coins !== 0) addToSessionUser(deltas, sessionId, streak, gifts, coins);
    }
  }
}

function addTotals(deltas: Deltas, streamId: string, userRef: string | null, gifts: number, coins: number): void {
  const stream = deltas.streams.get(streamId);
  if (stream) stream.diamonds += coins;
  const user = userRef && deltas.streamUsers.get(userKey(streamId, userRef));
  if (!user) return;
  user.gifts += gifts;
  user.coins += coins;
}

/** Who gave it when nobody is known. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** With nothing to add too: there is a row for everybody who gave in the session, whatever was stored first. */
function addToSessionUser(
  deltas: Deltas,
  session_id: string,
  { stream_id, user_ref }: Pick<StreakTotal, "stream_id" | "user_ref">,
  gifts: number,
  coins: number,
): void {
  const who = user_ref ?? NOBODY;
  const user = entry(deltas.sessionUsers, `${session_id} ${who}`, () => {
    return { session_id, stream_id, user_ref: who, gifts: 0, coins: 0 };
  });
  user.gifts += gifts;
  user.coins += coins;
}

function addEvent(
  row: { first_at: string; last_at: string; events: number; last_seq?: number },
  event: UnifiedEvent,
): void {
  row.events++;
  if (event.timestamp < row.first_at) row.first_at = event.timestamp;
  if (event.timestamp > row.last_at) row.last_at = event.timestamp;
}

function addToStream(stream: StreamDelta, event: UnifiedEvent): void {
  stream.last_seq = Math.max(stream.last_seq, event.seqNo);
  stream.simulated ||= event.provider === "simulator";
  switch (event.eventType) {
    case "CONNECTED":
      if (event.seqNo < (stream.connected_seq ?? 0)) return;
      stream.connected_seq = event.seqNo;
      stream.channel_id = event.payload.channelId;
      stream.title = event.payload.title;
      return;
    case "ROOM_USER":
      stream.peak_viewers = highest(stream.peak_viewers, event.payload.viewers);
      stream.total_viewers = highest(stream.total_viewers, event.payload.totalViewers);
      if (event.seqNo < (stream.viewers_seq ?? 0)) return;
      stream.viewers_seq = event.seqNo;
      stream.viewers = event.payload.viewers;
      return;
    case "LIKE":
      stream.observed_likes += event.payload.count;
      stream.likes = highest(stream.likes, event.payload.total);
      return;
    case "STREAM_END":
      if (event.seqNo < (stream.ended_seq ?? 0)) return;
      stream.ended_seq = event.seqNo;
      stream.ended_at = event.timestamp;
      stream.end_reason = event.payload.reason ?? event.subType;
  }
}

function addToSession(session: SessionDelta, event: UnifiedEvent): void {
  if (event.seqNo >= session.last_seq) {
    session.last_seq = event.seqNo;
    session.provider = event.provider;
  }
  if (!event.isHistory) session.started_at = earlier(session.started_at, event.timestamp);
  if (event.eventType === "DISCONNECTED") session.ended_at = later(session.ended_at, event.timestamp);
  if (event.eventType === "ROOM_USER") session.peak_viewers = highest(session.peak_viewers, event.payload.viewers);
  if (event.eventType !== "LIKE") return;
  session.observed_likes += event.payload.count;
  session.likes = highest(session.likes, event.payload.total);
}

function addToMinute({ minutes }: Deltas, event: UnifiedEvent): void {
  const at = `${event.timestamp.slice(0, 16)}:00.000Z`;
  const { sessionId: session_id, streamId: stream_id, eventType: event_type } = event;
  const minute = entry(minutes, `${session_id} ${at} ${event_type}`, () => {
    return { session_id, stream_id, minute: at, event_type, events: 0 };
  });
  minute.events++;
  if (event.eventType === "ROOM_USER") minute.viewers = highest(minute.viewers, event.payload.viewers);
  if (event.eventType === "LIKE") minute.likes = (minute.likes ?? 0) + event.payload.count;
}

function addToUser(user: StreamUserDelta, event: UnifiedEvent): void {
  if (event.eventType === "CHAT") user.chats++;
  if (event.eventType === "LIKE") user.likes += event.payload.count;
}

function addStatement({ tellers }: Deltas, event: UnifiedEvent, user: StreamUserDelta, position: bigint): void {
  const told = toldBy(event);
  if (told === undefined) return;
  const { stream_id, user_ref } = user;
  const key = userKey(stream_id, user_ref);
  entry(tellers, key, () => ({ stream_id, user_ref, statements: [] })).statements.push({ position, told });
}

/** Puts them in order, which they mostly are, and counts them in the row of the person. */
function countStatements({ streamUsers }: Deltas, { stream_id, user_ref, statements }: Teller): void {
  if (statements.length > 1) statements.sort((a, b) => (a.position < b.position ? -1 : 1));
  const user = streamUsers.get(userKey(stream_id, user_ref)) as StreamUserDelta;
  user.tellings = statements.length;
  user.told_to = String(statements.at(-1)?.position);
}

/** A frame of a streak tells its total so far; one that cannot be told apart counts when it is over. */
function addGift(deltas: Deltas, event: UnifiedEvent, userRef: string | null): void {
  if (event.eventType !== "GIFT") return;
  const { streakId, streakState, giftCount, coins } = event.payload;
  const of = { stream_id: event.streamId, user_ref: userRef };
  if (!streakId) {
    if (streakState === "progress") return;
    addTotals(deltas, event.streamId, userRef, giftCount, coins);
    addToSessionUser(deltas, event.sessionId, of, giftCount, coins);
    return;
  }
  const streak = entry(deltas.streaks, streakId, () => ({
    ...of,
    streak_id: streakId,
    gifts: 0,
    coins: 0,
    sessions: {},
  }));
  streak.gifts = Math.max(streak.gifts, giftCount);
  streak.coins = Math.max(streak.coins, coins);
  raiseSession(streak.sessions, event.sessionId, { seq: event.seqNo, gifts: giftCount, coins });
}

const bounds = ({ timestamp }: UnifiedEvent) => ({ first_at: timestamp, last_at: timestamp, events: 0 });

const newStream = (event: UnifiedEvent): StreamDelta => ({
  stream_id: event.streamId,
  ...bounds(event),
  last_seq: event.seqNo,
  simulated: false,
  observed_likes: 0,
  diamonds: 0,
});

const newSession = (event: UnifiedEvent): SessionDelta => ({
  session_id: event.sessionId,
  stream_id: event.streamId,
  ...bounds(event),
  provider: event.provider,
  last_seq: event.seqNo,
  observed_likes: 0,
});

const newStreamUser = (event: UnifiedEvent, userRef: string): StreamUserDelta => ({
  stream_id: event.streamId,
  user_ref: userRef,
  ...bounds(event),
  chats: 0,
  likes: 0,
  gifts: 0,
  coins: 0,
  tellings: 0,
});

export const userKey = (streamId: string, userRef: string) => `${streamId} ${userRef}`;

const earlier = (a: string | undefined, b: string) => (a !== undefined && a < b ? a : b);
const later = (a: string | undefined, b: string) => (a !== undefined && a > b ? a : b);

/** Of a gauge that is told now and then; undefined while it never was. */
const highest = (a: number | undefined, b: number | undefined) => (b === undefined ? a : Math.max(a ?? 0, b));

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
