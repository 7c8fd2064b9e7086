import { type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";

/** Condition on a `table` that has `channel_id` and `simulated`: only what the caller may see. */
export function inScope({ channelIds, simulated }: Scope, table: SQLQuery): SQLQuery {
  const own = channelIds ? sql`${table}.channel_id = any(${channelIds}::uuid[])` : sql`true`;
  return simulated ? sql`${own} and ${table}.simulated` : own;
}

/** The same on a `stream_id`; nothing is looked up for who may see everything. */
export function ofStreamsInScope(scope: Scope, streamId: SQLQuery): SQLQuery {
  if (!scope.channelIds && !scope.simulated) return sql`true`;
  return sql`${streamId} in (select stream_id from streams own where ${inScope(scope, sql`own`)})`;
}

/** Condition on a column of channel ids: all of them are the caller's, and there is one. */
export function whollyInScope({ channelIds, simulated }: Scope, column: SQLQuery): SQLQuery {
  const own = channelIds ? sql`${column} <@ ${channelIds}::uuid[] and cardinality(${column}) > 0` : sql`true`;
  if (!simulated) return own;
  return sql`${own} and cardinality(${column}) > 0 and not exists (
    select from unnest(${column}) named(id) where id not in (select channel_id from channels where simulated))`;
}
