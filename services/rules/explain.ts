import { type Queryable, sql } from "@databases/pg";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import type { EventExplanation } from "../../contracts/rule-explain.ts";
import { isClaim, isRefusal } from "./about-effect.ts";
import { listActions, selectActions } from "./actions-log.ts";
import { explainRule, type RuleOfThen } from "./explanation.ts";
import { effectKeyOf } from "./rule-set.ts";

/** Rules of one channel that are explained, the oldest first. */
const MAX_RULES = 500;

/** What the rules of a channel make of a stored event, and what they decided when it came. */
export async function explain(
  db: Queryable,
  { event, channelId }: { event: ServedEvent; channelId: string | null },
): Promise<EventExplanation> {
  if (channelId === null) return { event, channelId, rules: [] };
  const decided = await decidedAbout(db, event, channelId);
  const rules = await rulesOfThen(db, { event, channelId, deciders: decided.flatMap(({ ruleId }) => ruleId ?? []) });
  const byRule = Map.groupBy(decided, ({ ruleId }) => ruleId);
  return { event, channelId, rules: rules.map((rule) => explainRule(event, rule, byRule.get(rule.ruleId) ?? [])) };
}

/** Also of its gift streak at another event. */
async function decidedAbout(db: Queryable, event: ServedEvent, channelId: string): Promise<RuleActionItem[]> {
  const { eventId } = event;
  const { items } = await listActions(db, { scope: { channelIds: [channelId] }, eventId, limit: MAX_RULES });
  const elsewhere = await selectActions(
    db,
    sql`a.effect_key = ${effectKeyOf(event)} and (${isClaim("a")} or ${isRefusal("a")})
      and a.channel_id = ${channelId} and a.event_id <> ${eventId} order by action_id desc limit ${MAX_RULES}`,
  );
  return [...items, ...elsewhere];
}

/** The enabled rules that wait for such an event, and those that decided something about it, whatever they are now. */
async function rulesOfThen(
  db: Queryable,
  { event, channelId, deciders }: { event: ServedEvent; channelId: string; deciders: readonly string[] },
): Promise<RuleOfThen[]> {
  const rows = await db.query(sql`
    select r.rule_id, r.version, r.draft, r.deleted_at, v.version as asked_version, v.draft as asked_draft,
      coalesce(v.version < r.version and not exists (
        select from rule_versions next where next.rule_id = r.rule_id and next.version = v.version + 1
      ), date_trunc('milliseconds', created_at) <= ${event.ingestedAt}) as is_forgotten
    from rules r left join lateral (
      select version, draft from rule_versions v where v.rule_id = r.rule_id and date_trunc('milliseconds', made_at) <= ${event.ingestedAt}
      order by version desc limit 1) v on true
    where channel_id = ${channelId} and (
      deleted_at is null and (r.draft->>'enabled')::boolean and r.draft->>'eventType' = ${event.eventType}
      or rule_id = any(${deciders}::uuid[]))
    order by created_at, rule_id limit ${MAX_RULES}`);
  return rows.map((row) => ({
    ruleId: row.rule_id,
    version: row.version,
    draft: row.draft,
    isRemoved: row.deleted_at !== null,
    asked: row.is_forgotten ? "forgotten" : row.asked_version && { version: row.asked_version, draft: row.asked_draft },
  }));
}
