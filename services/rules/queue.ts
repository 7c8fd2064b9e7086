import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { ActionReason } from "../../contracts/action-reason.ts";
import type { Measure } from "../../contracts/moderation.ts";
import { type DueLine, type Line, share } from "./places.ts";

/** An action that this process holds, for one attempt. */
export interface Taken {
  actionId: string;
  effectKey: string;
  /** Null: a person commanded it. */
  ruleId: string | null;
  /** What they commanded; null: a rule decided it. */
  command: Measure | null;
  channelId: string;
  type: "webhook" | "announce" | "moderate";
  url: string;
  host: string;
  body: string;
  /** The how many-th this is. */
  attempt: number;
  /** Attempts at this target of the channel that failed in a row before it. */
  failures: number;
  /** Since it was decided, in ms. */
  ageMs: number;
  /** An attempt before was under way when its process ended: it may have got there. */
  wasInterrupted: boolean;
  /** Its rule was deleted, disabled or taken out of live meanwhile. */
  isRuleOff: boolean;
}

interface TakeLimits {
  /** What is done in rooms, or webhooks. */
  isInRoom: boolean;
  /** How much may be under way here. */
  atOnce: number;
  underWay: readonly Line[];
  leaseMs: number;
}

/** How it ended. */
export interface Ending {
  state: "done" | "failed" | "unknown" | "skipped";
  reason: ActionReason | null;
}

/** What became of one attempt: it is over, or comes again after `waitMs` at least. */
export type Outcome = Ending | { state: "again"; reason: ActionReason; waitMs: number };

/**
 * Of an action, from its columns: what is done to one person of a channel goes one by one, in the order of the log, and so
 * does what is said in it.
 */
export const lane = sql`case type when 'announce' then hashtextextended(channel_id::text, 0)
  when 'moderate' then hashtextextended(channel_id || ' ' || user_id, 0) end`;

/** Has those who write down and queue for the same channels take turns, so that lower action ids are never queued later. */
export async function takeTurn(tx: Queryable, channelIds: readonly string[]): Promise<void> {
  await tx.query(sql`
    select pg_advisory_xact_lock(hashtext('actions_log'), hashtext(channel_id))
    from unnest(${[...new Set(channelIds)].sort()}::text[]) as channel_id`);
}

/** Condition on `q`, the index of which is named by the first part: it is due, and nothing of its lane is before it. */
const isDue = (isInRoom: boolean) => sql`${isOf(isInRoom)} and q.due_at <= now()
  and coalesce((select min(f.action_id) from action_queue f where f.lane = q.lane) = q.action_id, true)`;
const isOf = (isInRoom: boolean) => (isInRoom ? sql`q.url = ''` : sql`q.url <> ''`);

/**
 * Takes what is due, for `leaseMs`; whoever else asks gets something else. Committed when it returns, so that it is
 * known to be under way before anything leaves. Channels take turns, and their targets do (places.ts).
 */
export async function take(db: ConnectionPool, limits: TakeLimits): Promise<Taken[]> {
  const { isInRoom, atOnce, underWay, leaseMs } = limits;
  const shares = share(await dueLines(db, isInRoom), underWay, atOnce, Math.random);
  if (shares.length === 0) return [];
  return db.tx(async (tx) => {
    const rows: {
      action_id: string;
      effect_key: string;
      rule_id: string | null;
      command: Measure | null;
      channel_id: string;
      type: Taken["type"];
      url: string;
      host: string;
      body: string;
      attempts: number;
      failures: number;
      age_ms: number;
      was_interrupted: boolean;
      is_rule_off: boolean;
    }[] = await tx.query(sql`
      with due as (
        select next.action_id, failures
        from jsonb_to_recordset(${JSON.stringify(shares)}::jsonb)
          as line (host text, "channelId" uuid, failures int, places int)
        cross join lateral (
          select action_id from action_queue q
          where ${isDue(isInRoom)} and q.host = line.host and q.channel_id = line."channelId"
          order by due_at, action_id limit line.places for update skip locked
        ) next
        limit ${atOnce} -- never fewer than are shared out; without it the plan expects thousands
      ), held as (
        update action_queue q set attempts = q.attempts + 1, due_at = now() + ${leaseMs} * interval '1 millisecond'
        from due where q.action_id = due.action_id returning q.*, failures
      )
      select h.action_id, a.effect_key, a.rule_id, case when a.rule_id is null then a.measure end as command,
        h.channel_id, a.type, h.url, h.host, h.body, h.attempts, h.failures,
        (extract(epoch from now() - a.decided_at) * 1000)::float8 as age_ms, a.state = 'executing' as was_interrupted,
        coalesce(r.deleted_at is not null or r.draft->>'enabled' = 'false' or r.draft->>'mode' <> 'live', false) as is_rule_off
      from held h join actions_log a using (action_id) left join rules r using (rule_id) order by h.action_id`);
    const ids = rows.map((row) => row.action_id);
    if (ids.length > 0)
      await tx.query(sql`update actions_log set state = 'executing' where action_id = any(${ids}::bigint[])`);
    return rows.map((row) => ({
      actionId: row.action_id,
      effectKey: row.effect_key,
      ruleId: row.rule_id,
      command: row.command,
      channelId: row.channel_id,
      type: row.type,
      url: row.url,
      host: row.host,
      body: row.body,
      attempt: row.attempts,
      failures: row.failures,
      ageMs: row.age_ms,
      wasInterrupted: row.was_interrupted,
      isRuleOff: row.is_rule_off,
    }));
  });
}

/** Where something is due and nothing has to wait; from one to the next, however much there is of each. */
function dueLines(db: Queryable, isInRoom: boolean): Promise<DueLine[]> {
  return db.query(sql`
    with recursive lines as (
      (select host, channel_id from action_queue q where ${isOf(isInRoom)} order by host, channel_id limit 1) union all
      select next.* from lines cross join lateral (
        select q.host, q.channel_id from action_queue q
        where ${isOf(isInRoom)} and (q.host, q.channel_id) > (lines.host, lines.channel_id)
        order by q.host, q.channel_id limit 1
      ) next
    )
    select host, channel_id as "channelId", coalesce(failures, 0) as failures
    from lines left join action_pauses using (host, channel_id) cross join lateral (
      select from action_queue q
      where ${isDue(isInRoom)} and q.host = lines.host and q.channel_id = lines.channel_id order by q.due_at limit 1
    ) due
    where coalesce(until <= now(), true)`);
}

/** It is over. False: somebody else has it by now. */
export async function end(
  db: Queryable,
  { actionId, attempt }: Pick<Taken, "actionId" | "attempt">,
  { state, reason }: Ending,
): Promise<boolean> {
  const rows = await db.query(sql`
    with ended as (
      delete from action_queue where action_id = ${actionId}::bigint and attempts = ${attempt} returning action_id
    )
    update actions_log a set state = ${state}, reason = ${reason}, ended_at = now()
    from ended where a.action_id = ended.action_id returning 1`);
  return rows.length > 0;
}

/** Ends what rules have waiting in the lane of an action, but for that one: it has not left, and will not. How many they were. */
export async function giveUpLane(tx: Queryable, actionId: string, reason: ActionReason): Promise<number> {
  const waiting: { action_id: string }[] = await tx.query(sql`
    select action_id from action_queue q
    where lane = (select lane from action_queue where action_id = ${actionId}::bigint) and action_id <> ${actionId}::bigint
    order by action_id for update`); // the queue before the log, as whoever takes them locks
  const rows = await tx.query(sql`
    with given_up as (
      delete from action_queue q using actions_log a
      where q.action_id = any(${waiting.map((row) => row.action_id)}::bigint[]) and a.action_id = q.action_id
        and a.state = 'planned' and a.rule_id is not null
      returning q.action_id
    )
    update actions_log a set state = 'failed', reason = ${reason}, ended_at = now()
    from given_up where a.action_id = given_up.action_id returning 1`);
  return rows.length;
}

/** Not now: once more after `waitMs`. */
export async function again(
  db: Queryable,
  { actionId, attempt }: Pick<Taken, "actionId" | "attempt">,
  reason: ActionReason,
  waitMs: number,
): Promise<void> {
  await db.query(sql`
    with waiting as (
      update action_queue set due_at = now() + ${waitMs} * interval '1 millisecond'
      where action_id = ${actionId}::bigint and attempts = ${attempt} returning action_id
    )
    update actions_log a set state = 'planned', reason = ${reason} from waiting where a.action_id = waiting.action_id`);
}

/** We stop in the middle of an attempt: whoever goes on sends it again, and it stays known as begun. */
export async function letGo(db: Queryable, { actionId, attempt }: Pick<Taken, "actionId" | "attempt">): Promise<void> {
  await db.query(sql`
    update action_queue set due_at = now() where action_id = ${actionId}::bigint and attempts = ${attempt}`);
}
