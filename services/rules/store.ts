import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { Rule, RuleDraft } from "../../contracts/rule.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import type { StoredRule } from "./book.ts";

interface RuleRow {
  rule_id: string;
  channel_id: string;
  version: number;
  draft: RuleDraft;
  shadow: RuleDraft | null;
  shadow_at: Date | null;
  shadow_by: string | null;
  created_at: Date;
  updated_at: Date;
  fired_24h: string;
  last_fired_at: Date | null;
}

/** Somebody else changed the rule since it was read. */
class VersionConflict extends Errors.MoleculerClientError {
  constructor(version: number) {
    super(`The rule was changed meanwhile, and is at version ${version}: read it again.`, 412, "PRECONDITION_FAILED", {
      version,
    });
  }
}

const tooManyRules = () =>
  new Errors.MoleculerClientError(
    `A channel has ${MOST_OF_CHANNEL} rules at most: delete one first.`,
    409,
    "TOO_MANY_RULES",
  );

const age = sql`(extract(epoch from r.created_at) * 1000000)::bigint`;
const place = [/^\d{1,17}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/] as const;

/** Rules of the channels in scope, the newest first: what is made while somebody pages stands before where they are. */
export async function listRules(
  db: Queryable,
  { scope, after, limit }: { scope: Scope; after?: string | undefined; limit: number },
): Promise<Page<Rule>> {
  const own = scope.channelIds ? sql`r.channel_id = any(${scope.channelIds}::uuid[])` : sql`true`;
  const simulated = scope.simulated ? sql`c.simulated` : sql`true`;
  const [createdAt, ruleId] = after ? decodeCursor(after, place) : [];
  const older = createdAt ? sql`(${age}, rule_id) < (${createdAt}::bigint, ${ruleId}::uuid)` : sql`true`;
  const rows: (RuleRow & { age: string })[] = await db.query(sql`
    select ${columnsOf()}, ${fired()}, ${age} as age
    from rules r join channels c using (channel_id)
    where deleted_at is null and ${own} and ${simulated} and ${older}
    order by r.created_at desc, rule_id desc limit ${limit + 1}`);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map((row) => toRule(row)),
    next: last ? encodeCursor([last.age, last.rule_id]) : null,
  };
}

/** Null when there is none, or no more. */
export async function getRule(db: Queryable, { ruleId }: { ruleId: string }): Promise<Rule | null> {
  const [row] = await db.query(sql`
    select ${columnsOf()}, ${fired()} from rules r where rule_id = ${ruleId} and deleted_at is null`);
  return row ? toRule(row) : null;
}

/** A rule as it is, or as a version of it was; null when there is none, or no more. */
export async function draftOf(
  db: Queryable,
  { ruleId, version }: { ruleId: string; version?: number | undefined },
): Promise<RuleDraft | null> {
  const [row] = await db.query(
    version === undefined
      ? sql`select draft from rules where rule_id = ${ruleId} and deleted_at is null`
      : sql`
        select v.draft from rule_versions v join rules using (rule_id)
        where rule_id = ${ruleId} and deleted_at is null and v.version = ${version}`,
  );
  return row?.draft ?? null;
}

const columnsOf = () => sql`r.rule_id, r.channel_id, r.version, r.draft, r.shadow, r.shadow_at, r.shadow_by,
  r.created_at, r.updated_at`;

/** It acted, or would have: the condition of an index. */
const isFired = sql`(a.state <> 'skipped' or a.reason in ('dry_run', 'shadow', 'no_capability'))`;

/** The modes of what a rule decided itself. */
const ownModes = sql`
  unnest(case when r.draft->>'mode' = 'shadow' then '{live,dry_run,shadow}' else '{live,dry_run}' end::text[]) as own (mode)`;

/** How often it acted lately, or would have; without the shadow beside it. */
const fired = () => sql`
  (select sum(of_mode.count) from ${ownModes}, lateral (
    select count(*) from actions_log a where a.rule_id = r.rule_id and a.mode = own.mode and ${isFired}
      and a.event_at > now() - interval '24 hours') of_mode) as fired_24h,
  (select max(newest.decided_at) from ${ownModes}, lateral (
    select decided_at from actions_log a where a.rule_id = r.rule_id and a.mode = own.mode and ${isFired}
    order by event_at desc limit 1) newest) as last_fired_at`;

/** Every event of a channel is asked of all of them. */
const MOST_OF_CHANNEL = 200;

/**
 * Null when there is no such channel.
 *
 * @throws TOO_MANY_RULES
 */
export async function createRule(
  db: ConnectionPool,
  { channelId, draft, by }: { channelId: string; draft: RuleDraft; by: string },
): Promise<Rule | null> {
  return db.tx(async (tx) => {
    await tx.query(sql`select pg_advisory_xact_lock(hashtext('rules'), hashtext(${channelId}))`);
    const [{ count }] = await tx.query(sql`
      select count(*)::int as count from rules where channel_id = ${channelId} and deleted_at is null`);
    if (count >= MOST_OF_CHANNEL) throw tooManyRules();
    const [row] = await tx.query(sql`
      insert into rules (channel_id, version, draft)
      select channel_id, 1, ${JSON.stringify(draft)}::jsonb from channels where channel_id = ${channelId}
      returning rule_id`);
    if (!row) return null;
    await keepVersion(tx, row.rule_id, 1, draft, by);
    return getRule(tx, { ruleId: row.rule_id });
  });
}

/**
 * @param version the one that the change is meant for
 * @returns null when there is no such rule
 * @throws PRECONDITION_FAILED when it is at another version
 */
export async function updateRule(
  db: ConnectionPool,
  { ruleId, draft, version, by }: { ruleId: string; draft: RuleDraft; version: number; by: string },
): Promise<Rule | null> {
  return db.tx((tx) => replaceDraft(tx, { ruleId, draft, version, by }));
}

/** The same, within a transaction. */
export async function replaceDraft(
  tx: Queryable,
  { ruleId, draft, version, by }: { ruleId: string; draft: RuleDraft; version: number; by: string },
): Promise<Rule | null> {
  const at = await lockVersion(tx, ruleId);
  if (at === null) return null;
  if (at !== version) throw new VersionConflict(at);
  await tx.query(sql`
    update rules set version = ${at + 1}, draft = ${JSON.stringify(draft)}::jsonb, updated_at = now()
    where rule_id = ${ruleId}`);
  await keepVersion(tx, ruleId, at + 1, draft, by);
  return getRule(tx, { ruleId });
}

/** False when there is no such rule. */
export async function removeRule(
  db: ConnectionPool,
  { ruleId, version }: { ruleId: string; version: number },
): Promise<boolean> {
  return db.tx(async (tx) => {
    const at = await lockVersion(tx, ruleId);
    if (at === null) return false;
    if (at !== version) throw new VersionConflict(at);
    await tx.query(sql`update rules set deleted_at = now() where rule_id = ${ruleId}`);
    return true;
  });
}

/** As it was saved once. */
interface RuleVersion {
  version: number;
  draft: RuleDraft;
  madeAt: string;
  madeBy: string;
}

/** What was ever saved of a rule, the newest first. */
export async function ruleVersions(
  db: Queryable,
  { ruleId, after, limit }: { ruleId: string; after?: string | undefined; limit: number },
): Promise<Page<RuleVersion>> {
  const older = after ? sql`version < ${decodeCursor(after, [/^\d{1,9}$/])[0]}::int` : sql`true`;
  const rows: { version: number; draft: RuleDraft; made_at: Date; made_by: string }[] = await db.query(sql`
    select version, draft, made_at, made_by from rule_versions where rule_id = ${ruleId} and ${older}
    order by version desc limit ${limit + 1}`);
  const items = rows.slice(0, limit).map(({ version, draft, made_at, made_by }) => ({
    version,
    draft,
    madeAt: made_at.toISOString(),
    madeBy: made_by,
  }));
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last ? encodeCursor([String(last.version)]) : null };
}

/**
 * All rules that may act, of every channel, and those that have a shadow; with the versions of the last day, since what
 * came in their time may still be asked about.
 */
export async function runningRules(db: Queryable): Promise<StoredRule[]> {
  const rows: (RuleRow & { since: Date; until: Date | null })[] = await db.query(sql`
    select r.rule_id, r.channel_id, v.version, v.draft, v.made_at as since,
      coalesce(next.made_at, r.deleted_at) as until, s.shadow, s.shadow_at, s.shadow_by
    from rules r join rule_versions v using (rule_id)
      left join rule_versions next on next.rule_id = v.rule_id and next.version = v.version + 1
      left join rules s on s.rule_id = v.rule_id and s.version = v.version and s.deleted_at is null
    where coalesce(next.made_at, r.deleted_at, 'infinity') > now() - interval '1 day'
      and ((v.draft->>'enabled')::boolean or s.shadow is not null)
    order by r.created_at, rule_id, v.version`);
  return rows.map((row) => ({
    ruleId: row.rule_id,
    channelId: row.channel_id,
    version: row.version,
    draft: row.draft,
    since: row.since.toISOString(),
    until: row.until?.toISOString() ?? null,
    shadow: shadowOf(row),
  }));
}

const shadowOf = ({ shadow, shadow_at, shadow_by }: RuleRow) =>
  shadow && { draft: shadow, since: shadow_at?.toISOString() ?? "", by: shadow_by ?? "" };

/** The version of a rule that nobody changes before the transaction ends; null when there is no such rule. */
export async function lockVersion(tx: Queryable, ruleId: string): Promise<number | null> {
  const [row] = await tx.query(
    sql`select version from rules where rule_id = ${ruleId} and deleted_at is null for update`,
  );
  return row?.version ?? null;
}

async function keepVersion(
  tx: Queryable,
  ruleId: string,
  version: number,
  draft: RuleDraft,
  by: string,
): Promise<void> {
  await tx.query(sql`
    insert into rule_versions (rule_id, version, draft, made_by)
    values (${ruleId}, ${version}, ${JSON.stringify(draft)}::jsonb, ${by})`);
}

const toRule = (row: RuleRow, shadow = shadowOf(row)): Rule => ({
  ruleId: row.rule_id,
  channelId: row.channel_id,
  version: row.version,
  ...row.draft,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  fired24h: Number(row.fired_24h),
  lastFiredAt: row.last_fired_at?.toISOString() ?? null,
  ...(shadow && { shadow }),
});
