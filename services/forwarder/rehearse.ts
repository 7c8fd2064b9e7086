import { type Queryable, sql } from "@databases/pg";
import type { LetterTrial } from "../../contracts/letters.ts";
import { batchOf, type Letter, refusals } from "./redrive.ts";

type Rehearsal = Pick<LetterTrial, "outcome" | "error">;

/** What would happen if a refused batch were redriven now. Nothing is sent: what its destination answers nobody can tell. */
export async function rehearse(db: Queryable, letter: Letter): Promise<Rehearsal> {
  const batch = batchOf(letter);
  if (!batch) return { outcome: "impossible", error: refusals.noBatch };
  const [row]: { enabled: boolean; state: string | null }[] = await db.query(sql`
    select d.enabled, v.state
    from destinations d left join deliveries v on v.webhook_id = ${batch.webhookId} and v.destination_id = d.destination_id
    where d.destination_id = ${batch.destinationId ?? null}::uuid`);
  if (!row) return { outcome: "impossible", error: refusals.gone };
  if ((row.state ?? "refused") !== "refused") return { outcome: "sent_already", error: null };
  return row.enabled ? { outcome: "sent", error: null } : { outcome: "refused", error: refusals.disabled };
}
