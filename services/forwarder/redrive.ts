import { type Queryable, sql } from "@databases/pg";
import { isPosition, packPosition } from "../../lib/position.ts";

interface Letter {
  /** Its place in the dead letters. */
  id: string;
  /** Its fields, as in the letter. */
  payload: string;
  /** Of the batch. */
  destination?: string;
}

/** Letters that are not named were taken. */
interface RedriveAnswer {
  refused: { id: string; error: string }[];
}

/**
 * Puts refused batches back: each is sent again, under its webhook-id. What waits for that already, or was taken since, stays
 * as it is: asked twice, nothing is sent twice. A batch that is kept no longer (upkeep.ts) is made again from its letter.
 */
export async function redrive(db: Queryable, { letters }: { letters: readonly Letter[] }): Promise<RedriveAnswer> {
  const batches = letters.map((letter) => ({ id: letter.id, batch: batchOf(letter) }));
  const named = batches.flatMap(({ batch }) => batch ?? []);
  const ids = named.map(({ webhookId }) => webhookId);
  await db.query(sql`
    update deliveries set state = 'queued', finished_at = null
    where webhook_id = any(${ids}) and state = 'refused' and letter_at is not null`);
  await restore(db, named);
  const rows: { webhook_id: string }[] = await db.query(sql`
    select webhook_id from deliveries where webhook_id = any(${ids})`);
  const known = new Set(rows.map((row) => row.webhook_id));
  return {
    refused: batches.flatMap(({ id, batch }) => {
      if (!batch) return [{ id, error: "it names no batch" }];
      return known.has(batch.webhookId) ? [] : [{ id, error: "its destination is gone" }];
    }),
  };
}

/** Only what is not there: the events are read by the positions when it is sent. */
const restore = (db: Queryable, batches: readonly Batch[]) =>
  db.query(sql`
    insert into deliveries (webhook_id, destination_id, after, through, events, state, letter_at)
    select webhook_id, destination_id, after, through, events, 'queued', now()
    from jsonb_to_recordset(${JSON.stringify(batches.map(toRow))}::jsonb)
      as given(webhook_id text, destination_id uuid, after bigint, through bigint, events integer)
    join destinations using (destination_id)
    on conflict do nothing`);

interface Batch {
  webhookId: string;
  after: string;
  through: string;
  events: number;
  destinationId: string | undefined;
}

const toRow = ({ webhookId, after, through, events, destinationId }: Batch) => ({
  webhook_id: webhookId,
  destination_id: destinationId,
  after: String(packPosition(after)),
  through: String(packPosition(through)),
  events,
});

/** Of a letter as letters.ts writes it. */
function batchOf({ payload, destination }: Letter): Batch | undefined {
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
