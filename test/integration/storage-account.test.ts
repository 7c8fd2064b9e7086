import type { ConnectionPool } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DeadLetter } from "../../contracts/dead-letter.ts";
import type { Entry } from "../../lib/define-service.ts";
import { sessionAccount } from "../../services/storage/account.ts";
import { keepLetters } from "../../services/storage/dead-letters.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { makeEntry, makeEvent } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { emptyTables, openPool } from "../support/event-store.ts";

const sessionId = "00000000-0000-4000-8000-000000000001";
const other = "00000000-0000-4000-8000-000000000002";
const nothing = { sessionId, stored: 0, duplicates: 0, deadLettered: [], redriven: 0, gaps: [] };

describe("the account of a session", () => {
  let database: TestDatabase;
  let db: ConnectionPool;
  let log: EventLog;
  const account = () => sessionAccount(db, { sessionId });

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

  it("is empty for one that nobody knows", async () => {
    expect(await account()).toEqual(nothing);
  });

  it("counts what was stored of it, and not of others", async () => {
    await log.append(db, [
      makeEntry(makeEvent("CHAT")),
      makeEntry(makeEvent("LIKE")),
      makeEntry(makeEvent("CHAT", { sessionId: other })),
    ]);
    expect(await account()).toEqual({ ...nothing, stored: 2 });
  });

  it("counts each entry that brought what was there, however often it is delivered", async () => {
    const event = makeEvent("CHAT", { msgId: "1" });
    const sameMessage = makeEvent("CHAT", { msgId: "1" });
    const batch = [makeEntry(event), makeEntry(event), makeEntry(sameMessage)];
    await log.append(db, batch);
    await log.append(db, batch);
    await Promise.all([1, 2, 3].map(() => new EventLog().append(db, batch)));
    expect(await account()).toEqual({ ...nothing, stored: 1, duplicates: 2 });
  });

  it("does not take an entry for a duplicate that two writers store at once", async () => {
    const batches = Array.from({ length: 20 }, () => [makeEntry(makeEvent("CHAT"))]);
    await Promise.all(batches.flatMap((batch) => [1, 2].map(() => new EventLog().append(db, batch))));
    expect(await account()).toEqual({ ...nothing, stored: 20 });
  });

  it("counts its dead letters of every stage", async () => {
    const letter = (at: number, stage: string, fields: object): Entry<"ttlc:dlq"> => ({
      id: `${at}-0`,
      message: {
        stage,
        reason: "SCHEMA_ERROR",
        error: "no",
        payload: JSON.stringify(fields),
        failedAt: "2026-03-01T12:00:00.000Z",
      } satisfies DeadLetter,
    });
    const letters = [
      letter(1, "normalizer", { streamId: "1", sessionId }),
      letter(2, "normalizer", { streamId: "1", sessionId }),
      letter(3, "normalizer", { streamId: "1", sessionId: other }),
      letter(4, "storage", { event: JSON.stringify(makeEvent("CHAT")) }),
      letter(5, "storage", {}),
    ];
    await keepLetters(db, letters);
    await keepLetters(db, letters);
    expect(await account()).toEqual({
      ...nothing,
      deadLettered: [
        { stage: "normalizer", reason: "SCHEMA_ERROR", count: 2 },
        { stage: "storage", reason: "SCHEMA_ERROR", count: 1 },
      ],
    });
  });

  it("lists its gaps in the order of the room", async () => {
    const gap = (seqNo: number, facts: object) =>
      makeEntry(
        makeEvent("RAW", { seqNo, subType: "GAP", rawType: "ttlc.Gap", payload: { rawType: "ttlc.Gap", facts } }),
      );
    const [first, second] = [
      { from: "2026-03-01T12:00:00.000Z", why: "spool full" },
      { seqNoBefore: 0, seqNoAfter: 9 },
    ];
    await log.append(db, [gap(9, second), gap(3, first)]);
    expect(await account()).toEqual({ ...nothing, stored: 2, gaps: [first, second] });
  });
});
