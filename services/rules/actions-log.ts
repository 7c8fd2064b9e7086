import { type ConnectionPool, type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { ActionReason } from "../../contracts/action-reason.ts";
import type { Page } from "../../contracts/api.ts";
import type { Resolution } from "../../contracts/moderation.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { isNewEffect, isToldAgain } from "./about-effect.ts";
import { firedNear } from "./fired-near.ts";
import type { PaceLimits } from "./firings.ts";
import { lane, takeTurn } from "./queue.ts";
import { settle } from "./settle.ts";
import type { ToSend } from "./task.ts";

/** A decision as a row. */
export interface ActionRow {
  effect_key: string;
  rule_id: string;
  rule_version: number;
  channel_id: string;
  stream_id: string;
  session_id: string;
  event_id: string;
  user_id: string | null;
  type: RuleActionItem["type"];
  rendered: string | null;
  measure: RuleActionItem["measure"];
  seconds: number | null;
  mode: RuleActionItem["mode"];
  /** `log` is done by being recorded; what is to be sent is planned. */
  state: "done" | "planned" | "skipped";
  reason: ActionReason | null;
  event_at: string;
}

/** A decision as it is written down: with what is to be sent, when it is planned. */
export interface DecidedRow extends ActionRow, Partial<ToSend> {
  /** What it fires under, if it may not always. */
  pace?: PaceLimits;
  /** It fired under that, and counts for the next. */
  paced?: true;
}

/**
 * Writes down what was decided, and queues what is to be sent, in one. An effect that a rule had before, and an event about
 * which it decided before, add nothing: an entry may come again. Processes take turns at a channel: cooldowns and limits go
 * by what all of them wrote down, and given the same entries, each waiting for what the other is about to add, they would
 * lock each other up.
 *
 * @returns what was added
 */
export function record(db: ConnectionPool, rows: readonly DecidedRow[]): Promise<Added[]> {
  return db.tx((tx) => add(tx, rows));
}

/** What would be added; nothing is. */
export async function wouldRecord(db: ConnectionPool, rows: readonly DecidedRow[]): Promise<Added[]> {
  if (rows.length === 0) return [];
  const undone = new Error("undone");
  let added: Added[] = [];
  try {
    await db.tx(async (tx) => {
      added = await add(tx, rows);
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  return added;
}

type Added = Pick<ActionRow, "rule_id" | "mode" | "type" | "state" | "reason">;

async function add(tx: Queryable, rows: readonly DecidedRow[]): Promise<Added[]> {
  await takeTurn(
    tx,
    rows.map((row) => row.channel_id),
  );
  const given = JSON.stringify(settle(rows, await firedNear(tx, rows)));
  return tx.query(sql`
    with added as (
    insert into actions_log (effect_key, rule_id, rule_version, channel_id, stream_id, session_id, event_id, user_id, type,
      rendered, measure, seconds, mode, state, reason, event_at, paced, ended_at)
    select effect_key, rule_id, rule_version, channel_id, stream_id, session_id, event_id, user_id, type,
      rendered, measure, seconds, mode, state, reason, event_at, paced is true, case when state <> 'planned' then now() end
    from jsonb_populate_recordset(null::actions_log, ${given}::jsonb) with ordinality as decided
    where not exists (
      select from actions_log before where before.event_id = decided.event_id and before.rule_id = decided.rule_id
        and before.mode = decided.mode and ${isToldAgain("before")} = ${isToldAgain("decided")})
      and ${isNewEffect}
    order by ordinality
    on conflict do nothing returning action_id, channel_id, user_id, effect_key, rule_id, mode, type, state, reason
    ), queued as (
    insert into action_queue (action_id, channel_id, url, host, body, lane)
    select distinct on (added.action_id) added.action_id, channel_id, url, host, body, ${lane}
    from added join jsonb_to_recordset(${given}::jsonb)
      as planned (effect_key text, rule_id uuid, state text, url text, host text, body text)
      using (effect_key, rule_id, state)
    where state = 'planned'
    )
    select rule_id, mode, type, state, reason from added`);
}

interface Question {
  scope: Scope;
  ruleId?: string | undefined;
  eventId?: string | undefined;
  userId?: string | undefined;
  type?: RuleActionItem["type"] | undefined;
  /** Whether a rule decided it or a person commanded it. */
  by?: "rule" | "person" | undefined;
  /** Only what a cooldown or a limit held back, or all but that. */
  held?: boolean | undefined;
  after?: string | undefined;
  limit: number;
}

/** An action id. */
const place = [/^\d{1,18}$/] as const;

/** What was decided and commanded, the newest first. */
export async function listActions(
  db: Queryable,
  { scope, ruleId, eventId, userId, type, by, held, after, limit }: Question,
): Promise<Page<RuleActionItem>> {
  const conditions = [
    actionsInScope(scope),
    ruleId ? sql`a.rule_id = ${ruleId}` : sql`true`,
    eventId ? sql`a.event_id = ${eventId}` : sql`true`,
    userId ? sql`a.user_id = ${userId}` : sql`true`,
    type ? sql`a.type = ${type}` : sql`true`,
    by === "person" ? sql`a.rule_id is null` : by === "rule" ? sql`a.rule_id is not null` : sql`true`,
    held === undefined ? sql`true` : sql`(coalesce(a.reason, '') in ('cooldown', 'user_cooldown', 'limit')) = ${held}`,
    after ? sql`a.action_id < ${decodeCursor(after, place)[0]}::bigint` : sql`true`,
  ];
  const items = await selectActions(
    db,
    sql`${sql.join(conditions, " AND ")} order by action_id desc limit ${limit + 1}`,
  );
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), next: last ? encodeCursor([last.actionId]) : null };
}

/** Null when there is none of that id. */
export async function getAction(db: Queryable, actionId: string): Promise<RuleActionItem | null> {
  const [item] = await selectActions(db, sql`action_id = ${actionId}::bigint`);
  return item ?? null;
}

/** Condition on `a`, the log: only what the caller may see. */
export const actionsInScope = ({ channelIds, simulated }: Scope): SQLQuery => sql`
  ${channelIds ? sql`a.channel_id = any(${channelIds}::uuid[])` : sql`true`} and
  ${simulated ? sql`a.channel_id in (select channel_id from channels where simulated)` : sql`true`}`;

type StoredRow = Omit<ActionRow, "rule_id" | "rule_version" | "event_id" | "event_at" | "state"> & {
  action_id: string;
  rule_id: string | null;
  rule_version: number | null;
  event_id: string | null;
  event_at: Date;
  state: RuleActionItem["state"];
  decided_at: Date;
  ended_at: Date | null;
  actor: RuleActionItem["actor"];
  given_reason: string | null;
  undoes: string | null;
  undone_by: string | null;
  resolved_at: Date | null;
  outcome: Resolution["outcome"] | null;
  resolved_by: Resolution["by"] | null;
  unconfirmed: boolean;
};

/** @param which a condition on `a`, and what may follow it */
export async function selectActions(db: Queryable, which: SQLQuery): Promise<RuleActionItem[]> {
  const rows: StoredRow[] = await db.query(sql`
    select action_id, rule_id, rule_version, stream_id, session_id, event_id, user_id, type, rendered, measure, seconds, mode,
      state, reason, event_at, decided_at, ended_at, actor, given_reason, undoes, resolved_at, outcome, resolved_by, unconfirmed,
      (select max(u.action_id) from actions_log u where u.undoes = a.action_id
        and (u.state not in ('failed', 'skipped') or u.outcome = 'done_by_hand')
        group by u.undoes) as undone_by -- grouped, or the whole log may be searched backwards for each row
    from actions_log a where ${which}`);
  return rows.map(toItem);
}

const toItem = (row: StoredRow): RuleActionItem => ({
  actionId: row.action_id,
  ruleId: row.rule_id,
  ruleVersion: row.rule_version,
  streamId: row.stream_id,
  sessionId: row.session_id,
  eventId: row.event_id,
  unconfirmed: row.unconfirmed,
  userId: row.user_id,
  type: row.type,
  rendered: row.rendered,
  measure: row.measure,
  seconds: row.seconds,
  mode: row.mode,
  state: row.state,
  reason: row.reason,
  eventAt: row.event_at.toISOString(),
  decidedAt: row.decided_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  actor: row.actor,
  givenReason: row.given_reason,
  undoes: row.undoes,
  undoneBy: row.undone_by,
  resolved:
    row.resolved_at && row.outcome && row.resolved_by
      ? { outcome: row.outcome, at: row.resolved_at.toISOString(), by: row.resolved_by }
      : null,
});
