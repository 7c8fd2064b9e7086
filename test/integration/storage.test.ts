import { randomUUID } from "node:crypto";
import { type ConnectionPool, type Queryable, type SQLQuery, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { eventTypes } from "../../contracts/unified-event.ts";
import { isOutage } from "../../lib/errors.ts";
import { migrate } from "../../lib/migrate.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { history } from "../../services/storage/history.ts";
import { fullEvent, makeEntry, makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { randomEvent, streakFrame } from "../fixtures/random-events.ts";
import { createDatabase, type TestDatabase, withDatabase } from "../support/database.ts";
import { asOwner, emptyTables, openPool } from "../support/event-store.ts";
import { seeded, shuffled, split } from "../support/random.ts";

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error) => error.code,
  );
const everything = async () => 2n ** 62n;

describe("storage", () => {
  let database: TestDatabase;
  let db: ConnectionPool;
  let log: EventLog;

  beforeAll(async () => {
    database = await createDatabase();
    db = openPool(database.url);
  });
  afterAll(async () => {
    await db.dispose();
    await database.drop();
  });
  beforeEach(async () => {
    log = new EventLog();
    await emptyTables(db);
  });

  describe("as the service role", () => {
    beforeEach(() => log.append(db, [makeEntry(makeEvent("CHAT"))]));

    it("is what the connections of services are", async () => {
      expect(await db.query(sql`select current_user`)).toEqual([{ current_user: "ttlc_service" }]);
    });

    it.each([
      ["update", sql`update events set seq_no = 0`],
      ["delete", sql`delete from events`],
      ["truncate", sql`truncate events`],
      [
        "overwrite by a conflict",
        sql`insert into events select * from events on conflict (event_id, timestamp) do update set seq_no = 0`,
      ],
      ["merge", sql`merge into events e using events s on e.event_id = s.event_id when matched then delete`],
      ["write past the table into a partition", sql`insert into events_2026w09 select * from events`],
      ["update a partition", sql`update events_2026w09 set seq_no = 0`],
      ["alter the table", sql`alter table events add x int`],
      ["disable its triggers", sql`alter table events disable trigger all`],
      ["drop a partition", sql`drop table events_2026w09`],
      ["detach a partition", sql`alter table events detach partition events_2026w09`],
      ["take the replica role", sql`set session_replication_role = replica`],
      [
        "replace the trigger's function",
        sql`create or replace function refuse_change() returns trigger language sql as 'select 1'`,
      ],
      ["make a table", sql`create table mine (id int)`],
    ])("cannot %s", async (_case, statement) => {
      expect(await code(db.query(statement))).toBe("42501");
    });

    it("can erase a person", async () => {
      await db.query(sql`delete from event_pii`);
      await db.query(sql`delete from users`);
      expect(await count(db, sql`events`)).toBe(1);
    });
  });

  describe("as the owner", () => {
    beforeEach(() => log.append(db, [makeEntry(makeEvent("CHAT"))]));

    it.each([
      ["update", sql`update events set seq_no = 0`],
      ["delete", sql`delete from events`],
      ["truncate", sql`truncate events`],
      ["update a partition", sql`update events_2026w09 set seq_no = 0`],
      ["truncate a partition", sql`truncate events_2026w09`],
    ])("a trigger refuses to %s", async (_case, statement) => {
      expect(await code(asOwner(db, (tx) => tx.query(statement)))).toBe("TT001");
    });

    it("retention may drop a week", async () => {
      await asOwner(db, (tx) => tx.query(sql`drop table events_2026w09, event_pii_2026w09`));
      expect(await count(db, sql`events`)).toBe(0);
    });
  });

  describe("append", () => {
    it("stores and counts a batch once, however often it comes", async () => {
      const batch = Array.from({ length: 20 }, (_, i) => makeEntry(makeEvent("CHAT", { user: viewer(i % 3) })));
      expect(await log.append(db, batch)).toEqual({ stored: 20, duplicates: 0 });
      const before = await projections(db);
      expect(await log.append(db, batch)).toEqual({ stored: 0, duplicates: 0 });
      expect(await projections(db)).toEqual(before);
      expect(log.counts).toEqual({ stored: 20, duplicates: 0 });
    });

    it("stores an event that comes twice in one batch once, at its first position", async () => {
      const event = makeEvent("CHAT");
      const [first, second] = [makeEntry(event), makeEntry(event)];
      expect(await log.append(db, [first, second])).toEqual({ stored: 1, duplicates: 1 });
      const [row] = await db.query(sql`select position & 1048575 as seq from events`);
      expect(`1790000000000-${row.seq}`).toBe(first.id);
    });

    it("recognises one message under two seqNos", async () => {
      const message = { rawType: "WebcastChatMessage", msgId: "77" };
      const batch = [makeEntry(makeEvent("CHAT", message)), makeEntry(makeEvent("CHAT", message))];
      expect(await log.append(db, batch)).toEqual({ stored: 1, duplicates: 1 });
      expect(await db.query(sql`select events from streams`)).toEqual([{ events: "1" }]);
    });

    it("keeps messages without an id apart", async () => {
      expect(await log.append(db, [makeEntry(makeEvent("LIKE")), makeEntry(makeEvent("LIKE"))])).toMatchObject({
        stored: 2,
      });
    });

    it("does not store a replay again, and moves nothing by it", async () => {
      const event = makeEvent("CHAT", { user: viewer(1) });
      await log.append(db, [makeEntry(event)]);
      const before = await projections(db);
      const replayed = { ...event, source: "replay" as const, sessionId: "00000000-0000-4000-8000-000000000002" };
      expect(await log.append(db, [makeEntry(replayed)])).toEqual({ stored: 0, duplicates: 0 });
      expect(await projections(db)).toEqual(before);
    });

    it("counts once what two writers store at once", async () => {
      const batch = (from: number) =>
        Array.from({ length: 100 }, (_, i) =>
          makeEntry(
            makeEvent("GIFT", { seqNo: from + i, user: viewer((from + i) % 7), payload: streakFrame(from + i) }),
          ),
        );
      await Promise.all([0, 30, 60, 30, 0].map((from) => new EventLog().append(db, batch(1_000 + from))));
      const concurrent = await projections(db);
      await emptyTables(db);
      await log.append(db, batch(1_000));
      await log.append(db, batch(1_060));
      expect(concurrent).toEqual(await projections(db));
      expect(await count(db, sql`events`)).toBe(160);
    });

    it("rejects a batch with a poison row without effect, and that row alone as STORE_REJECTED", async () => {
      const poison = makeEntry(makeEvent("CHAT", { payload: { message: "a\0b" } }));
      const batch = [makeEntry(makeEvent("CHAT", { user: viewer(9) })), poison];
      await expect(log.append(db, batch)).rejects.toThrow("refuses a batch of 2 events (SQLSTATE 22P05)");
      expect(await count(db, sql`events`)).toBe(0);
      await expect(log.append(db, [poison])).rejects.toMatchObject({ reason: "STORE_REJECTED" });
      expect(await log.append(db, batch.slice(0, 1))).toMatchObject({ stored: 1 });
    });

    it("stores timestamps of ten years, each in its week", async () => {
      const instants = [
        "2016-01-01T00:00:00.000Z",
        "2019-12-31T23:59:59.999Z",
        "2021-01-03T23:59:59.999Z",
        "2024-02-29T12:00:00.000Z",
      ];
      await log.append(
        db,
        instants.map((timestamp) => makeEntry(makeEvent("CHAT", { timestamp }))),
      );
      expect(await db.query(sql`select tableoid::regclass::text as week from events order by timestamp`)).toEqual(
        ["2015w53", "2020w01", "2020w53", "2024w09"].map((week) => ({ week: `events_${week}` })),
      );
    });

    it("gives up an event of a time that cannot be", async () => {
      const event = makeEvent("CHAT", { timestamp: "2015-12-31T23:59:59.999Z" });
      await expect(log.append(db, [makeEntry(event)])).rejects.toMatchObject({ reason: "STORE_REJECTED" });
    });

    it("makes a dropped week again", async () => {
      await log.append(db, [makeEntry(makeEvent("CHAT"))]);
      await asOwner(db, (tx) => tx.query(sql`drop table events_2026w09, event_pii_2026w09`));
      const batch = [makeEntry(makeEvent("CHAT"))];
      await expect(log.append(db, batch)).rejects.toSatisfy(isOutage);
      expect(await log.append(db, batch)).toMatchObject({ stored: 1 });
    });

    it("lets two at once make the same week", async () => {
      const timestamp = "2018-06-01T00:00:00.000Z";
      await Promise.all([1, 2, 3].map(() => new EventLog().append(db, [makeEntry(makeEvent("CHAT", { timestamp }))])));
      expect(await count(db, sql`events_2018w22`, "none")).toBe(3);
    });

    it("makes a week while another is being written", async () => {
      await log.append(db, [makeEntry(makeEvent("CHAT"))]);
      await db.tx(async (tx) => {
        await tx.query(sql`insert into events select ${sha256("x")}, timestamp, ingested_at, position, seq_no, session_id, user_ref,
          is_history, stream_id, event_type, sub_type, raw_type, msg_id, provider, source, payload from events`);
        const timestamp = "2018-07-01T00:00:00.000Z";
        expect(await log.append(db, [makeEntry(makeEvent("CHAT", { timestamp }))])).toMatchObject({ stored: 1 });
      });
    });

    it("is on disk when it is done, whatever the server's default", async () => {
      const name = sql.ident(new URL(database.url).pathname.slice(1));
      await asOwner(db, async (tx) => {
        await tx.query(sql`alter database ${name} set synchronous_commit = off`);
        await tx.query(sql`alter table users add sync text default current_setting('synchronous_commit')`);
      });
      const careless = openPool(database.url);
      await log.append(careless, [makeEntry(makeEvent("CHAT", { user: viewer(1) }))]);
      const seen = sql`select sync, current_setting('synchronous_commit') as default from users`;
      expect(await careless.query(seen)).toEqual([{ sync: "on", default: "off" }]);
      await careless.dispose();
      await asOwner(db, async (tx) => {
        await tx.query(sql`alter table users drop sync`);
        await tx.query(sql`alter database ${name} reset synchronous_commit`);
      });
    });

    it("waits out what is no fault of the events", async () => {
      const lost = openPool(database.url);
      await lost.dispose();
      await expect(log.append(lost, [makeEntry(makeEvent("CHAT"))])).rejects.toSatisfy(isOutage);
    });

    it("knows one person under one user_ref, by their newest name", async () => {
      const named = (uniqueId: string, timestamp: string) =>
        makeEntry(makeEvent("CHAT", { user: { ...viewer(1), uniqueId }, timestamp }));
      await log.append(db, [named("new", "2026-03-01T12:00:09.000Z")]);
      await log.append(db, [named("old", "2026-03-01T12:00:01.000Z")]);
      expect(await db.query(sql`select unique_id from users`)).toEqual([{ unique_id: "new" }]);
      expect(await db.query(sql`select distinct user_ref = (select user_ref from users) as same from events`)).toEqual([
        { same: true },
      ]);
    });
  });

  describe("a person's row", () => {
    const at = (time: string, changes: object) =>
      makeEntry(makeEvent("CHAT", { user: { ...viewer(1), ...changes }, timestamp: `2026-03-01T${time}.000Z` }));
    const picture = (host: string, signature: string) => ({
      avatarUrl: `https://${host}.tiktokcdn.com/a.webp?x-signature=${signature}`,
    });
    const row = async () => (await db.query(sql`select unique_id, avatar_url, identity_at from users`))[0];

    it("is not written again for an event that says the same", async () => {
      await log.append(db, [at("12:00:00", picture("p16", "first"))]);
      await log.append(db, [at("12:00:59", picture("p77", "second"))]);
      expect(await row()).toMatchObject({ identity_at: new Date("2026-03-01T12:00:00Z") });
    });

    it("is written again after a minute, so that the address of a picture stays good", async () => {
      await log.append(db, [at("12:00:00", picture("p16", "first"))]);
      await log.append(db, [at("12:01:01", picture("p77", "second"))]);
      expect(await row()).toMatchObject({ avatar_url: expect.stringContaining("second") });
    });

    it.each([
      ["the handle", { uniqueId: "renamed" }, { unique_id: "renamed" }],
      [
        "the picture",
        { avatarUrl: "https://p16.tiktokcdn.com/b.webp" },
        { avatar_url: expect.stringContaining("b.webp") },
      ],
    ])("changes at once with %s", async (_what, changes, expected) => {
      await log.append(db, [at("12:00:00", picture("p16", "first"))]);
      await log.append(db, [at("12:00:01", { ...picture("p16", "first"), ...changes })]);
      expect(await row()).toMatchObject(expected);
    });
  });

  describe("what is personal", () => {
    const canary = (path: string, personal: boolean) => (personal ? `canary ${path}` : path);
    const batch = eventTypes.map((type) => {
      const event = { ...fullEvent(type, canary), eventId: sha256(type), source: "live" as const };
      return makeEntry(event, { raw: btoa(`canary ${type} raw`), encoding: "base64" });
    });
    beforeEach(() => log.append(db, batch));

    it("is nowhere in a dump of events", async () => {
      const dumps = await asOwner(db, async (tx) => {
        const partitions: { name: string }[] = await tx.query(
          sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass`,
        );
        return Promise.all(
          partitions.map(({ name }) => tx.query(sql`select t::text as row from ${sql.ident(name)} t`)),
        );
      });
      const rows = dumps.flat().map(({ row }) => row as string);
      expect(rows).toHaveLength(eventTypes.length);
      expect(rows.filter((row) => /canary|Y2FuYXJ5/.test(row))).toEqual([]);
    });

    it("is with the event when it is read, and gone after an erasure that leaves events as they were", async () => {
      const sessions: { session_id: string }[] = await db.query(sql`select session_id from sessions`);
      const read = async () => {
        const pages = sessions.map(({ session_id }) => history(db, { sessionId: session_id, limit: 100 }, everything));
        return (await Promise.all(pages)).flatMap((page) => page?.items ?? []);
      };
      const checksum = () => db.query(sql`select md5(string_agg(e::text, '' order by event_id)) from events e`);
      const byId = (a: { eventId: string }, b: { eventId: string }) => (a.eventId < b.eventId ? -1 : 1);
      expect((await read()).sort(byId)).toEqual(batch.map(({ message }) => message.event).sort(byId));
      const before = await checksum();
      await db.query(sql`delete from event_pii`);
      await db.query(sql`delete from users`);
      expect(JSON.stringify(await read())).not.toContain("canary");
      expect((await read()).every((event) => event.erased && event.user === null)).toBe(true);
      expect(await checksum()).toEqual(before);
    });
  });

  it("keeps the original to the byte", async () => {
    const bytes = Buffer.from(Array.from({ length: 2_000 }, (_, i) => (i * 7) % 256));
    const text = '{ "a": "\\u0000\\ud83d\\ude00", "b" : 1.0, "a": [] }\n';
    const entry = (raw: string, encoding: "base64" | "json") => makeEntry(makeEvent("CHAT"), { raw, encoding });
    await log.append(db, [
      entry(bytes.toString("base64"), "base64"),
      entry(text, "json"),
      entry("not=base64", "base64"),
    ]);
    const rows = await db.query(
      sql`select raw_bytes, raw_text, encoding from event_pii join events using (event_id) order by seq_no`,
    );
    expect(rows).toEqual([
      { raw_bytes: bytes, raw_text: null, encoding: "base64" },
      { raw_bytes: null, raw_text: text, encoding: "json" },
      { raw_bytes: null, raw_text: "not=base64", encoding: "base64" },
    ]);
  });
});

describe("for an owner who is no superuser", () => {
  const name = `owner_${randomUUID().slice(0, 8)}`;
  const server = inject("postgresUrl");
  const url = Object.assign(new URL(server), { username: name, password: "secret", pathname: `/${name}` }).href;

  beforeAll(() =>
    withPool(server, async (admin) => {
      await admin.query(sql`create role ${sql.ident(name)} login createrole password 'secret'`);
      await admin.query(sql`create database ${sql.ident(name)} owner ${sql.ident(name)}`);
    }),
  );
  afterAll(() =>
    withPool(server, async (admin) => {
      await admin.query(sql`drop database ${sql.ident(name)}`);
      await admin.query(sql`drop role ${sql.ident(name)}`);
    }),
  );

  it("migrations say who has to grant the roles, and then work", async () => {
    for (const role of ["ttlc_service", "ttlc_reader"]) {
      await expect(migrate(url)).rejects.toThrow(`run "grant ${role} to ${name}"`);
      await withPool(server, (admin) => admin.query(sql`grant ${sql.ident(role)} to ${sql.ident(name)}`));
    }
    await migrate(url);
    await withPool(url, async (db) => {
      expect(await new EventLog().append(db, [makeEntry(makeEvent("CHAT"))])).toMatchObject({ stored: 1 });
      expect(await code(db.query(sql`update events set seq_no = 0`))).toBe("42501");
      expect(await code(asOwner(db, (tx) => tx.query(sql`update events set seq_no = 0`)))).toBe("TT001");
      expect(await code(asOwner(db, (tx) => tx.query(sql`set session_replication_role = replica`)))).toBe("42501");
    });
  });
});

describe("projections", () => {
  it("are the same for the same events in any split and order, some of them doubled", async () => {
    const random = seeded(7);
    const entries = Array.from({ length: 400 }, (_, i) => makeEntry(randomEvent(i, random)));
    const runs = await Promise.all(
      [0, 1, 2, 3].map((run) =>
        withDatabase(async (url) => {
          const db = openPool(url);
          const log = new EventLog();
          const queue = run === 0 ? entries : shuffled([...entries, ...entries.slice(0, 80)], random);
          for (const batch of split(queue, random)) await log.append(db, batch);
          const dump = await projections(db);
          await db.dispose();
          return dump;
        }),
      ),
    );
    expect(runs[0]?.streams).toHaveLength(2);
    expect(runs[0]?.streaks.length).toBeGreaterThan(3);
    expect(runs[0]?.sessionUsers.length).toBeGreaterThan(10);
    for (const run of runs) expect(run).toEqual(runs[0]);
  });
});

/** All projections, with people by their TikTok id instead of the random user_ref. */
async function projections(db: Queryable) {
  return {
    streams: await db.query(sql`select * from streams order by 1`),
    sessions: await db.query(sql`select * from sessions order by 1`),
    users: await db.query(sql`select tiktok_id, unique_id, display_name from users order by 1`),
    streamUsers: await db
      .query(sql`
      select tiktok_id, s.* from stream_users s join users using (user_ref) order by stream_id, tiktok_id
    `)
      .then((rows) => rows.map(({ user_ref: _, ...row }) => row)),
    streaks: await db.query(
      sql`select streak_id, stream_id, tiktok_id, gifts, coins, sessions from gift_streaks join users using (user_ref) order by 1`,
    ),
    sessionUsers: await db.query(
      sql`select session_id, stream_id, tiktok_id, gifts, coins from session_users join users using (user_ref) order by 1, 3`,
    ),
    minutes: await db.query(sql`select * from session_minutes order by 1, 2, 3`),
  };
}

async function count(db: ConnectionPool, table: SQLQuery, role = "ttlc_service"): Promise<number> {
  const rows = await db.tx(async (tx) => {
    await tx.query(sql`set local role ${sql.ident(role)}`);
    return tx.query(sql`select count(*)::int as n from ${table}`);
  });
  return rows[0].n;
}
