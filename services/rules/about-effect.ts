import { type SQLQuery, sql } from "@databases/pg";

/** What is told again is written down apart: the event itself may be still to come, or was decided about. */
export const isToldAgain = (row: string): SQLQuery =>
  sql`(coalesce(${sql.ident(row, "reason")}, '') in ('replay', 'history'))`;

/**
 * Conditions on a row of actions_log, each as an index has it: what a rule decided about an effect was neither held back by a
 * cooldown nor told again, and either happens or was refused.
 */
export const isClaim = (row: string): SQLQuery =>
  sql`(${sql.ident(row, "mode")} = 'live' and ${sql.ident(row, "state")} <> 'skipped')`;
export const isRefusal = (row: string): SQLQuery => sql`(${sql.ident(row, "state")} = 'skipped'
  and ${sql.ident(row, "reason")} not in ('cooldown', 'user_cooldown', 'limit', 'replay', 'history'))`;

const before = (which: SQLQuery) => sql`
  select from actions_log before where before.effect_key = decided.effect_key and before.rule_id = decided.rule_id
    and before.mode = decided.mode and ${which} and not ${isToldAgain("decided")}`;

/** Condition on `decided`, a row to be: its rule did not decide about the effect before. */
export const isNewEffect: SQLQuery = sql`
  not exists (${before(isClaim("before"))}) and not exists (${before(isRefusal("before"))})`;
