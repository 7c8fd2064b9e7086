import type { DecidedRow } from "./actions-log.ts";
import { Firings } from "./firings.ts";
import { isToldAgain } from "./gate.ts";
import { Pace } from "./pace.ts";

/** A decision that fired under a cooldown or a limit, as the log has it. */
export interface Fired extends Pick<DecidedRow, "effect_key" | "rule_id" | "mode" | "user_id"> {
  event_at: Date;
}

/**
 * What becomes of decisions, in their order: it fires, it is held by a cooldown or a limit, or it is left out, since the
 * rule had the effect. Each mode goes by its own. What is told again is no effect.
 *
 * @param fired what there was around the time of these decisions, and of the same effects
 */
export function settle(rows: readonly DecidedRow[], fired: readonly Fired[]): DecidedRow[] {
  const firings = new Map<string, Firings>();
  const effects = new Set<string>();
  for (const row of fired) {
    firingsOf(firings, row).add(row.event_at.getTime(), row.user_id ?? undefined);
    effects.add(effectOf(row));
  }
  return rows.flatMap((row) => {
    if (isToldAgain(row.reason)) return [row];
    if (effects.has(effectOf(row))) return [];
    const { pace, url, host, body, ...decision } = row;
    const held = pace && new Pace(pace, firingsOf(firings, row)).fire(row.event_at, row.user_id ?? undefined);
    if (held) return [{ ...decision, state: "skipped" as const, reason: held }];
    effects.add(effectOf(row));
    return [pace ? { ...row, paced: true } : row];
  });
}

function firingsOf(known: Map<string, Firings>, { rule_id, mode }: Pick<Fired, "rule_id" | "mode">): Firings {
  const name = `${rule_id} ${mode}`;
  const firings = known.get(name) ?? new Firings();
  known.set(name, firings);
  return firings;
}

const effectOf = ({ effect_key, rule_id, mode }: Pick<Fired, "effect_key" | "rule_id" | "mode">) =>
  `${rule_id} ${mode} ${effect_key}`;
