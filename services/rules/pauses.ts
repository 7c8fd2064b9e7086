import { type Queryable, sql } from "@databases/pg";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import { BREAKS_AFTER, type DueLine, type Line } from "./places.ts";

/**
 * How long nothing more goes to a target of a channel that failed once more: as long as it asks for, and from the fifth
 * failure in a row on longer each time.
 *
 * @param failures before this one
 * @param random in [0, 1)
 */
export function pauseMs(
  { failures }: Pick<DueLine, "failures">,
  askedMs: number,
  retry: BackoffPolicy,
  random: number,
) {
  const nth = failures + 1 - BREAKS_AFTER;
  return Math.max(askedMs, nth >= 0 ? backoffMs(retry, nth, random) : 0);
}

/** It failed. For all processes, and for what is decided meanwhile. */
export async function pause(db: Queryable, { host, channelId }: Line, ms: number): Promise<void> {
  await db.query(sql`
    insert into action_pauses as p (host, channel_id, failures, until)
    values (${host}, ${channelId}, 1, now() + ${ms} * interval '1 millisecond')
    on conflict (host, channel_id) do update
      set failures = p.failures + 1, until = greatest(p.until, excluded.until)`);
}

/** It works. */
export async function unpause(db: Queryable, { host, channelId }: Line): Promise<void> {
  await db.query(sql`delete from action_pauses where host = ${host} and channel_id = ${channelId}`);
}
