import { sql } from "@databases/pg";
import { withPool } from "./postgres-client.ts";

export interface PostgresSettings {
  synchronous_commit: string;
  fsync: string;
  full_page_writes: string;
}

/** What may be lost with this Postgres: `loses`, when it crashes; `risks`, when the machine does. */
export interface PostgresFaults {
  loses: string[];
  risks: string[];
}

/** Asked as the services will ask: their user's and their database's own settings count. */
export const postgresFaults = (url: string): Promise<PostgresFaults> =>
  withPool(url, async (db) => {
    const [settings] = await db.query(sql`
      select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync,
        current_setting('full_page_writes') as full_page_writes`);
    return faultsIn(settings);
  });

export function faultsIn({ synchronous_commit, fsync, full_page_writes }: PostgresSettings): PostgresFaults {
  const loses: string[] = [];
  const risks: string[] = [];
  if (synchronous_commit === "off") {
    loses.push(
      "it confirms before it has written: synchronous_commit is off (ALTER SYSTEM SET synchronous_commit = on)",
    );
  }
  if (fsync !== "on") risks.push("a power cut may destroy its data: fsync is off");
  if (full_page_writes !== "on") risks.push("a power cut may tear its pages: full_page_writes is off");
  return { loses, risks };
}
