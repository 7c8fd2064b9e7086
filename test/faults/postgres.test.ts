import { execFileSync } from "node:child_process";
import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { migrate } from "../../lib/migrate.ts";
import { freePort } from "../../lib/servers/ports.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { encode } from "../../mixins/streams/codec.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import storage from "../../services/storage/storage.service.ts";
import { randomEvent } from "../fixtures/random-events.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { growDisk, itWithDisk, mountDisk } from "../support/disk.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { TestPostgres } from "../support/postgres.ts";
import { seeded } from "../support/random.ts";
import { describeDurable, startTestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

/**
 * F14 to F17 of the fault matrix: storage under load while its Postgres fails in one way each. It must recover by itself,
 * with every event stored once, projections that follow from them, and no dead letter.
 */
describeDurable("storage recovers from a Postgres", () => {
  it("that restarts, and is not ready meanwhile", () =>
    underFault(async ({ postgres, proxy, load, isReady }) => {
      await load(100);
      await postgres.stop();
      await load(100);
      await waitFor(async () => expect(await isReady()).toBe(false));
      await postgres.start();
      proxy.moveTo(postgres.port);
      await load(100);
    }));

  it("that crashes while events are stored, twice", () =>
    underFault(async ({ postgres, proxy, load, stored }) => {
      for (let round = 1; round <= 2; round++) {
        const before = await stored();
        const loading = load(3_000);
        await waitFor(async () => expect(await stored()).toBeGreaterThan(before));
        await postgres.crash();
        await postgres.start();
        proxy.moveTo(postgres.port);
        await loading;
      }
    }));

  it("whose answer to a commit was lost", () =>
    underFault(async ({ proxy, load, db, stored, pending }) => {
      await asOwner(db(), async (tx) => {
        await tx.query(sql`create function hold_commit() returns trigger language plpgsql as
          'begin perform pg_advisory_xact_lock(4242); return null; end'`);
        await tx.query(sql`create constraint trigger hold_commit after insert or update on streams
          deferrable initially deferred for each row execute function hold_commit()`);
      });
      await db().tx(async (tx) => {
        await tx.query(sql`select pg_advisory_xact_lock(4242)`);
        await load(50);
        await waitFor(async () => expect(await waitingIn(db(), "COMMIT")).toBeGreaterThan(0));
        proxy.setMode("dropReplies");
      });
      await waitFor(async () => expect(await stored()).toBeGreaterThan(0));
      expect(await pending()).toBeGreaterThanOrEqual(await stored());
      proxy.reset();
      proxy.setMode("pass");
    }));

  it("that falls silent, and is not ready meanwhile", () =>
    underFault(async ({ proxy, load, isReady }) => {
      await load(50);
      proxy.setMode("silence");
      await load(50);
      await waitFor(async () => expect(await isReady()).toBe(false));
      proxy.reset();
      proxy.setMode("pass");
    }));

  it("whose tables are locked for longer than it waits", () =>
    underFault(async ({ load, db }) => {
      await load(50);
      await db().tx(async (tx) => {
        await tx.query(sql`lock table streams in exclusive mode`);
        await load(50);
        await waitFor(async () => expect(await waitingIn(db(), "%insert into streams%")).toBeGreaterThan(0));
        await waitFor(async () => expect(await waitingIn(db(), "%insert into streams%")).toBe(0)); // lock_timeout
      });
    }));

  it("that has no connection left for it", () =>
    underFault(async ({ postgres, proxy, load, isReady, db }) => {
      await load(50);
      proxy.moveTo(await freePort());
      proxy.reset();
      const taken = await takeAllConnections(db.url());
      proxy.moveTo(postgres.port);
      await load(50);
      await waitFor(async () => expect(await isReady()).toBe(false));
      await Promise.all(taken.map((pool) => pool.dispose()));
    }));

  itWithDisk("whose disk is full", () =>
    underFault(
      async ({ load, db, disk, pending, stored }) => {
        await load(200);
        await waitFor(async () => expect(await stored()).toBe(200));
        await asOwner(db(), async (tx) => {
          await tx.query(sql`create table ballast (bytes text)`);
          await tx.query(sql`alter table ballast alter bytes set storage external`);
        });
        for (const size of [400_000, 8_000]) await fillTable(db(), size);
        await load(400);
        await waitFor(async () => expect(await pending()).toBeGreaterThan(0));
        expect(await stored()).toBeLessThan(600);
        growDisk(disk(), "256m");
      },
      { ownDisk: true },
    ),
  );
});

interface World {
  postgres: TestPostgres;
  /** Between storage and Postgres. */
  proxy: FaultProxy;
  /** Straight to Postgres, as it is now. */
  db: { (): ConnectionPool; url(): string };
  /** Where the database lies, if it has a disk of its own. */
  disk(): string;
  load(count: number): Promise<void>;
  stored(): Promise<number>;
  pending(): Promise<number>;
  /** As /ready asks (services/gateway/health.ts). */
  isReady(): Promise<boolean>;
}

/** Storage between a Redis and a Postgres of its own: does `harm`, then waits until all is stored, and checks it. */
async function underFault(harm: (world: World) => Promise<void>, { ownDisk = false } = {}): Promise<void> {
  const random = seeded(11);
  const database = "faults";
  const redis = await startTestRedis();
  const postgres = await new TestPostgres(await temporaryFolder()).start();
  const disk = ownDisk ? await mountDisk("24m", account()) : "";
  await createDatabase(postgres, database, disk);
  const proxy = await new FaultProxy(postgres.port).start();
  const client = new Redis(redis.url);
  await client.ping(); // open before withBroker counts connections
  const pools = new Map<string, ConnectionPool>();
  const url = () => postgres.urlOf(database);
  const db = () => {
    const pool = pools.get(url()) ?? openPool(url());
    pools.set(url(), pool);
    return pool;
  };
  let loaded = 0;
  const load = async (count: number) => {
    for (const end = loaded + count; loaded < end; ) {
      const batch = client.pipeline();
      for (let i = 0; i < 50; i++) {
        batch.xadd("ttlc:events", "*", ...encode("ttlc:events", { event: randomEvent(loaded++, random) }));
      }
      await batch.exec();
    }
  };
  const stored = async () => {
    const [row] = await db().query(sql`select count(*)::int as n from events`);
    return row.n as number;
  };
  const group = async () => {
    const groups = ((await client.xinfo("GROUPS", "ttlc:events")) as unknown[][]).map(pairs);
    return groups.find(({ name }) => name === "storage") as { pending: number; lag: number };
  };
  const config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: proxy.urlFor(url()), LOG_LEVEL: "fatal" });

  await withBroker([storage], config, async (broker) => {
    await harm({
      postgres,
      proxy,
      db: Object.assign(db, { url }),
      disk: () => disk,
      load,
      stored,
      pending: async () => (await group()).pending,
      isReady: () =>
        broker.call("storage.boundary", {}, { timeout: 2_000 }).then(
          () => true,
          () => false,
        ),
    });
    await waitFor(async () => expect(await group()).toMatchObject({ pending: 0, lag: 0 }), 60_000);
    await waitFor(async () => expect(await broker.call("storage.stats")).toMatchObject({ events: loaded }));
    expect(await stored()).toBe(loaded);
    expect(await broker.call("storage.rebuild")).toMatchObject({ equal: true, events: loaded });
    expect(await client.xlen("ttlc:dlq")).toBe(0);
    expect(await db().query(sql`select from duplicate_entries`)).toEqual([]);
    await Promise.all([...pools.values()].map((pool) => pool.dispose()));
  });
  await client.quit();
  await proxy.stop();
  await postgres.stop();
  await redis.stop();
}

/** @param disk a folder for its tables; the server's own without */
async function createDatabase(postgres: TestPostgres, name: string, disk: string): Promise<void> {
  await withPool(postgres.urlOf("postgres"), (db) => db.query(sql`create database ${sql.ident(name)}`));
  if (disk) {
    await withPool(postgres.urlOf("postgres"), async (db) => {
      await db.query(sql`create tablespace small location ${sql.__dangerous__rawValue(`'${disk}'`)}`);
      await db.query(sql`alter database ${sql.ident(name)} set tablespace small`);
    });
  }
  await migrate(postgres.urlOf(name));
}

/** Connections that wait for a lock in a statement like this. */
async function waitingIn(db: ConnectionPool, query: string): Promise<number> {
  const rows = await asOwner(db, (tx) =>
    tx.query(sql`
      select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query ilike ${query}`),
  );
  return rows.length;
}

async function takeAllConnections(url: string): Promise<ConnectionPool[]> {
  const taken: ConnectionPool[] = [];
  for (;;) {
    const pool = openPool(url);
    taken.push(pool);
    const error = await pool.query(sql`select 1`).then(
      () => undefined,
      (cause) => cause as { code?: string },
    );
    if (!error) continue;
    expect(error.code).toBe("53300");
    return taken;
  }
}

/** Until a row of this size has no room. */
async function fillTable(db: ConnectionPool, size: number): Promise<void> {
  for (;;) {
    const error = await asOwner(db, (tx) => tx.query(sql`insert into ballast values (repeat('x', ${size}))`)).then(
      () => undefined,
      (cause) => cause as { code?: string },
    );
    if (!error) continue;
    expect(error.code).toBe("53100");
    return;
  }
}

const account = () => Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" }));
