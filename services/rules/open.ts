import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Scope } from "../../contracts/access.ts";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import type { Actor, Resolution } from "../../contracts/moderation.ts";
import type { OpenAction, ResolvedActions } from "../../contracts/open-action.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { actionsInScope, getAction, selectActions } from "./actions-log.ts";

/** What there was no means for and a person may do by hand: the condition of an index. */
const isOpen = sql`a.state = 'skipped' and a.reason = 'no_capability' and a.resolved_at is null
  and a.type in ('announce', 'moderate')`;

/** Of a rule, only what is decided by the version that counts: who changed it, switched it off or deleted it wants that no more. */
const isWanted = sql`(a.rule_id is null or exists (
  select from rules r where r.rule_id = a.rule_id and r.version = a.rule_version and r.deleted_at is null))`;

/** In the order in which they are listed, with how long each waits: what is said late helps nobody. */
const waits = { moderate: sql`interval '1 day'`, announce: sql`interval '1 minute'` };
type Type = keyof typeof waits;

const isWaiting = (type: Type): SQLQuery =>
  sql`${isOpen} and a.type = ${type} and a.decided_at > now() - ${waits[type]} and ${isWanted}`;

/** A type and an action id. */
const place = [/^(moderate|announce)$/, /^\d{1,18}$/] as const;

/** What tells a stored event. */
interface EventKey {
  eventId: string;
  /** ISO 8601. */
  timestamp: string;
}

/**
 * What waits for a person: what is to be done to people before what is to be said, the newest of each first.
 *
 * @param eventsOf those of the keys that are stored
 */
export async function listOpen(
  db: Queryable,
  { scope, after, limit }: { scope: Scope; after?: string | undefined; limit: number },
  eventsOf: (keys: EventKey[]) => Promise<ServedEvent[]>,
): Promise<Page<OpenAction>> {
  const [type, before] = after ? decodeCursor(after, place) : [];
  const found: RuleActionItem[] = type === "announce" ? [] : await waiting(db, "moderate", scope, before, limit + 1);
  if (found.length <= limit) {
    const said = type === "announce" ? before : undefined;
    found.push(...(await waiting(db, "announce", scope, said, limit + 1 - found.length)));
  }
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return {
    items: await withReasons(db, items, eventsOf),
    next: last ? encodeCursor([last.type, last.actionId]) : null,
  };
}

/** @param before an action of this type, which those that are wanted stand behind */
function waiting(db: Queryable, type: Type, scope: Scope, before: string | undefined, limit: number) {
  const older = before
    ? sql`(a.decided_at, a.action_id) <
        ((select decided_at from actions_log where action_id = ${before}::bigint), ${before}::bigint)`
    : sql`true`;
  return selectActions(
    db,
    sql`${isWaiting(type)} and ${actionsInScope(scope)} and ${older}
      order by a.decided_at desc, a.action_id desc limit ${limit}`,
  );
}

async function withReasons(
  db: Queryable,
  items: readonly RuleActionItem[],
  eventsOf: (keys: EventKey[]) => Promise<ServedEvent[]>,
): Promise<OpenAction[]> {
  const keys = items.flatMap(({ eventId, eventAt }) => (eventId === null ? [] : { eventId, timestamp: eventAt }));
  const events = new Map((keys.length > 0 ? await eventsOf(keys) : []).map((event) => [event.eventId, event]));
  const ruleIds = [...new Set(items.flatMap(({ ruleId }) => ruleId ?? []))];
  const rows: { rule_id: string; name: string }[] = await db.query(sql`
    select rule_id, draft->>'name' as name from rules where rule_id = any(${ruleIds}::uuid[])`);
  const names = new Map(rows.map(({ rule_id, name }) => [rule_id, name]));
  return items.map((item) => ({
    ...item,
    ruleName: names.get(item.ruleId ?? "") ?? null,
    event: (!item.unconfirmed && events.get(item.eventId ?? "")) || null,
  }));
}

/**
 * Writes down what a person did about it.
 *
 * @returns null when there is no action of that id
 * @throws NOT_OPEN when it does not wait for anybody, or no more
 */
export async function resolve(
  db: Queryable,
  { actionId, outcome, actor }: { actionId: string; outcome: Resolution["outcome"]; actor: Actor },
): Promise<RuleActionItem | null> {
  const rows = await db.query(sql`
    update actions_log a set ${resolved(outcome, actor)} where action_id = ${actionId}::bigint and ${isOpen} returning 1`);
  const item = await getAction(db, actionId);
  if (item && rows.length === 0) throw notOpen(item);
  return item;
}

/** Nobody does what waits of a rule; null when there is none of that id. */
export async function dismissAll(
  db: Queryable,
  { ruleId, actor }: { ruleId: string; actor: Actor },
): Promise<ResolvedActions | null> {
  const rows = await db.query(sql`
    update actions_log a set ${resolved("dismissed", actor)}
    where a.rule_id = ${ruleId} and (${isWaiting("moderate")} or ${isWaiting("announce")}) returning 1`);
  const [rule] = await db.query(sql`select 1 from rules where rule_id = ${ruleId}`);
  return rule ? { ruleId, resolved: rows.length } : null;
}

const resolved = (outcome: Resolution["outcome"], actor: Actor): SQLQuery =>
  sql`resolved_at = now(), outcome = ${outcome}, resolved_by = ${JSON.stringify(actor)}::jsonb`;

const notOpen = ({ resolved }: RuleActionItem) =>
  new Errors.MoleculerClientError("This action does not wait for a person, or no more.", 409, "NOT_OPEN", { resolved });
