import { type Queryable, sql } from "@databases/pg";
import type { DisabledReason } from "../../contracts/destination.ts";
import { REFUSALS } from "./delivery-log.ts";

/** Settled batches that are kept of each destination, for a person to look at. */
const KEPT = 500;

/** The destinations that are to be sent to and have no living sender. */
export function unsent(db: Queryable): Promise<Unsent[]> {
  return db.query(sql`
    select destination_id as "destinationId", channel_id as "channelId"
    from destinations join destination_cursors using (destination_id)
    where enabled and (lease_until is null or lease_until < now())`);
}

export interface Unsent {
  destinationId: string;
  channelId: string;
}

/** How many destinations are in which state. */
interface DestinationStates {
  enabled: number;
  failing: number;
  disabled: number;
  /** Why those were disabled that ttlc disabled: they answered 410, or failed for days. */
  givenUp: DisabledReason[];
}

export async function states(db: Queryable): Promise<DestinationStates> {
  const [row] = await db.query(sql`
    select count(*) filter (where enabled)::int as enabled, count(*) filter (where not enabled)::int as disabled,
      count(*) filter (where enabled and (failures > 0 or refusals >= ${REFUSALS}))::int as failing,
      coalesce(json_agg(disabled_reason)
        filter (where disabled_reason in ('GONE', 'FAILING')), '[]') as "givenUp"
    from destinations join destination_cursors using (destination_id)`);
  return row;
}

/** Removes old deliveries. Those with a letter stay a day at least: a redrive that is repeated has to find what it sent. */
export async function prune(db: Queryable): Promise<void> {
  await db.query(sql`
    delete from deliveries where webhook_id in (
      select webhook_id from (
        select webhook_id, row_number() over (partition by destination_id, state order by webhook_id desc) as nth
        from deliveries where state in ('delivered', 'empty') or (state = 'refused' and letter_at is not null)
      ) numbered join deliveries using (webhook_id)
      where nth > ${KEPT} and (letter_at is null or finished_at < now() - interval '1 day'))`);
}
