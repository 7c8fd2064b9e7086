import { type ConnectionPool, type SQLQuery, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Entry } from "../../lib/define-service.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { rebuild } from "../../services/storage/rebuild.ts";
import { makeEntry } from "../fixtures/events.ts";
import { randomEvent } from "../fixtures/random-events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, emptyTables, openPool } from "../support/event-store.ts";
import { seeded, shuffled, split } from "../support/random.ts";
import { waitFor } from "../support/wait-for.ts";

const random = seeded(3);
const never = new AbortController().signal;
const entries = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => makeEntry(randomEvent(from + i, random)));
const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);

describe("a rebuild", () => {
  let database: TestDatabase;
  let db: ConnectionPool;
  const compare = () => rebuild(db, { replace: false }, never);
  const repair = () => rebuild(db, { replace: true }, never);
  /** A storage process of its own: random batches of `batch`, in random order. */
  const write = async (batch: readonly Entry<"ttlc:events">[]) => {
    const log = new EventLog();
    for (const part of split(shuffled(batch, random), random)) await log.append(db, part);
  };
  const contents = () =>
    Promise.all(
      ["streams", "sessions", "stream_users", "session_users", "role_changes", "gift_streaks", "session_minutes"].map(
        (table) => db.query(sql`select * from ${sql.ident(table)} order by 1, 2, 3`),
      ),
    );

  beforeAll(async () => {
    database = await createDatabase();
    db = openPool(database.url);
  });
  afterAll(async () => {
    await db.dispose();
    await database.drop();
  });
  beforeEach(() => emptyTables(db));

  it("of nothing is equal", async () => {
    expect(await compare()).toMatchObject({ equal: true, events: 0, replaced: [] });
  });

  it("is equal to the live projections at every moment while two write the same events at once", async () => {
    const queue = entries(6_000);
    const writers = [write(queue), write(queue)];
    let writing = true;
    const written = Promise.all(writers).finally(() => {
      writing = false;
    });
    const seen: { equal: boolean; events: number }[] = [];
    while (writing) seen.push(await compare());
    await written;
    seen.push(await compare());
    expect(seen.filter(({ equal }) => !equal)).toEqual([]);
    expect(seen.some(({ events }) => events > 0 && events < 6_000)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ events: 6_000 });
  });

  it.each([
    ["a count that is off", "streams", sql`update streams set events = events + 1 where stream_id like '%0'`],
    ["a value that is missing", "streams", sql`update streams set title = null`],
    [
      "a row that is missing",
      "stream_users",
      sql`delete from stream_users where user_ref = (select min(user_ref::text)::uuid from stream_users)`,
    ],
    [
      "a row that is too many",
      "session_minutes",
      sql`insert into session_minutes values (gen_random_uuid(), now(), 'CHAT', '7', 1)`,
    ],
    [
      "a row of the wrong stream",
      "sessions",
      sql`update sessions set stream_id = '7' where session_id::text like '%1'`,
    ],
    ["a role that nobody told", "role_changes", sql`update role_changes set roles = '{"isModerator": true}'`],
    ["a streak that grew by itself", "gift_streaks", sql`update gift_streaks set coins = coins + 1`],
  ])("finds and repairs %s", async (_what, name, damage: SQLQuery) => {
    await write(entries(300));
    const before = await contents();
    await asOwner(db, (tx) => tx.query(damage));
    const found = await compare();
    expect(found).toMatchObject({ equal: false, replaced: [] });
    expect(found.tables.filter(({ differing }) => differing > 0)).toMatchObject([{ name }]);
    expect(await repair()).toMatchObject({ equal: false });
    expect(await contents()).toEqual(before);
    expect(await repair()).toMatchObject({ equal: true, replaced: [] });
  });

  it("names the rows that differ by their keys, as many as can be read", async () => {
    await write(entries(2_000));
    await asOwner(db, (tx) => tx.query(sql`update session_minutes set events = 0`));
    const table = (await compare()).tables.find(({ name }) => name === "session_minutes");
    expect(table?.differing).toBe(table?.rows);
    expect(table?.rows).toBeGreaterThan(20);
    expect(table?.keys).toHaveLength(20);
    expect(Object.keys(table?.keys[0] ?? {})).toEqual(["session_id", "minute", "event_type"]);
  });

  it("repairs without losing what two others store meanwhile", async () => {
    await write(entries(300));
    const queue = entries(1_500, 300);
    const written = Promise.all([write(queue), write(queue)]);
    const repaired: string[][] = [];
    for (let round = 0; round < 5; round++) {
      await asOwner(db, (tx) => tx.query(sql`update streams set events = events + 1000`));
      repaired.push((await repair()).replaced);
    }
    await written;
    expect(repaired.every((streams) => streams.length > 0)).toBe(true);
    expect(await compare()).toMatchObject({ equal: true, events: 1_800 });
  });

  it("waits for a writer that is half done, and counts its events", async () => {
    await write(entries(100));
    await asOwner(db, (tx) => tx.query(sql`update streams set likes = 7000000`));
    const waiting = async () => {
      const rows = await asOwner(db, (tx) =>
        tx.query(sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
      );
      return rows.length;
    };
    let appended: Promise<unknown> | undefined;
    let repaired: Promise<unknown> | undefined;
    await db.tx(async (tx) => {
      await tx.query(sql`select from streams for update`);
      appended = new EventLog().append(db, entries(50, 100));
      await waitFor(async () => expect(await waiting()).toBe(1));
      repaired = repair();
      await waitFor(async () => expect(await waiting()).toBe(2));
    });
    await Promise.all([appended, repaired]);
    expect(await compare()).toMatchObject({ equal: true, events: 150 });
  });

  it("ends without effect when the service stops", async () => {
    await write(entries(100));
    await asOwner(db, (tx) => tx.query(sql`update streams set events = 0`));
    await expect(rebuild(db, { replace: true }, AbortSignal.abort())).rejects.toThrow("aborted");
    expect(await db.query(sql`select distinct events from streams`)).toEqual([{ events: "0" }]);
  });

  it("counts every row of every table", async () => {
    await write(entries(400));
    const counts = (await contents()).map((rows) => rows.length);
    const { tables } = await compare();
    expect(sum(tables.map(({ rows }) => rows))).toBe(sum(counts));
  });
});
