import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import { isPosition, packPosition } from "../../lib/position.ts";

export interface Letter {
  /** Its place in the dead letters. */
  id: string;
  /** Its fields, as in the letter. */
  payload: string;
  /** Of the batch. */
  destination?: string | undefined;
}

/** Letters that are not named were taken. */
interface RedriveAnswer {
  refused: { id: string; error: string }[];
}

/** Why a letter is not taken. */
export const refusals = {
  noBatch: "it names no batch",
  gone: "its destination is gone",
  disabled: "its destination is disabled: once it is enabled, redrive this again",
};

/**
 * Puts refused batches back: each is sent again, under its webhook-id. What waits for that already, or was taken since, stays
 * as it is: asked twice, nothing is sent twice. A batch that is kept no longer (upkeep.ts) is made again from its letter.
 * Refused once more, it becomes a letter that names this one.
 */
export async function redrive(db: Queryable, { letters }: { letters: readonly Letter[] }): Promise<RedriveAnswer> {
  const batches = letters.map((letter) => ({ id: letter.id, batch: batchOf(letter) }));
  const given = table(batches.flatMap(({ id, batch }) => (batch ? { id, ...batch } : [])));
  await db.query(sql`
    update deliveries v set state = 'queued', finished_at = null, redrive_of = g.letter
    from ${given}, destinations d
    where v.webhook_id = g.webhook_id and d.destination_id = v.destination_id and d.enabled
      and v.state = 'refused' and v.letter_at is not null and coalesce(v.redrive_of, -1) < g.letter`);
  await restore(db, given);
  const rows: { webhook_id: string; is_left: boolean }[] = await db.query(sql`
    select webhook_id, not enabled and coalesce(state, 'refused') = 'refused' as is_left
    from ${given} left join deliveries v using (webhook_id)
      join destinations d on d.destination_id = coalesce(v.destination_id, g.destination_id)`);
  const isLeft = new Map(rows.map((row) => [row.webhook_id, row.is_left]));
  return {
    refused: batches.flatMap(({ id, batch }) => {
      if (!batch) return [{ id, error: refusals.noBatch }];
      if (isLeft.get(batch.webhookId)) return [{ id, error: refusals.disabled }];
      return isLeft.has(batch.webhookId) ? [] : [{ id, error: refusals.gone }];
    }),
  };
}

/** Only what is not there: the events are read by the positions when it is sent. */
const restore = (db: Queryable, given: SQLQuery) =>
  db.query(sql`
    insert into deliveries (webhook_id, destination_id, after, through, events, state, letter_at, redrive_of)
    select webhook_id, destination_id, after, through, events, 'queued', now(), letter
    from ${given} join destinations using (destination_id)
    where enabled
    on conflict do nothing`);

interface Batch {
  webhookId: string;
  after: string;
  through: string;
  events: number;
  destinationId: string | undefined;
}

/** Batches as a table `g`, each with the letter that names it. */
function table(batches: readonly (Batch & { id: string })[]): SQLQuery {
  const rows = batches.map(({ id, webhookId, after, through, events, destinationId }) => ({
    letter: String(packPosition(id)),
    webhook_id: webhookId,
    destination_id: destinationId,
    after: String(packPosition(after)),
    through: String(packPosition(through)),
    events,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as
    g(letter bigint, webhook_id text, destination_id uuid, after bigint, through bigint, events integer)`;
}

/** Of a letter as letters.ts writes it. */
export function batchOf({ payload, destination }: Letter): Batch | undefined {
  try {
    const { webhookId, after, through, events } = JSON.parse(payload) as Record<string, unknown>;
    if (typeof webhookId !== "string" || !/^msg_[0-9a-z]{1,64}$/.test(webhookId)) return undefined;
    if (![after, through].every((position) => typeof position === "string" && isPosition(position))) return undefined;
    if (!/^\d{1,6}$/.test(String(events))) return undefined;
    const destinationId = isUuid(destination) ? destination : undefined;
    return { webhookId, after: after as string, through: through as string, events: Number(events), destinationId };
  } catch {
    return undefined;
  }
}

const isUuid = (text = ""): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
