import { type Queryable, sql } from "@databases/pg";

/** The valid key with this hash; null when there is none, it was revoked or has expired. Notes the minute of its use. */
export async function findKey(
  db: Queryable,
  { hash }: { hash: string },
): Promise<{ keyId: string; role: string } | null> {
  const [key] = await db.query(sql`
    with key as (
      select key_id, role from api_keys
      where hash = ${hash} and revoked_at is null and (expires_at is null or expires_at > now())
    ), used as (
      update api_keys set last_used_at = now() from key
      where api_keys.key_id = key.key_id and (last_used_at is null or last_used_at < now() - interval '1 minute')
    )
    select key_id, role from key`);
  return key ? { keyId: key.key_id, role: key.role } : null;
}
