import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { Measure } from "../../contracts/moderation.ts";

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
  /** Since it was decided, in ms. */
  ageMs: number;
  /** An attempt before was under way when its process ended: it may have got there. */
  wasInterrupted: boolean;
}

/** How it ended. */
export interface Ending {
  state: "done" | "failed" | "unknown";
  reason: string | null;
}

/**
 * Takes what is due, for `leaseMs`; whoever else asks gets something else. Committed when it returns, so that it is
 * known to be under way before anything leaves.
 *
 * @param busy hosts of which nothing is wanted now
 * @param perHost at most so many of one host
 */
export async function take(
  db: ConnectionPool,
  { limit, perHost, busy, leaseMs }: { limit: number; perHost: number; busy: string[]; leaseMs: number },
): Promise<Taken[]> {
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
      age_ms: number;
      was_interrupted: boolean;
    }[] = await tx.query(sql`
      with fair as (
        select action_id, due_at, row_number() over (partition by host order by due_at, action_id) as place
        from action_queue q where due_at <= now() and host <> all(${busy}::text[])
          and (after_id is null or not exists (select from action_queue f where f.action_id = q.after_id))
      ), due as (
        select q.action_id from action_queue q join fair using (action_id)
        where place <= ${perHost} and q.due_at <= now() order by q.due_at limit ${limit} for update of q skip locked
      ), held as (
        update action_queue q set attempts = q.attempts + 1, due_at = now() + ${leaseMs} * interval '1 millisecond'
        from due where q.action_id = due.action_id returning q.*
      )
      select h.action_id, a.effect_key, a.rule_id, case when a.rule_id is null then a.measure end as command,
        a.channel_id, a.type, h.url, h.host, h.body, h.attempts,
        (extract(epoch from now() - a.decided_at) * 1000)::float8 as age_ms, a.state = 'executing' as was_interrupted
      from held h join actions_log a using (action_id) order by h.action_id`);
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
      ageMs: row.age_ms,
      wasInterrupted: row.was_interrupted,
    }));
  });
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

/** Not now: once more after `waitMs`. */
export async function again(
  db: Queryable,
  { actionId, attempt }: Pick<Taken, "actionId" | "attempt">,
  reason: string,
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
