import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import { newSecret, rotated, type Secret } from "../../lib/webhooks/signature.ts";

/** What the webhooks of a channel's rules are signed with, made when it is needed first. */
export async function secretsOf(db: Queryable, channelId: string): Promise<Secret[]> {
  const [known] = await db.query(sql`select secrets from webhook_secrets where channel_id = ${channelId}`);
  if (known) return known.secrets;
  await db.query(sql`
    insert into webhook_secrets (channel_id, secrets)
    values (${channelId}, ${JSON.stringify([newSecret(new Date())])}::jsonb) on conflict do nothing`);
  return secretsOf(db, channelId);
}

/** A new secret, told this once; the one before signs too for `overlapHours` more. Null when there is no such channel. */
export async function rotateSecret(
  db: ConnectionPool,
  { channelId, overlapHours }: { channelId: string; overlapHours: number },
): Promise<{ channelId: string; secret: string } | null> {
  const now = new Date();
  const fresh = newSecret(now);
  return db.tx(async (tx) => {
    const [row] = await tx.query(sql`
      insert into webhook_secrets (channel_id, secrets)
      select channel_id, '[]' from channels where channel_id = ${channelId}
      on conflict (channel_id) do update set secrets = webhook_secrets.secrets returning secrets`);
    if (!row) return null;
    const secrets = rotated(row.secrets, fresh, overlapHours * 3_600_000, now);
    await tx.query(sql`
      update webhook_secrets set secrets = ${JSON.stringify(secrets)}::jsonb where channel_id = ${channelId}`);
    return { channelId, secret: fresh.secret };
  });
}
