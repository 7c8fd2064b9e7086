import { type Queryable, sql } from "@databases/pg";

/** What rules held back is kept for so many days, since there is one of each event; what was done, and what a person saw to, for so many. */
export const keptDays = { held: 7, all: 90 };
/** What is removed in one transaction. */
const BATCH = 1_000;
/** So many versions of a rule are kept, whatever they did; others for as long as what they may have decided. */
const KEPT_VERSIONS = 100;

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

/**
 * Removes versions of rules, and rules that were deleted, of which no decision tells any more.
 *
 * @param mayGoOn asked before each transaction
 * @returns how many rules and versions it removed
 */
export async function pruneRules(db: Queryable, mayGoOn: () => boolean): Promise<number> {
  let removed = 0;
  for (const remove of [removeRules, removeVersions]) {
    for (let some = BATCH; some >= BATCH && mayGoOn(); removed += some) some = await remove(db);
  }
  return removed;
}

async function removeVersions(db: Queryable): Promise<number> {
  const rows = await db.query(sql`
    delete from rule_versions where (rule_id, version) in (
      select rule_id, version from (
        select rule_id, v.version, r.version as newest, lead(made_at) over (partition by rule_id order by v.version) as until
        from rules r join rule_versions v using (rule_id) where r.version > ${KEPT_VERSIONS}
      ) v
      where version <= newest - ${KEPT_VERSIONS} and until < now() - ${keptDays.all + 1} * interval '1 day'
      limit ${BATCH})
    returning 1`);
  return rows.length;
}

/** With all their versions. */
async function removeRules(db: Queryable): Promise<number> {
  const rows = await db.query(sql`
    with gone as (
      select rule_id from rules r where deleted_at < now() - ${keptDays.held} * interval '1 day'
        and not exists (select from actions_log a where a.rule_id = r.rule_id)
      limit ${BATCH} for update skip locked
    ), versions as (
      delete from rule_versions v using gone where v.rule_id = gone.rule_id
    )
    delete from rules r using gone where r.rule_id = gone.rule_id returning 1`);
  return rows.length;
}
