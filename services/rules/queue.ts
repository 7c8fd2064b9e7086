import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { ActionReason } from "../../contracts/action-reason.ts";
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
  /** Its rule was deleted, disabled or taken out of live meanwhile. */
  isRuleOff: boolean;
}

interface TakeLimits {
  /** What is done in rooms, or webhooks. */
  isInRoom: boolean;
  limit: number;
  perHost: number;
  perChannel: number;
  underWay: readonly Pick<Taken, "host" | "channelId">[];
  leaseMs: number;
}

/** How it ended. */
export interface Ending {
  state: "done" | "failed" | "unknown";
  reason: ActionReason | null;
}

/** Places of a channel that only a host takes of which nothing is under way. */
const SPARE = 2;

/** What it has to wait for is over. */
const isNext = sql`(q.after_id is null or not exists (select from action_queue f where f.action_id = q.after_id))`;

/**
 * Takes what is due, for `leaseMs`; whoever else asks gets something else. Committed when it returns, so that it is
 * known to be under way before anything leaves. Hosts take turns: whoever has least under way is next, so that those that
 * hang do not have all places.
 *
 * @param limits at most so many of one host and of one channel, with those that are under way here
 */
export async function take(db: ConnectionPool, limits: TakeLimits): Promise<Taken[]> {
  const { isInRoom, limit, perHost, perChannel, underWay, leaseMs } = limits;
  const hosts = countsOf(underWay.map(({ host }) => host));
  const channels = countsOf(underWay.map(({ channelId }) => channelId));
  const isWanted = sql`due_at <= now() and ${isInRoom ? sql`url = ''` : sql`url <> ''`} and ${isNext}
    and coalesce(channel_id <> all(${full(channels, perChannel)}::uuid[]), true)`;
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
      is_rule_off: boolean;
    }[] = await tx.query(sql`
      with recursive names as (
        (select host from action_queue order by host limit 1) union all
        select (select q.host from action_queue q where q.host > names.host order by q.host limit 1)
        from names where names.host is not null
      ), hosts as (
        select host, coalesce((${JSON.stringify(hosts)}::jsonb->>host)::int, 0) as busy from names
        where host <> all(${full(hosts, perHost)}::text[])
      ), next as (
        select due.*, busy + row_number() over (partition by host order by due_at, action_id) as turn
        from hosts cross join lateral (
          select action_id, due_at, channel_id from action_queue q where q.host = hosts.host and ${isWanted}
          order by due_at, action_id limit ${perHost} - busy for update skip locked
        ) due
      ), due as (
        select action_id from (
          select next.*, row_number() over (partition by channel_id order by turn, due_at, action_id) as nth from next
        ) ranked
        where nth <= ${perChannel} - coalesce((${JSON.stringify(channels)}::jsonb->>channel_id::text)::int, 0)
          - case when turn > 1 then ${SPARE} else 0 end
        order by turn, due_at, action_id limit ${limit}
      ), held as (
        update action_queue q set attempts = q.attempts + 1, due_at = now() + ${leaseMs} * interval '1 millisecond'
        from due where q.action_id = due.action_id returning q.*
      )
      select h.action_id, a.effect_key, a.rule_id, case when a.rule_id is null then a.measure end as command,
        a.channel_id, a.type, h.url, h.host, h.body, h.attempts,
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
      ageMs: row.age_ms,
      wasInterrupted: row.was_interrupted,
      isRuleOff: row.is_rule_off,
    }));
  });
}

type Counts = Record<string, number>;

function countsOf(names: readonly string[]): Counts {
  const counts: Counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const full = (counts: Counts, most: number) => Object.keys(counts).filter((name) => (counts[name] as number) >= most);

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
