import { type Queryable, sql } from "@databases/pg";
import type { LetterTrial } from "../../contracts/letters.ts";
import type { EventFilter } from "../../lib/event-filter.ts";
import { batchOf, type Letter, refusals } from "./redrive.ts";
import type { Source } from "./source.ts";
import { eventsOf } from "./wanted.ts";

type Rehearsal = Pick<LetterTrial, "outcome" | "error">;

const PAGE = 100;

/** What would happen if a refused batch were redriven now. Nothing is sent: what its destination answers nobody can tell. */
export async function rehearse(db: Queryable, source: Source, letter: Letter): Promise<Rehearsal> {
  const batch = batchOf(letter);
  if (!batch) return { outcome: "impossible", error: refusals.noBatch };
  const [row]: Row[] = await db.query(sql`
    select d.enabled, d.channel_id as "channelId", d.event_filter as filter, coalesce(v.state, 'refused') as state
    from destinations d left join deliveries v on v.webhook_id = ${batch.webhookId} and v.destination_id = d.destination_id
    where d.destination_id = ${batch.destinationId ?? null}::uuid`);
  if (!row) return { outcome: "impossible", error: refusals.gone };
  if (row.state !== "refused" && row.state !== "empty") return { outcome: "sent_already", error: null };
  const isEmpty =
    row.state === "empty" || (await eventsOf(source, row.channelId, row.filter, batch, PAGE)).length === 0;
  if (isEmpty)
    return { outcome: "impossible", error: "none of its events is left, or wanted by its destination any more" };
  return row.enabled ? { outcome: "sent", error: null } : { outcome: "refused", error: refusals.disabled };
}

interface Row {
  enabled: boolean;
  channelId: string;
  filter: EventFilter;
  state: string;
}
