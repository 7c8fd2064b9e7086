import { type ConnectionPool, type Queryable, type SQLQuery, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Rule, RuleDraft } from "../../contracts/rule.ts";
import type { RuleDiff } from "../../contracts/rule-shadow.ts";
import { getRule, lockVersion, replaceDraft } from "./store.ts";
import { keptDays } from "./upkeep.ts";

/**
 * Lets a draft run beside the version that is live; another one that did is forgotten.
 *
 * @returns null when there is no such rule
 * @throws ValidationError when the rule itself is in mode shadow: the two could not be told apart
 */
export async function setShadow(
  db: ConnectionPool,
  { ruleId, draft, by }: { ruleId: string; draft: RuleDraft; by: string },
): Promise<Rule | null> {
  return db.tx(async (tx) => {
    await lockVersion(tx, ruleId);
    const rule = await getRule(tx, { ruleId });
    if (!rule) return null;
    if (rule.mode === "shadow") {
      const problem = { field: "draft", message: "cannot run beside a rule that is itself in mode shadow: save that" };
      throw new Errors.ValidationError("The rule cannot have a shadow.", "VALIDATION_ERROR", [problem]);
    }
    await tx.query(sql`
      update rules set shadow = ${JSON.stringify(draft)}::jsonb, shadow_by = ${by},
        shadow_at = date_trunc('milliseconds', clock_timestamp())
      where rule_id = ${ruleId}`);
    return getRule(tx, { ruleId });
  });
}

/** False when there is no such rule, or it has none. */
export async function dropShadow(db: Queryable, { ruleId }: { ruleId: string }): Promise<boolean> {
  const rows = await db.query(sql`
    update rules set shadow = null, shadow_at = null, shadow_by = null
    where rule_id = ${ruleId} and deleted_at is null and shadow is not null returning rule_id`);
  return rows.length > 0;
}

/**
 * Makes the shadow of a rule its next version.
 *
 * @param version the one that the change is meant for
 * @param since of the shadow that is meant
 * @returns null when there is no such rule, or it has no shadow
 * @throws PRECONDITION_FAILED when it is at another version, or has another shadow
 */
export async function promoteShadow(
  db: ConnectionPool,
  { ruleId, version, since, by }: { ruleId: string; version: number; since: string; by: string },
): Promise<Rule | null> {
  return db.tx(async (tx) => {
    await lockVersion(tx, ruleId);
    const shadow = (await getRule(tx, { ruleId }))?.shadow;
    if (!shadow) return null;
    if (Date.parse(shadow.since) !== Date.parse(since)) throw otherShadow(shadow.since);
    const rule = await replaceDraft(tx, { ruleId, draft: shadow.draft, version, by });
    await dropShadow(tx, { ruleId });
    return rule && getRule(tx, { ruleId });
  });
}

const otherShadow = (since: string) =>
  new Errors.MoleculerClientError(
    `Another draft runs beside the rule, since ${since}: read the rule again.`,
    412,
    "PRECONDITION_FAILED",
    { since },
  );

interface Question {
  ruleId: string;
  /** ISO 8601, of the events; the second is not in. */
  from?: string | undefined;
  to?: string | undefined;
  /** Of what is listed; all is counted. */
  limit: number;
}

interface DiffRow {
  event_id: string;
  stream_id: string;
  session_id: string;
  event_at: Date;
  live: RuleDiff["items"][number]["live"];
  shadow: RuleDiff["items"][number]["shadow"];
  both: number;
  only_live: number;
  only_shadow: number;
}

/**
 * What the live version did since its shadow began and what that would have done, as far back as both are kept; null when
 * there is no shadow.
 */
export async function diff(db: Queryable, question: Question, now: Date): Promise<RuleDiff | null> {
  const { ruleId, limit } = question;
  const rule = await getRule(db, { ruleId });
  if (!rule?.shadow) return null;
  const { draft, since } = rule.shadow;
  const kept = new Date(now.getTime() - keptDays.held * 86_400_000).toISOString();
  const from = [since, kept, question.from ?? since].reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
  const to = question.to ?? now.toISOString();
  const fired = (mode: SQLQuery) => sql`(
    select distinct on (effect_key) effect_key, event_id, stream_id, session_id, event_at,
      jsonb_build_object('state', state, 'reason', reason, 'rendered', rendered) as effect
    from actions_log where rule_id = ${ruleId} and event_at >= ${from} and event_at < ${to} and ${mode} and ${isFiring}
    order by effect_key, action_id)`;
  const rows: DiffRow[] = await db.query(sql`
    select coalesce(l.event_id, s.event_id) as event_id, coalesce(l.stream_id, s.stream_id) as stream_id,
      coalesce(l.session_id, s.session_id) as session_id, coalesce(l.event_at, s.event_at) as event_at,
      l.effect as live, s.effect as shadow,
      (count(*) filter (where l.effect is not null and s.effect is not null) over ())::int as both,
      (count(*) filter (where s.effect is null) over ())::int as only_live,
      (count(*) filter (where l.effect is null) over ())::int as only_shadow
    from ${fired(sql`mode <> 'shadow'`)} l full join ${fired(sql`mode = 'shadow'`)} s using (effect_key)
    order by event_at desc, event_id limit ${limit}`);
  const [first] = rows;
  return {
    ...{ ruleId, version: rule.version, shadow: draft, from, to },
    ...{ both: first?.both ?? 0, onlyLive: first?.only_live ?? 0, onlyShadow: first?.only_shadow ?? 0 },
    items: rows.map(({ event_id, stream_id, session_id, event_at, live, shadow }) => ({
      ...{ eventId: event_id, streamId: stream_id, sessionId: session_id, eventAt: event_at.toISOString() },
      ...{ live, shadow },
    })),
  };
}

/** It was not held back, and it was something that happened just then. */
const isFiring = sql`coalesce(reason, '') not in ('cooldown', 'user_cooldown', 'limit', 'replay', 'history')`;
