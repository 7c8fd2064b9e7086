import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { LetterTrial, RedrivenLetter } from "../../contracts/letters.ts";
import type { Entry } from "../../lib/define-service.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { isClaim, isRefusal } from "./about-effect.ts";
import { type DecidedRow, wouldRecord } from "./actions-log.ts";
import { readLetter } from "./redrive.ts";

type Rehearsal = Pick<LetterTrial, "outcome" | "reason" | "error" | "rules">;

/**
 * What would happen if a dead letter were redriven now. Nothing changes.
 *
 * @param decide what rules make of an entry, as it would be written down
 * @throws OutageError
 */
export async function rehearse(
  db: ConnectionPool,
  letter: RedrivenLetter,
  decide: (entry: Entry<"ttlc:events">) => Promise<DecidedRow[]>,
): Promise<Rehearsal> {
  try {
    const rows = await decide(readLetter(letter));
    const added = await wouldRecord(db, rows);
    const known = await knownOf(db, rows);
    const rules = rows.map((row): LetterTrial["rules"][number] => {
      const fresh = added.find((one) => one.rule_id === row.rule_id && one.mode === row.mode);
      const { name = "", before = null } = known.get(nameOf(row)) ?? {};
      return {
        ...{ ruleId: row.rule_id, name, type: row.type, mode: row.mode },
        ...(fresh ? { state: fresh.state, reason: fresh.reason } : { state: null, reason: null }),
        actionId: fresh ? null : before,
      };
    });
    const outcome = rules.length === 0 ? "unmatched" : added.length > 0 ? "decided" : "decided_already";
    return { outcome, reason: null, error: null, rules };
  } catch (error) {
    if (isOutage(error)) throw error;
    const reason = error instanceof PoisonMessageError ? error.reason : null;
    return { outcome: "refused", reason, error: (error as Error).message, rules: [] };
  }
}

const nameOf = ({ rule_id, mode }: Pick<DecidedRow, "rule_id" | "mode">) => `${rule_id} ${mode}`;

/** How the rules are called, and what each decided before about the event or its effect. */
async function knownOf(
  db: Queryable,
  rows: readonly DecidedRow[],
): Promise<Map<string, { name: string; before: string | null }>> {
  const asked = rows.map(({ rule_id, mode, event_id, effect_key }) => ({ rule_id, mode, event_id, effect_key }));
  const found: { rule_id: string; mode: DecidedRow["mode"]; name: string; before: string | null }[] =
    await db.query(sql`
    select asked.rule_id, asked.mode, r.draft->>'name' as name, (
      select max(action_id) from (
        select a.action_id from actions_log a
        where a.event_id = asked.event_id and a.rule_id = asked.rule_id and a.mode = asked.mode
        union all select a.action_id from actions_log a
        where a.effect_key = asked.effect_key and a.rule_id = asked.rule_id and a.mode = asked.mode and ${isClaim("a")}
        union all select a.action_id from actions_log a
        where a.effect_key = asked.effect_key and a.rule_id = asked.rule_id and a.mode = asked.mode and ${isRefusal("a")}
      ) decided) as before
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as asked (rule_id uuid, mode text, event_id text, effect_key text) join rules r using (rule_id)`);
  return new Map(found.map((row) => [nameOf(row), row]));
}
