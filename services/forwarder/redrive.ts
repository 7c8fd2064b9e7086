import { type Queryable, sql } from "@databases/pg";

interface Letter {
  /** Its place in the dead letters. */
  id: string;
  /** Its fields, as in the letter. */
  payload: string;
}

/** Letters that are not named were taken. */
interface RedriveAnswer {
  refused: { id: string; error: string }[];
}

/**
 * Puts refused batches back: each is sent again, under its webhook-id, before what comes next. What waits for that already,
 * or was taken since, stays as it is: asked twice, nothing is sent twice.
 */
export async function redrive(db: Queryable, { letters }: { letters: readonly Letter[] }): Promise<RedriveAnswer> {
  const batches = letters.map(({ id, payload }) => ({ id, webhookId: webhookIdOf(payload) }));
  const ids = batches.flatMap(({ webhookId }) => webhookId ?? []);
  await db.query(sql`
    update deliveries set state = 'queued', finished_at = null
    where webhook_id = any(${ids}) and state = 'refused' and letter_at is not null`);
  const rows: { webhook_id: string }[] = await db.query(sql`
    select webhook_id from deliveries where webhook_id = any(${ids})`);
  const known = new Set(rows.map((row) => row.webhook_id));
  return {
    refused: batches.flatMap(({ id, webhookId }) => {
      if (webhookId === undefined) return [{ id, error: "it names no batch" }];
      return known.has(webhookId) ? [] : [{ id, error: "its destination is gone, or it is one of too many before it" }];
    }),
  };
}

function webhookIdOf(payload: string): string | undefined {
  try {
    const { webhookId } = JSON.parse(payload) as { webhookId?: unknown };
    return typeof webhookId === "string" && /^msg_[0-9a-z]{1,64}$/.test(webhookId) ? webhookId : undefined;
  } catch {
    return undefined;
  }
}
