import { type ConnectionPool, type SQLQuery, sql } from "@databases/pg";
import { asOwner, emptyTables } from "../test/support/event-store.ts";

/** Empty tables and nothing left to write: every timed part begins like this. */
export async function emptied(db: ConnectionPool): Promise<void> {
  await emptyTables(db);
  await asOwner(db, (tx) => tx.query(sql`checkpoint`));
}

/**
 * What Postgres can do at best: the rows of events and event_pii, which are in their tables, are read back by COPY into
 * the same tables, empty again, with all their partitions and indexes. One statement per table, from a file of the
 * server. Resolves with the seconds that took.
 */
export async function copySeconds(db: ConnectionPool): Promise<number> {
  const [{ data_directory: dir }] = await asOwner(db, (tx) => tx.query(sql`show data_directory`));
  const tables = ["events", "event_pii"].map((name) => ({ table: sql.ident(name), file: text(`${dir}/${name}.copy`) }));
  for (const { table, file } of tables) {
    await asOwner(db, (tx) => tx.query(sql`copy (select * from ${table}) to ${file}`));
  }
  await emptied(db);
  const startedAt = performance.now();
  for (const { table, file } of tables) await asOwner(db, (tx) => tx.query(sql`copy ${table} from ${file}`));
  return (performance.now() - startedAt) / 1_000;
}

function text(value: string): SQLQuery {
  return sql.__dangerous__rawValue(`'${value.replaceAll("'", "''")}'`);
}
