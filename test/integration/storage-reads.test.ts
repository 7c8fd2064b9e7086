import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { packPosition } from "../../lib/position.ts";
import { findKey } from "../../services/storage/api-keys.ts";
import { channel } from "../../services/storage/channel.ts";
import { keepLetters } from "../../services/storage/dead-letters.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { feed, recent } from "../../services/storage/feed.ts";
import { history } from "../../services/storage/history.ts";
import { seed } from "../../services/storage/seed.ts";
import { sessions } from "../../services/storage/sessions.ts";
import { totals } from "../../services/storage/stats.ts";
import { stream, streams } from "../../services/storage/streams.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { emptyTables, openPool } from "../support/event-store.ts";

const sessionId = "00000000-0000-4000-8000-000000000001";
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
const entry = (ms: number, event: UnifiedEvent) => ({ id: `${ms}-0`, message: { event } });
const through = (position: string) => async () => packPosition(position);

describe("reading what is stored", () => {
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

  describe("history", () => {
    const read = async (query: { after?: string | undefined; limit: number }, position: string) =>
      (await history(db, { sessionId, ...query }, through(position))) as Page<ServedEvent>;

    it("pages through a session by seqNo, whatever order it was delivered in", async () => {
      const seqNos = [3, 1, 5, 2, 4];
      await log.append(
        db,
        seqNos.map((seqNo, i) => entry(100 + i, makeEvent("CHAT", { seqNo }))),
      );
      await log.append(db, [
        entry(200, makeEvent("CHAT", { seqNo: 9, streamId: "2", sessionId: sessionId.replace("1", "2") })),
      ]);
      const seen: number[] = [];
      let after: string | undefined;
      do {
        const page = await read({ after, limit: 2 }, "104-0");
        seen.push(...page.items.map(({ seqNo }) => seqNo));
        after = page.next ?? undefined;
      } while (after);
      expect(seen).toEqual([1, 2, 3, 4, 5]);
    });

    it("stays the list it was while events arrive before and after the page", async () => {
      await log.append(
        db,
        [10, 20, 30].map((seqNo, i) => entry(100 + i, makeEvent("CHAT", { seqNo }))),
      );
      const first = await read({ limit: 2 }, "102-0");
      await log.append(
        db,
        [5, 25, 40].map((seqNo, i) => entry(200 + i, makeEvent("CHAT", { seqNo }))),
      );
      const second = await read({ after: first.next ?? "", limit: 2 }, "202-0");
      expect([first, second].map(({ items }) => items.map(({ seqNo }) => seqNo))).toEqual([[10, 20], [30]]);
      expect(second.next).toBeNull();
    });

    it("is nothing for a session nobody knows", async () => {
      expect(await history(db, { sessionId, limit: 10 }, through("0-0"))).toBeNull();
    });

    it("refuses the cursor of another list", async () => {
      const after = Buffer.from('["x","y"]').toString("base64url");
      await expect(history(db, { sessionId, after, limit: 1 }, through("0-0"))).rejects.toMatchObject({
        type: "INVALID_CURSOR",
      });
    });

    it("finds a session's events in weeks far apart", async () => {
      const timestamps = ["2020-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"];
      await log.append(
        db,
        timestamps.map((timestamp, i) => entry(100 + i, makeEvent("CHAT", { timestamp, isHistory: i === 0 }))),
      );
      const { items } = await read({ limit: 10 }, "101-0");
      expect(items.map(({ timestamp }) => timestamp)).toEqual(timestamps);
    });
  });

  describe("feed", () => {
    beforeEach(() =>
      log.append(
        db,
        [1, 2, 3, 4, 5, 6].map((n) =>
          entry(n, makeEvent("CHAT", { streamId: n % 2 ? "odd" : "even", seqNo: n, timestamp: at(n) })),
        ),
      ),
    );
    const positions = async (query: Partial<Parameters<typeof feed>[1]>) => {
      const { items, next } = await feed(db, { after: "0-0", limit: 10, ...query }, through("6-0"));
      return [items.map(({ position }) => position), next];
    };

    it("gives all streams by position", async () => {
      expect(await positions({})).toEqual([["1-0", "2-0", "3-0", "4-0", "5-0", "6-0"], null]);
    });

    it("gives one stream, after one position, through another", async () => {
      expect(await positions({ streamId: "odd", after: "1-0", through: "4-0" })).toEqual([["3-0"], null]);
    });

    it("says where to go on", async () => {
      expect(await positions({ limit: 4 })).toEqual([["1-0", "2-0", "3-0", "4-0"], "4-0"]);
      expect(await positions({ limit: 4, after: "4-0" })).toEqual([["5-0", "6-0"], null]);
    });

    it.each([
      [1, "4-1048575"],
      [2, "2-1048575"],
      [9, "0-1048575"],
    ])("begins just below the last %i events", async (count, after) => {
      expect(await recent(db, { streamId: "odd", count })).toEqual({ after });
    });

    it("begins at the beginning of a stream that has none", async () => {
      expect(await recent(db, { streamId: "none", count: 5 })).toEqual({ after: "0-0" });
    });
  });

  describe("lists", () => {
    it("show a stream with its channel, gauges and top gifters", async () => {
      const { channelId } = await channel(db, { uniqueId: "@Ann", ownerId: "42", simulated: false });
      const gift = (n: number, coins: number) =>
        entry(10 + n, makeEvent("GIFT", { user: viewer(n), payload: { coins }, timestamp: at(5) }));
      await log.append(db, [
        entry(1, makeEvent("CONNECTED", { payload: { channelId, title: "Evening" }, timestamp: at(1), seqNo: 1 })),
        entry(2, makeEvent("ROOM_USER", { payload: { viewers: 50 }, timestamp: at(2), seqNo: 2 })),
        entry(3, makeEvent("ROOM_USER", { payload: { viewers: 40 }, timestamp: at(3), seqNo: 3 })),
        entry(4, makeEvent("STREAM_END", { timestamp: at(9), seqNo: 4 })),
        ...Array.from({ length: 10 }, (_, n) => gift(n, n)),
      ]);
      const detail = await stream(db, { streamId: "7300000000000000001" });
      expect(detail).toEqual({
        streamId: "7300000000000000001",
        uniqueId: "ann",
        title: "Evening",
        simulated: false,
        startedAt: at(1),
        endedAt: at(9),
        lastEventAt: at(9),
        events: 14,
        viewers: 40,
        peakViewers: 50,
        totalViewers: null,
        likes: null,
        observedLikes: 0,
        diamonds: 45,
        topGifters: [9, 8, 7, 6, 5, 4, 3, 2].map((n) => {
          const { userId, uniqueId, displayName } = viewer(n);
          return { userId, uniqueId, displayName, coins: n };
        }),
      });
      const { topGifters: _, ...item } = detail ?? { topGifters: [] };
      expect(await streams(db, { limit: 10 })).toEqual({ items: [item], next: null });
    });

    it("know a stream that goes on after its end", async () => {
      await log.append(db, [
        entry(1, makeEvent("STREAM_END", { seqNo: 1 })),
        entry(2, makeEvent("CONNECTED", { seqNo: 2 })),
      ]);
      expect((await streams(db, { limit: 1 })).items).toMatchObject([{ endedAt: null }]);
    });

    it("know no stream of which nothing is stored", async () => {
      expect(await stream(db, { streamId: "1" })).toBeNull();
    });

    it("page from the newest to the oldest", async () => {
      const session = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
      await log.append(
        db,
        [1, 2, 3].map((n) =>
          entry(n, makeEvent("CHAT", { streamId: `s${n}`, sessionId: session(n), timestamp: at(n) })),
        ),
      );
      const first = await streams(db, { limit: 2 });
      const rest = await streams(db, { limit: 2, after: first.next ?? "" });
      expect([...first.items, ...rest.items].map(({ streamId }) => streamId)).toEqual(["s3", "s2", "s1"]);
      const newest = await sessions(db, { limit: 2 });
      const oldest = await sessions(db, { limit: 2, after: newest.next ?? "" });
      expect([...newest.items, ...oldest.items].map(({ sessionId }) => sessionId)).toEqual([3, 2, 1].map(session));
      expect([rest.next, oldest.next]).toEqual([null, null]);
      const ofOne = async (query: object) =>
        (await sessions(db, { limit: 2, ...query })).items.map(({ sessionId }) => sessionId);
      expect(await ofOne({ streamId: "s2" })).toEqual([session(2)]);
      expect(await ofOne({ channelId: session(9) })).toEqual([]);
    });

    it("show a session from its first event that is no history to its disconnection", async () => {
      await log.append(db, [
        entry(1, makeEvent("CONNECTED", { timestamp: at(3), seqNo: 1, provider: "simulator" })),
        entry(2, makeEvent("CHAT", { timestamp: at(1), seqNo: 2, provider: "simulator", isHistory: true })),
        entry(3, makeEvent("DISCONNECTED", { timestamp: at(9), seqNo: 3, provider: "simulator" })),
      ]);
      expect((await sessions(db, { limit: 1 })).items).toEqual([
        {
          sessionId,
          streamId: "7300000000000000001",
          uniqueId: null,
          source: "live",
          provider: "simulator",
          simulated: true,
          startedAt: at(3),
          endedAt: at(9),
          ...{ events: 3, diamonds: 0, peakViewers: null, likes: null, observedLikes: 0 },
        },
      ]);
    });

    it("show what a session's gifts are worth, a streak over two of them in each by what it grew there", async () => {
      const session = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
      const gift = (
        n: number,
        giftCount: number,
        payload: object = { streakId: sha256("s"), streakState: "progress" },
      ) =>
        makeEvent("GIFT", {
          ...{ seqNo: n, sessionId: session(n < 3 ? 1 : 2), timestamp: at(n) },
          payload: { giftCount, coins: giftCount * 5, ...payload },
        });
      const stored = [gift(1, 2), gift(2, 3), gift(3, 7), gift(4, 1, {})];
      for (const event of stored.toReversed()) await log.append(db, [entry(event.seqNo, event)]);
      const worth = (await sessions(db, { limit: 2 })).items.map(({ sessionId, diamonds }) => [sessionId, diamonds]);
      expect(worth).toEqual([
        [session(2), 20 + 5],
        [session(1), 15],
      ]);
    });
  });

  describe("a sequence base", () => {
    const step = 2 ** 20;

    it("is 0 for a room nobody knows", async () => {
      expect(await seed(db, { streamId: "1", floor: 0 })).toEqual({ seed: 0, last: null });
    });

    it("is above what the caller remembers", async () => {
      expect(await seed(db, { streamId: "1", floor: 7 })).toMatchObject({ seed: 7 + step });
    });

    it("is above what is stored, and tells the newest session", async () => {
      const sessionOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
      await log.append(db, [
        entry(1, makeEvent("CHAT", { streamId: "1", seqNo: 50, sessionId: sessionOf(2), timestamp: at(5) })),
        entry(2, makeEvent("DISCONNECTED", { streamId: "1", seqNo: 40, sessionId: sessionOf(1), timestamp: at(4) })),
      ]);
      expect(await seed(db, { streamId: "1", floor: 7 })).toEqual({
        seed: 50 + step,
        last: { sessionId: sessionOf(2), at: at(5), seqNo: 50, open: true },
      });
    });

    it("never comes twice, not even to callers at once", async () => {
      const answers = await Promise.all([1, 2, 3, 4].map(() => seed(db, { streamId: "1", floor: 0 })));
      const seeds = answers.map((answer) => answer.seed).sort((a, b) => a - b);
      expect(seeds).toEqual([0, step, 2 * step, 3 * step]);
      expect(await db.query(sql`select seed from seq_seeds`)).toEqual([{ seed: String(3 * step) }]);
    });
  });

  describe("a channel", () => {
    const ask = async (uniqueId: string, ownerId?: string, simulated = false) =>
      (await channel(db, { uniqueId, ownerId, simulated })).channelId;
    const handles = () => db.query(sql`select owner_id, unique_id from channels order by owner_id`);

    it("is one for all spellings of a handle, and for callers at once", async () => {
      const ids = await Promise.all(["ann", "@ann", "Ann", "ann"].map((name) => ask(name)));
      expect(new Set(ids).size).toBe(1);
    });

    it("learns its owner and follows the owner to another handle", async () => {
      const id = await ask("ann");
      expect(await ask("ann", "42")).toBe(id);
      expect(await ask("ann.official", "42")).toBe(id);
      expect(await handles()).toEqual([{ owner_id: "42", unique_id: "ann.official" }]);
    });

    it("loses its handle to another owner who took it", async () => {
      const id = await ask("ann", "42");
      expect(await ask("ann", "43")).not.toBe(id);
      expect(await handles()).toEqual([
        { owner_id: "42", unique_id: null },
        { owner_id: "43", unique_id: "ann" },
      ]);
    });

    it("is found by its handle while the owner is not known yet", async () => {
      const id = await ask("ann", "42");
      expect(await ask("ann")).toBe(id);
    });

    it("of the simulator is another one", async () => {
      expect(await ask("ann", "42", true)).not.toBe(await ask("ann", "42"));
    });
  });

  describe("a dead letter", () => {
    const letter = (ms: number, more: object = {}) => ({
      id: `${ms}-0`,
      message: {
        stage: "normalizer",
        reason: "PARSE_ERROR" as const,
        error: "no",
        payload: '{"data":"\\u0000"}',
        failedAt: at(1),
        ...more,
      },
    });

    it("is kept once, with all its fields", async () => {
      const full = letter(1, {
        stream: "ttlc:raw",
        entryId: "5-0",
        group: "normalizer",
        attempts: 3,
        correlationId: "c",
        destination: "d",
      });
      await keepLetters(db, [full, letter(2)]);
      await keepLetters(db, [full]);
      expect(await db.query(sql`select * from dead_letters order by position`)).toMatchObject([
        {
          stream: "ttlc:raw",
          entry_id: "5-0",
          consumer_group: "normalizer",
          attempts: 3,
          payload: '{"data":"\\u0000"}',
        },
        { stream: null, stage: "normalizer", reason: "PARSE_ERROR", failed_at: new Date(at(1)) },
      ]);
      expect(await totals(db)).toEqual({ events: 0, deadLetters: 2 });
    });

    it("is never refused for what it says", async () => {
      await keepLetters(db, [letter(1, { error: "a\0b\ud800c" })]);
      expect(await db.query(sql`select error from dead_letters`)).toEqual([{ error: "a\ufffdb\ufffdc" }]);
    });
  });

  describe("an API key", () => {
    const add = (name: string, more: object = {}) =>
      db.query(sql`
        insert into api_keys (name, role, hash, revoked_at, expires_at)
        select ${name}, 'admin', ${sha256(name)}, (k->>'revoked_at')::timestamptz, (k->>'expires_at')::timestamptz
        from jsonb_build_array(${JSON.stringify(more)}::jsonb) a, jsonb_array_elements(a) k`);

    it("is found by its hash, and its use noted", async () => {
      await add("mine");
      const [{ key_id: keyId }] = await db.query(sql`select key_id from api_keys`);
      expect(await findKey(db, { hash: sha256("mine") })).toEqual({
        ...{ keyId, name: "mine", role: "admin", channelIds: [], types: null, expiresAt: null, replaced: false },
      });
      expect(await db.query(sql`select now() - last_used_at < interval '1 minute' as used from api_keys`)).toEqual([
        { used: true },
      ]);
    });

    it.each([
      ["unknown", "other", {}],
      ["revoked", "mine", { revoked_at: at(1) }],
      ["expired", "mine", { expires_at: at(1) }],
    ])("that is %s is none", async (_case, name, more) => {
      await add("mine", more);
      expect(await findKey(db, { hash: sha256(name) })).toBeNull();
    });
  });
});
