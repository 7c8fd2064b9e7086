import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { eventTypes } from "../../contracts/unified-event.ts";
import { isOutage } from "../../lib/errors.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { fullEvent, makeEntry, makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, emptyTables, openPool } from "../support/event-store.ts";

describe("storage, by COPY and by INSERT", () => {
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

  const stored = makeEntry(makeEvent("CHAT", { user: viewer(1) }));
  /** One that is stored already makes storage write the others by INSERT. */
  const byInsert = async (entries: ReturnType<typeof makeEntry>[]) => {
    await log.append(db, [stored]);
    return log.append(db, [stored, ...entries]);
  };

  it("writes the same rows", async () => {
    const odd = { displayName: 'O\'Neil\\ "é" 😀\t\n\u2028\u0007', userId: "\\N" };
    const entries = [
      ...eventTypes.map((type) => makeEntry({ ...fullEvent(type), source: "live", eventId: sha256(type) })),
      makeEntry(makeEvent("CHAT", { user: { ...viewer(2), ...odd }, payload: { message: "😀".repeat(9_000) } }), {
        raw: Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i * 7)).toString("base64"),
        encoding: "base64",
      }),
      makeEntry(makeEvent("RAW", { payload: { data: { deep: [1.5, 1e300, -0, null, true, "", { a: {} }] } } })),
      makeEntry(makeEvent("LIKE", { isHistory: true, msgId: "é", subType: "X", seqNo: Number.MAX_SAFE_INTEGER })),
      makeEntry(makeEvent("CHAT", { timestamp: "2020-02-29T23:59:59.999Z", ingestedAt: "1969-12-31T23:59:59.999Z" })),
      makeEntry(makeEvent("CHAT", { ingestedAt: "9999-12-31T23:59:59.999Z" }), { raw: "", encoding: "base64" }),
      makeEntry(makeEvent("CHAT", { ingestedAt: "0001-01-01T00:00:00.001Z" }), { raw: '{"a":"\\u0000 é"}' }),
    ];
    const rows = async () => ({
      events: await db.query(sql`select e::text as row from events e order by position`),
      personal: await db.query(sql`select p::text as row from event_pii p order by event_id`),
    });
    expect(await log.append(db, [stored, ...entries])).toMatchObject({ stored: entries.length + 1 });
    const copied = await rows();
    await asOwner(db, async (tx) => {
      await tx.query(sql`set local session_replication_role = replica`);
      await tx.query(sql`truncate events, event_pii`); // people stay, and so do their user_refs
    });
    expect(await byInsert(entries)).toMatchObject({ stored: entries.length });
    const inserted = await rows();
    expect(inserted.events.map(({ row }) => row)).toEqual(copied.events.map(({ row }) => row));
    expect(inserted.personal.length).toBe(copied.personal.length);
    for (const [i, { row }] of inserted.personal.entries()) expect(row === copied.personal[i].row).toBe(true);
  });

  it.each([
    ["NUL in a text", makeEvent("CHAT", { rawType: "a\0b" })],
    ["NUL in a payload", makeEvent("GIFT", { payload: { giftName: "a\0b" } })],
    ["NUL in what is personal", makeEvent("CHAT", { payload: { message: "a\0b" } })],
    ["half a surrogate pair in a text", makeEvent("CHAT", { rawType: "a\ud83db" })],
    ["half a surrogate pair in a long text", makeEvent("CHAT", { rawType: `${"a".repeat(99)}\ude00` })],
    ["half a surrogate pair in what is personal", makeEvent("CHAT", { payload: { message: "\ud83d" } })],
    ["the year 10000", makeEvent("CHAT", { ingestedAt: "9999-12-31T23:59:59.999-01:00" })],
    ["the year 0", makeEvent("CHAT", { ingestedAt: "0000-12-31T00:00:00.000Z" })],
    ["a seqNo below 0", makeEvent("CHAT", { seqNo: -1 })],
    ["an eventId that is none", makeEvent("CHAT", { eventId: "short" })],
  ])("refuses %s, and nothing else with it", async (_what, event) => {
    const good = makeEntry(makeEvent("CHAT"));
    const poison = makeEntry(event);
    await expect(log.append(db, [good, poison])).rejects.toThrow("Postgres refuses a batch of 2 events (SQLSTATE 2");
    await expect(byInsert([good, poison])).rejects.toThrow("Postgres refuses a batch of 3 events (SQLSTATE 2");
    await expect(log.append(db, [poison])).rejects.toMatchObject({ reason: "STORE_REJECTED" });
    expect(await log.append(db, [good])).toEqual({ stored: 1, duplicates: 0 });
  });

  it("tells a server that ends in the middle as an outage, and goes on after it", async () => {
    const entry = makeEntry(makeEvent("CHAT"));
    await log.append(db, [stored]);
    await db.tx(async (tx) => {
      const { eventId, timestamp } = entry.message.event;
      await tx.query(sql`insert into events select ${eventId}, ${timestamp}, ingested_at, position, seq_no, session_id,
        user_ref, is_history, stream_id, event_type, sub_type, raw_type, msg_id, provider, source, payload from events`);
      const append = log.append(db, [entry]).then(
        () => "stored",
        (error) => (isOutage(error) ? "outage" : error),
      );
      const waiting = sql`pid in (select pid from pg_stat_activity where query like 'copy events%' and wait_event_type = 'Lock'
        and datname = current_database())`;
      await vi.waitFor(async () => {
        const ended = await asOwner(db, (owner) =>
          owner.query(sql`select pg_terminate_backend(pid) from pg_stat_activity where ${waiting}`),
        );
        expect(ended).toHaveLength(1);
      });
      expect(await append).toBe("outage");
    });
    expect(await log.append(db, [entry])).toEqual({ stored: 0, duplicates: 1 });
    expect(await log.append(db, [makeEntry(makeEvent("CHAT"))])).toEqual({ stored: 1, duplicates: 0 });
  });
});
