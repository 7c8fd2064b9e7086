import { type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { LetterChoice, LetterFilter } from "../../contracts/letters.ts";
import { packPosition } from "../../lib/position.ts";
import { inScope, ofStreamsInScope } from "./scope.ts";

/** Conditions on `dead_letters l`. */

/** Letters that can be redriven or discarded. One that failed as another letter is that one's to come back. */
export const isOpen = sql`(l.state = 'new' or (l.state = 'failed' and l.failed_as is null))`;

/** What was asked for, as far as the caller's right reaches. */
export const isChosen = ({ ids, filter = {} }: LetterChoice, scope: Scope): SQLQuery =>
  sql`${ids ? isOneOf(ids) : fits(filter)} and ${lettersInScope(scope)}`;

/** Of a stream in the scope, or of a destination of a channel in it; nothing is looked up for who may see everything. */
export function lettersInScope(scope: Scope): SQLQuery {
  if (!scope.channelIds && !scope.simulated) return sql`true`;
  return sql`(${ofStreamsInScope(scope, sql`l.stream_id`)} or l.destination in (
    select destination_id::text from destinations join channels own using (channel_id)
    where ${inScope(scope, sql`own`)}))`;
}

export const isOneOf = (ids: readonly string[]): SQLQuery =>
  sql`l.position = any(${ids.map((id) => String(packPosition(id)))}::bigint[])`;

export function fits({
  stage,
  reason,
  state,
  cause,
  destination,
  from,
  to,
  streamId,
  sessionId,
}: LetterFilter): SQLQuery {
  const conditions = [
    stage !== undefined && sql`l.stage = ${stage}`,
    reason !== undefined && sql`l.reason = ${reason}`,
    state !== undefined && sql`l.state = ${state}`,
    cause !== undefined && sql`l.cause = ${cause}`,
    destination !== undefined && sql`l.destination = ${destination}`,
    from !== undefined && sql`l.failed_at >= ${from}`,
    to !== undefined && sql`l.failed_at < ${to}`,
    streamId !== undefined && sql`l.stream_id = ${streamId}`,
    sessionId !== undefined && sql`l.session_id = ${sessionId}`,
  ].filter((condition) => condition !== false);
  return conditions.length > 0 ? sql.join(conditions, " AND ") : sql`true`;
}
