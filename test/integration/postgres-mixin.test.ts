import { once } from "node:events";
import { connect, createServer } from "node:net";
import createPool, { type ConnectionPool, sql } from "@databases/pg";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { describe, expect, inject, it } from "vitest";
import { defineService } from "../../lib/define-service.ts";
import { isOutage, StartError } from "../../lib/errors.ts";
import { freePort } from "../../lib/servers/ports.ts";
import { postgres } from "../../mixins/postgres.mixin.ts";
import brokerOptions from "../../moleculer.config.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, withDatabase } from "../support/database.ts";
import { waitFor } from "../support/wait-for.ts";

/** A service that lends out its database. */
const lender = defineService({ name: "lender", mixins: [postgres] });
const dbOf = (broker: ServiceBroker) => (broker.getLocalService("lender") as unknown as { db: ConnectionPool }).db;
const withDb = <Result>(url: string, test: (db: ConnectionPool) => Promise<Result>) =>
  withBroker([lender], testConfig({ DATABASE_URL: url }), (broker) => test(dbOf(broker)));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("this.db", () => {
  it("may add events, but neither change nor remove them", async () => {
    await withDatabase((url) =>
      withDb(url, async (db) => {
        const may = sql`select has_table_privilege('events', 'insert') as insert,
          has_table_privilege('events', 'update') as update, has_table_privilege('events', 'delete') as delete`;
        expect(await db.query(may)).toEqual([{ insert: true, update: false, delete: false }]);
      }),
    );
  });

  it("gives a bigint as a string, exactly", async () => {
    await withDatabase((url) =>
      withDb(url, async (db) => {
        expect(await db.query(sql`select 9007199254740993::bigint as n`)).toEqual([{ n: "9007199254740993" }]);
      }),
    );
  });

  it("says who it is to who looks at the connections", async () => {
    await withDatabase((url) =>
      withDb(url, async (db) => {
        const [{ name }] = await db.query(sql`select current_setting('application_name') as name`);
        expect(name).toMatch(/^ttlc lender test-/);
      }),
    );
  });

  it("is there until its service has stopped", async () => {
    let last: unknown;
    const leaver = defineService({
      name: "leaver",
      mixins: [postgres],
      async stopped() {
        last = await this.db.query(sql`select 1 as one`);
      },
    });
    await withDatabase((url) => withBroker([leaver], testConfig({ DATABASE_URL: url }), async () => {}));
    expect(last).toEqual([{ one: 1 }]);
  });

  it("is refused in a database whose services would not be confined", async () => {
    const database = await createDatabase({ empty: true });
    const broker = new ServiceBroker({ ...brokerOptions(testConfig({ DATABASE_URL: database.url })), logger: false });
    broker.createService(lender);
    const error = await failure(broker.start());
    expect(error).toBeInstanceOf(StartError);
    expect((error as Error).message).toContain("npm run migrate");
    await broker.stop();
    await database.drop();
  });

  it("makes the service wait for a Postgres that is not there yet", async () => {
    await withDatabase(async (url) => {
      const port = await freePort();
      const { port: realPort } = new URL(url);
      const broker = new ServiceBroker({
        ...brokerOptions(testConfig({ DATABASE_URL: Object.assign(new URL(url), { port: String(port) }).href })),
        logger: false,
      });
      broker.createService(lender as ServiceSchema);
      let started = false;
      const starting = broker.start().then(() => {
        started = true;
      });
      await waitFor(() => expect(broker.getLocalService("lender")).toHaveProperty("db"));
      expect(started).toBe(false);
      const proxy = createServer((client) => {
        const upstream = connect(Number(realPort), "127.0.0.1");
        client.pipe(upstream).pipe(client);
        client.on("error", () => upstream.destroy());
        client.on("close", () => upstream.destroy());
        upstream.on("error", () => client.destroy());
      }).listen(port, "127.0.0.1");
      await starting;
      expect(await dbOf(broker).query(sql`select 1 as n`)).toEqual([{ n: 1 }]);
      await broker.stop();
      proxy.close();
      await once(proxy, "close");
    });
  });
});

describe("an outage of Postgres", () => {
  it("is that nobody listens", async () => {
    const pool = createPool({
      connectionString: `postgres://a:b@127.0.0.1:${await freePort()}/c`,
      bigIntMode: "string",
    });
    expect(isOutage(await failure(pool.query(sql`select 1`)))).toBe(true);
    await pool.dispose();
  });

  it.each([
    ["a statement that takes too long", sql`set statement_timeout = 10; select pg_sleep(10)`],
    ["a session that an administrator ended", sql`select pg_terminate_backend(pg_backend_pid())`],
    ["a serialization failure", sql`do $$ begin raise exception using errcode = '40001'; end $$`],
    ["a full disk", sql`do $$ begin raise exception using errcode = '53100'; end $$`],
  ])("is %s", async (_what, query) => {
    const pool = createPool({ connectionString: inject("postgresUrl"), bigIntMode: "string", onError() {} });
    expect(isOutage(await failure(pool.query(query)))).toBe(true);
    await pool.dispose();
  });

  it("is a lock that is not to be had", async () => {
    const database = await createDatabase({ empty: true });
    const pool = createPool({
      connectionString: database.url,
      bigIntMode: "string",
      lockTimeoutMilliseconds: 50,
    });
    await pool.query(sql`create table t ()`);
    await pool.tx(async (tx) => {
      await tx.query(sql`lock table t`);
      expect(isOutage(await failure(pool.query(sql`select from t`)))).toBe(true);
    });
    await pool.dispose();
    await database.drop();
  });

  it.each([
    ["a value that Postgres refuses", sql`select 'a'::int`],
    ["a table that is missing", sql`select * from nowhere`],
    ["a broken constraint", sql`do $$ begin raise exception using errcode = '23505'; end $$`],
  ])("is not %s", async (_what, query) => {
    const pool = createPool({ connectionString: inject("postgresUrl"), bigIntMode: "string" });
    expect(isOutage(await failure(pool.query(query)))).toBe(false);
    await pool.dispose();
  });
});
