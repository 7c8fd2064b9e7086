import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { confineServices } from "../../lib/migrate.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { waitUntil } from "../../lib/servers/wait-until.ts";

export interface TestDatabase {
  url: string;
  /** Removes it. Rejects when connections to it are left open. */
  drop(): Promise<void>;
}

/** Runs a test on a database of its own, with all migrations applied, and removes it. */
export async function withDatabase<Result>(test: (url: string) => Promise<Result>): Promise<Result> {
  const database = await createDatabase();
  const result = await test(database.url).catch(async (error) => {
    await database.drop().catch(() => {}); // the first failure tells more than what it left behind
    throw error;
  });
  await database.drop();
  return result;
}

/**
 * A database of its own for a test file: `beforeAll` creates it, `afterAll` drops it.
 *
 * @param options.empty without the migrations
 */
export async function createDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const { href: url } = Object.assign(new URL(server), { pathname: `/${name}` });
  await withPool(server, (db) =>
    db.query(
      db.sql`create database ${db.sql.ident(name)} template ${db.sql.ident(empty ? "template0" : "template_ttlc")}`,
    ),
  );
  if (!empty) await withPool(url, (db) => confineServices(db));
  return {
    url,
    drop: () =>
      withPool(server, async (db) => {
        let open: { application_name: string; query: string }[] = [];
        await waitUntil(async () => {
          open = await db.query(
            db.sql`select application_name, query from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`,
          );
          return open.length === 0;
        }, 2000);
        await db.query(db.sql`drop database ${db.sql.ident(name)} with (force)`);
        if (open.length) throw new Error(`The test left connections to Postgres open: ${JSON.stringify(open)}`);
      }),
  };
}
