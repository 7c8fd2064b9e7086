import { type SQLQuery, sql } from "@databases/pg";
import type { EventType } from "../../contracts/unified-event.ts";
import { type EventFilter, wordOf } from "../../lib/event-filter.ts";
import { isPosition, packPosition } from "../../lib/position.ts";
import { fold } from "./fold.ts";
import { weekOf } from "./weeks.ts";

/** What a history is asked for beside where. All that is named must hold. */
export interface HistoryFilter extends EventFilter {
  /** Bounds of `timestamp`, ISO 8601: the first is in, the second is not. */
  from?: string | undefined;
  to?: string | undefined;
  /** A position, or an instant in ISO 8601: only what was stored up to then. */
  asOf?: string | undefined;
}

/** The last instant that Postgres and ISO 8601 write alike. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Text that Postgres reads, whatever year it is. */
const instant = (text: string) => new Date(Math.min(Math.max(Date.parse(text), 0), LAST_INSTANT)).toISOString();

/** The highest position (packed) of what a history shows, if it is not to show all. A position begins with when it was given. */
export function throughOf({ asOf }: HistoryFilter): bigint | undefined {
  if (asOf === undefined) return undefined;
  if (isPosition(asOf)) return packPosition(asOf);
  return packPosition(`${Date.parse(instant(asOf)) + 1}-0`) - 1n;
}

/** Equal for filters that mean the same. */
export const canonical = ({ types, userId, minCoins, q, from, to, asOf }: HistoryFilter): unknown[] => [
  types && [...new Set(types)].sort(),
  ...[userId, minCoins, wordOf(q), from, to, asOf],
];

/** Of events `e`: those that can be wanted, as far as the event's own row tells. */
export function wantedRows({ types, minCoins, from, to }: HistoryFilter, through: string): SQLQuery {
  return allOf([
    sql`e.position <= ${through}::bigint`,
    types && sql`e.event_type = any(${types as EventType[]})`,
    minCoins !== undefined && sql`(e.event_type = 'GIFT' and (e.payload->>'coins')::bigint >= ${minCoins}::bigint)`,
    from !== undefined && sql`e.timestamp >= ${instant(from)}`,
    to !== undefined && sql`e.timestamp < ${instant(to)}`,
  ]);
}

/**
 * Of `e` (event_type, gift_name) with its row `p` of event_pii, which may be gone: those that can have the word of `q`.
 * Undefined: there is no word.
 */
export function wantedTexts({ q }: HistoryFilter): SQLQuery | undefined {
  const looked = wordOf(q);
  if (looked === "") return undefined;
  const { word, from, to } = fold(looked);
  return sql`strpos(translate(concat_ws(' ', e.gift_name, p.personal->'user'->>'displayName',
    p.personal->'user'->>'uniqueId', case when e.event_type = 'CHAT' then p.personal->'payload'->>'message' end
  ) collate "C", ${from}, ${to}), ${word}) > 0`;
}

/** True where nothing is to hold. */
export const allOf = (conditions: readonly (SQLQuery | false | undefined)[]): SQLQuery => {
  const some = conditions.filter((condition) => condition !== false && condition !== undefined);
  return some.length > 0 ? sql.join(some, sql` and `) : sql`true`;
};

/** Of a table with a `timestamp`: the weeks that `from` and `to` leave. Whole ones, since rows within them are to be counted. */
export function weeksOf({ from, to }: HistoryFilter, table: SQLQuery): SQLQuery {
  return allOf([
    from !== undefined && sql`${table}.timestamp >= ${week(from, 0)}`,
    to !== undefined && sql`${table}.timestamp < ${week(to, 1)}`,
  ]);
}

/** When the week of an instant begins, or one that is so many later. */
const week = (text: string, later: number) =>
  instant(new Date(weekOf(Date.parse(instant(text))) + later * 7 * 86_400_000).toISOString());
