import { newApiKey } from "./api-key.ts";
import { withPool } from "./servers/postgres-client.ts";

const NAME = "made at the first start";

/** A new API key with every right, once per database; null when it has had its own. Only the hash is kept. */
export async function firstAdminKey(databaseUrl: string): Promise<string | null> {
  const { secret, hash, prefix } = newApiKey();
  const made = await withPool(databaseUrl, (db) =>
    db.tx(async (tx) => {
      await tx.query(tx.sql`lock table api_keys in exclusive mode`); // processes that start at the same time
      return tx.query(tx.sql`
        insert into api_keys (name, role, hash, prefix)
        select ${NAME}, 'admin', ${hash}, ${prefix} where not exists (select from api_keys where name = ${NAME})
        returning key_id`);
    }),
  );
  return made.length > 0 ? secret : null;
}
