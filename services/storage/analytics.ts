import { type ConnectionPool, IsolationLevel, type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Analytics, GiftFigures, Ranked } from "../../contracts/analytics.ts";
import { type GiftSums, giftFigures, type SingleGifts, type StreakFrames } from "./gift-figures.ts";
import { numberOrNull } from "./newest-first.ts";
import { between } from "./select-events.ts";
import { type MinuteRow, sumsOf, timeline } from "./timeline.ts";

interface AnalyticsQuery {
  /** One of the two: a session or a replay, or a broadcast. */
  sessionId?: string | undefined;
  streamId?: string | undefined;
  /** ISO 8601; rounded to whole minutes, outwards. Without them: all there is. */
  from?: string | undefined;
  to?: string | undefined;
  /** Of each list. */
  limit: number;
  /** false: nothing that names anybody. */
  people: boolean;
}

/** What the figures are of. */
interface Subject {
  streamId: string;
  sessions: string[];
  /** Unix ms: when it began, and the first and last instant that is looked at. */
  begun: number;
  first: number;
  last: number;
  likes: number | null;
  /** All sessions of the stream are in it: no streak goes on elsewhere. */
  hasAllSessions: boolean;
  /** And all of the time: then the stream's projections know the people. */
  isWhole: boolean;
}

/**
 * Figures of a session, a replay (those of what it replays as it is now, also past its `through`: the projections know no
 * positions) or a broadcast; null when nothing is stored of it. In one
 * snapshot, so that they agree with each other while events arrive. The minutes, and the people of a whole broadcast, come
 * from projections; gifts and the people of a part of a broadcast from its events, by an index.
 */
export function analytics(db: ConnectionPool, query: AnalyticsQuery): Promise<Analytics | null> {
  return db.tx(
    async (tx) => {
      const found = await subjectOf(tx, query);
      return found && figuresOf(tx, within(found, query), query);
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}

async function figuresOf(tx: Queryable, subject: Subject, query: AnalyticsQuery): Promise<Analytics> {
  const { sessionId, limit, people } = query;
  await tx.query(sql`set local enable_sort = off`); // a new session is larger than its statistics say: hash it
  const minutes = await minutesOf(tx, subject);
  const sums = sumsOf(minutes);
  const gifts = await giftsOf(tx, subject);
  const persons = await personsOf(tx, subject, people ? limit : 0);
  const answer: Analytics = {
    streamId: subject.streamId,
    sessionId: sessionId?.toLowerCase() ?? null,
    from: new Date(subject.first).toISOString(),
    to: new Date(query.to === undefined ? subject.last : subject.last + 1).toISOString(),
    totals: {
      events: sums.events,
      people: persons.people,
      chats: sums.byType.CHAT ?? 0,
      gifts: gifts.gifts,
      diamonds: gifts.coins,
      observedLikes: sums.observedLikes,
      likes: subject.likes,
      follows: sums.byType.FOLLOW ?? 0,
      shares: sums.byType.SHARE ?? 0,
      subscribes: sums.byType.SUBSCRIBE ?? 0,
      joins: sums.byType.JOIN ?? 0,
      peakViewers: sums.peakViewers,
    },
    timeline: timeline(minutes),
    gifts: byCoins(gifts.byGift).slice(0, limit),
  };
  if (!people) return answer;
  const { chatters, likers, sharers } = persons;
  return { ...answer, top: { gifters: await gifters(tx, gifts.byGiver, limit), chatters, likers, sharers } };
}

/** The sessions it is made of, whole. */
async function subjectOf(tx: Queryable, { sessionId, streamId }: AnalyticsQuery): Promise<Subject | null> {
  const wanted = streamId
    ? sql`stream_id = ${streamId}`
    : sql`session_id = ${sessionId} or session_id in (
        select (part->>'sessionId')::uuid from replays r, jsonb_array_elements(parts) part where r.session_id = ${sessionId})`;
  const rows: { session_id: string; stream_id: string; first_at: Date; last_at: Date; likes: string | null }[] =
    await tx.query(sql`select session_id, stream_id, first_at, last_at, likes from sessions where ${wanted}`);
  const [row] = rows;
  if (!row) return null;
  const [{ all }] = await tx.query(sql`select count(*)::int as all from sessions where stream_id = ${row.stream_id}`);
  const likes = rows.flatMap((session) => numberOrNull(session.likes) ?? []);
  const begun = Math.min(...rows.map(({ first_at }) => first_at.getTime()));
  const hasAllSessions = rows.length === all;
  return {
    streamId: row.stream_id,
    sessions: rows.map(({ session_id }) => session_id),
    begun,
    first: begun,
    last: Math.max(...rows.map(({ last_at }) => last_at.getTime())),
    likes: likes.length > 0 ? Math.max(...likes) : null,
    hasAllSessions,
    isWhole: hasAllSessions,
  };
}

const MINUTE_MS = 60_000;
/** The last minute that ISO 8601 writes with a year of four digits. */
const LAST_MINUTE = Date.UTC(9999, 11, 31, 23, 59);

/** The part of it that is in the range, in whole minutes. */
function within(subject: Subject, { from, to }: AnalyticsQuery): Subject {
  if (from === undefined && to === undefined) return subject;
  const first = from === undefined ? subject.first : Math.floor(Date.parse(from) / MINUTE_MS) * MINUTE_MS;
  const end = to === undefined ? subject.last + 1 : Math.ceil(Date.parse(to) / MINUTE_MS) * MINUTE_MS;
  const last = Math.min(end, LAST_MINUTE) - 1;
  return { ...subject, first, last, likes: null, isWhole: false };
}

function minutesOf(tx: Queryable, { sessions, first, last }: Subject): Promise<MinuteRow[]> {
  return tx.query(sql`
    select minute, event_type, sum(events) as events, max(viewers) as viewers, sum(likes) as likes
    from session_minutes
    where session_id = any(${sessions}::uuid[]) and minute between ${minuteOf(first)} and ${minuteOf(last)}
    group by minute, event_type order by minute`);
}

const minuteOf = (instant: number) => new Date(Math.floor(instant / MINUTE_MS) * MINUTE_MS).toISOString();

/** Events `e` of the subject. */
const eventsOf = ({ sessions, first, last }: Subject): SQLQuery =>
  sql`e.session_id = any(${sessions}::uuid[]) and ${between(sql`e`, first, last)}`;

async function giftsOf(tx: Queryable, subject: Subject): Promise<GiftSums> {
  const singles: SingleGifts[] = await tx.query(sql`
    select payload->>'giftId' as gift_id, max(payload->>'giftName') as gift_name, user_ref,
      sum((payload->>'giftCount')::bigint) as gifts, sum((payload->>'coins')::bigint) as coins
    from events e
    where e.event_type = 'GIFT' and ${eventsOf(subject)} and payload->>'streakId' is null
      and payload->>'streakState' <> 'progress'
    group by payload->>'giftId', user_ref`);
  // A streak's growth within the range is its growth until the end less that until the beginning.
  const before = sql`filter (where timestamp < ${new Date(subject.first).toISOString()})`;
  const elsewhere = sql`
    case when g.sessions - f.session_id::text <> '{}' then g.sessions end as sessions
    from frames f left join gift_streaks g using (streak_id)`;
  const frames: StreakFrames[] = await tx.query(sql`
    with frames as (
      select payload->>'streakId' as streak_id, session_id, max(payload->>'giftId') as gift_id,
        max(payload->>'giftName') as gift_name, max(user_ref::text)::uuid as user_ref,
        min(seq_no) as seq, max((payload->>'giftCount')::bigint) as gifts, max((payload->>'coins')::bigint) as coins,
        min(seq_no) ${before} as seq_before, max((payload->>'giftCount')::bigint) ${before} as gifts_before,
        max((payload->>'coins')::bigint) ${before} as coins_before
      from events e
      where e.event_type = 'GIFT' and ${eventsOf({ ...subject, first: subject.begun })}
        and payload->>'streakId' is not null
      group by payload->>'streakId', session_id
    )
    select f.*, ${subject.hasAllSessions ? sql`null as sessions from frames f` : elsewhere}`);
  return giftFigures(subject.sessions, singles, frames);
}

const byCoins = (byGift: GiftSums["byGift"]): GiftFigures[] =>
  Array.from(byGift, ([giftId, gift]) => ({ giftId, ...gift })).sort(
    (a, b) => b.coins - a.coins || b.gifts - a.gifts || (a.giftId < b.giftId ? -1 : 1),
  );

interface RankedRow {
  tiktok_id: string;
  unique_id: string;
  display_name: string;
  count: string | number;
  coins?: string | number;
}

const toRanked = ({ tiktok_id, unique_id, display_name, count, coins }: RankedRow): Ranked => ({
  userId: tiktok_id,
  uniqueId: unique_id,
  displayName: display_name,
  count: Number(count),
  ...(coins !== undefined && { coins: Number(coins) }),
});

/** The lists are without those who were erased, as all of them are. */
async function gifters(tx: Queryable, byGiver: GiftSums["byGiver"], limit: number): Promise<Ranked[]> {
  const givers = Array.from(byGiver, ([user_ref, sums]) => ({ user_ref, ...sums }));
  const rows: RankedRow[] = await tx.query(sql`
    select tiktok_id, unique_id, display_name, gifts as count, coins
    from jsonb_to_recordset(${JSON.stringify(givers)}::jsonb) as g (user_ref uuid, gifts bigint, coins bigint)
      join users using (user_ref)
    where coins > 0 order by coins desc, user_ref limit ${limit}`);
  return rows.map(toRanked);
}

/** @param limit 0: how many they are, and no list */
async function personsOf(tx: Queryable, subject: Subject, limit: number) {
  const persons = subject.isWhole ? knownPersons(subject) : countedPersons(subject);
  const top = (count: SQLQuery) => sql`(
    select json_agg(t) from (
      select tiktok_id, unique_id, display_name, ${count} as count from persons join users using (user_ref)
      where ${count} > 0 order by ${count} desc, user_ref limit ${limit}) t)`;
  const lists =
    limit > 0
      ? sql`${top(sql`chats`)} as chatters, ${top(sql`likes`)} as likers, ${top(sql`shares`)} as sharers,`
      : sql``;
  const [row]: { people: string; chatters?: RankedRow[]; likers?: RankedRow[]; sharers?: RankedRow[] }[] =
    await tx.query(sql`
      with persons as materialized (${persons}) select ${lists} count(*) as people from persons`);
  return {
    people: Number(row?.people),
    chatters: (row?.chatters ?? []).map(toRanked),
    likers: (row?.likers ?? []).map(toRanked),
    sharers: (row?.sharers ?? []).map(toRanked),
  };
}

const knownPersons = (subject: Subject) => sql`
  select user_ref, chats, likes, coalesce(shares, 0) as shares
  from stream_users left join (
    select user_ref, count(*) as shares from events e
    where e.event_type = 'SHARE' and ${eventsOf(subject)} group by user_ref
  ) shared using (user_ref)
  where stream_id = ${subject.streamId}`;

const countedPersons = (subject: Subject) => sql`
  select user_ref, count(*) filter (where event_type = 'CHAT') as chats,
    coalesce(sum((payload->>'count')::bigint) filter (where event_type = 'LIKE'), 0) as likes,
    count(*) filter (where event_type = 'SHARE') as shares
  from events e where ${eventsOf(subject)} and user_ref is not null group by user_ref`;
