import { type Queryable, sql } from "@databases/pg";

/** What rules held back is kept for so many days, since there is one of each event; what was done, and what a person saw to, for so many. */
export const keptDays = { held: 7, all: 90 };
/** Decisions that are removed in one transaction. */
const BATCH = 1_000;

/**
 * Removes old decisions, some at a time, and what is known of targets that nothing was sent to for a day. What is under way stays, and what something that is kept takes back.
 *
 * @param mayGoOn asked before each transaction
 * @returns how many decisions it removed
 */
export async function prune(db: Queryable, mayGoOn: () => boolean): Promise<number> {
  const held = sql`state = 'skipped' and rule_id is not null and resolved_at is null
    and decided_at < now() - ${keptDays.held} * interval '1 day'`;
  const all = sql`state not in ('planned', 'executing') and decided_at < now() - ${keptDays.all} * interval '1 day'`;
  await db.query(sql`delete from action_pauses where until < now() - interval '1 day'`);
  let removed = 0;
  for (const old of [held, all]) {
    for (let some = BATCH; some === BATCH && mayGoOn(); removed += some) {
      const rows = await db.query(sql`
        delete from actions_log where action_id in (
          select action_id from actions_log a where ${old}
            and not exists (select from actions_log u where u.undoes = a.action_id)
          order by decided_at limit ${BATCH} for update skip locked)
        returning 1`);
      some = rows.length;
    }
  }
  return removed;
}
