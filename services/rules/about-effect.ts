import { type SQLQuery, sql } from "@databases/pg";

/**
 * Conditions on a row of actions_log, each as an index has it: what a rule decided about an effect was neither held back by a
 * cooldown nor told again, and either happens or was refused.
 */
export const isClaim = (row: string): SQLQuery =>
  sql`(${sql.ident(row, "mode")} = 'live' and ${sql.ident(row, "state")} <> 'skipped')`;
export const isRefusal = (row: string): SQLQuery => sql`(${sql.ident(row, "state")} = 'skipped'
  and ${sql.ident(row, "reason")} not in ('cooldown', 'user_cooldown', 'limit', 'replay', 'history'))`;
