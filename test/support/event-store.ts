import createPool, { type ConnectionPool, type Queryable, sql } from "@databases/pg";

/** A pool as services have it: it acts as the role ttlc_service. To be disposed of. */
export const openPool = (url: string): ConnectionPool =>
  createPool({ connectionString: url, bigIntMode: "string", onError() {} });

/** Runs `task` in a transaction with the rights of who migrated. */
export function asOwner<Result>(db: ConnectionPool, task: (tx: Queryable) => Promise<Result>): Promise<Result> {
  return db.tx(async (tx) => {
    await tx.query(sql`set local role none`);
    return task(tx);
  });
}

/** Empties every table. Only a superuser who says so gets past the triggers of events. */
export const emptyTables = (db: ConnectionPool): Promise<unknown> =>
  asOwner(db, async (tx) => {
    await tx.query(sql`set local session_replication_role = replica`);
    const tables: { name: string }[] = await tx.query(sql`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname <> 'schema_migrations'`);
    await tx.query(
      sql`truncate ${sql.join(
        tables.map(({ name }) => sql.ident(name)),
        ", ",
      )}`,
    );
  });
