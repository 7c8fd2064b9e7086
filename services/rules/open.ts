import { type Queryable, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { Actor, Resolution } from "../../contracts/moderation.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { actionsInScope, getAction, selectActions } from "./actions-log.ts";

/** What there was no means for and a person may do by hand: the condition of an index. */
const isOpen = sql`a.state = 'skipped' and a.reason = 'no_capability' and a.resolved_at is null
  and a.type in ('announce', 'moderate')`;

/** An action id. */
const place = [/^\d{1,18}$/] as const;

/** What waits for a person since yesterday, the newest first. */
export async function listOpen(
  db: Queryable,
  { scope, after, limit }: { scope: Scope; after?: string | undefined; limit: number },
): Promise<Page<RuleActionItem>> {
  const [before] = after ? decodeCursor(after, place) : [];
  const older = before
    ? sql`(a.decided_at, a.action_id) <
        ((select decided_at from actions_log where action_id = ${before}::bigint), ${before}::bigint)`
    : sql`true`;
  const items = await selectActions(
    db,
    sql`${isOpen} and a.decided_at > now() - interval '1 day' and ${actionsInScope(scope)} and ${older}
      order by a.decided_at desc, a.action_id desc limit ${limit + 1}`,
  );
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), next: last ? encodeCursor([last.actionId]) : null };
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
    update actions_log a set resolved_at = now(), outcome = ${outcome}, resolved_by = ${JSON.stringify(actor)}::jsonb
    where action_id = ${actionId}::bigint and ${isOpen} returning 1`);
  const item = await getAction(db, actionId);
  if (item && rows.length === 0) throw notOpen(item);
  return item;
}

const notOpen = ({ resolved }: RuleActionItem) =>
  new Errors.MoleculerClientError("This action does not wait for a person, or no more.", 409, "NOT_OPEN", { resolved });
