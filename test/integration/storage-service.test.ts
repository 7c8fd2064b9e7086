import type { ConnectionPool } from "@databases/pg";
import { sql } from "@databases/pg";
import { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { comparePositions, packPosition, unpackPosition } from "../../lib/position.ts";
import { encode } from "../../mixins/streams/codec.ts";
import { boundary } from "../../services/storage/boundary.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { emptyTables, openPool } from "../support/event-store.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const sessionId = "00000000-0000-4000-8000-000000000001";

describe("the storage service", () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let client: Redis;
  let db: ConnectionPool;

  beforeAll(async () => {
    [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
    client = new Redis(redis.url);
    db = openPool(database.url);
  });
  afterAll(async () => {
    await client.quit();
    await db.dispose();
    await redis.stop();
    await database.drop();
  });
  beforeEach(async () => {
    await client.flushall();
    await emptyTables(db);
  });

  const run = (test: (broker: ServiceBroker) => Promise<void>) => {
    const config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" });
    return withBroker([storage], config, test);
  };
  const add = (event: UnifiedEvent, id = "*") =>
    client.xadd("ttlc:events", id, ...encode("ttlc:events", { event })) as Promise<string>;
  const stored = (broker: ServiceBroker, count: number) =>
    waitFor(async () => expect(await broker.call("storage.stats")).toMatchObject({ events: count }));

  it("stores what comes on ttlc:events and answers it", () =>
    run(async (broker) => {
      const events = [1, 2, 3].map((seqNo) => makeEvent("CHAT", { seqNo, user: viewer(seqNo) }));
      const positions = await Promise.all(events.map((event) => add(event)));
      await waitFor(async () => expect(await broker.call("storage.boundary")).toEqual({ position: positions[2] }));
      expect(await broker.call("storage.history", { sessionId })).toEqual({ items: events, next: null });
      expect(await broker.call("storage.feed", { after: "0-0" })).toEqual({
        items: events.map((event, i) => ({ position: positions[i], event })),
        next: null,
      });
    }));

  it("loses only the event that Postgres refuses, and keeps its letter", () =>
    run(async (broker) => {
      const poison = makeEvent("CHAT", { seqNo: 2, payload: { message: "a\0b" } });
      const events = [makeEvent("CHAT", { seqNo: 1 }), poison, makeEvent("CHAT", { seqNo: 3 })];
      const [, refused] = await Promise.all(events.map((event) => add(event)));
      await waitFor(async () =>
        expect(await broker.call("storage.stats")).toMatchObject({ events: 2, deadLetters: 1 }),
      );
      const [letter] = await db.query(sql`select stage, reason, entry_id, payload from dead_letters`);
      expect(letter).toMatchObject({ stage: "storage", reason: "STORE_REJECTED", entry_id: refused });
      expect(JSON.parse(JSON.parse(letter.payload).event)).toEqual(poison);
    }));

  it("keeps positions rising when Redis lost everything", () =>
    run(async (broker) => {
      const far = `${Date.now() + 3_600_000}-7`;
      await add(makeEvent("CHAT", { seqNo: 1 }), far);
      await stored(broker, 1);
      await client.flushall();
      await waitFor(async () => expect(await client.exists("ttlc:events")).toBe(1));
      const next = await add(makeEvent("CHAT", { seqNo: 2 }));
      expect(comparePositions(next, far)).toBeGreaterThan(0);
      await stored(broker, 2);
    }));

  it("recomputes the projections of what it stored, and tells the account of a session", () =>
    run(async (broker) => {
      await add(makeEvent("CHAT", { seqNo: 1 }));
      await stored(broker, 1);
      expect(await broker.call("storage.rebuild")).toMatchObject({ equal: true, events: 1, replaced: [] });
      expect(await broker.call("storage.sessionAccount", { sessionId })).toMatchObject({ stored: 1, duplicates: 0 });
    }));

  it("refuses parameters out of range", () =>
    run(async (broker) => {
      const refused = [
        ["history", { sessionId, limit: 501 }],
        ["history", { sessionId: "1" }],
        ["feed", { after: "yesterday" }],
        ["streams", { limit: 0 }],
        ["seed", { streamId: "1", floor: -1 }],
        ["findKey", { hash: "' or true" }],
      ] as const;
      for (const [action, params] of refused) {
        await expect(broker.call(`storage.${action}`, params)).rejects.toMatchObject({ code: 422 });
      }
    }));

  describe("the boundary", () => {
    const log = new EventLog();
    const position = async () => unpackPosition(await boundary(client, db));
    const give = (consumer: string, count: number) =>
      client.xreadgroup("GROUP", "storage", consumer, "COUNT", count, "STREAMS", "ttlc:events", ">");

    beforeEach(async () => {
      await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
      for (const ms of [10, 20, 30, 40]) await add(makeEvent("CHAT"), `${ms}-1`);
    });

    it("is below the first entry while nothing was read", async () => {
      expect(await position()).toBe("10-0");
    });

    it("is below the oldest entry that is not acknowledged, though newer ones are", async () => {
      await give("a", 2);
      await give("b", 1);
      await client.xack("ttlc:events", "storage", "10-1", "30-1");
      expect(await position()).toBe("20-0");
    });

    it("is the last one read once all are acknowledged", async () => {
      await give("a", 3);
      await client.xack("ttlc:events", "storage", "10-1", "20-1", "30-1");
      expect(await position()).toBe("30-1");
    });

    it("is below the first entry left by a trim that took unread ones", async () => {
      await client.xtrim("ttlc:events", "MINID", "30-1");
      expect(await position()).toBe("30-0");
    });

    describe("when Redis came back with less than it had", () => {
      beforeEach(async () => {
        await log.append(db, [{ id: "55-3", message: { event: makeEvent("CHAT") } }]);
        await give("a", 4);
      });

      it("is the highest stored position once the rest is acknowledged, though nobody was given that", async () => {
        const mark = position();
        await client.xack("ttlc:events", "storage", "10-1", "20-1", "30-1", "40-1");
        expect(await mark).toBe("55-3");
      });

      it("is below what came after it", async () => {
        await client.xack("ttlc:events", "storage", "10-1", "20-1", "30-1", "40-1");
        await add(makeEvent("CHAT"), "60-1");
        expect(await position()).toBe("60-0");
      });
    });

    it.each(["trimmed empty", "gone"])("is the highest stored position when the stream is %s", async (how) => {
      await log.append(db, [{ id: "25-3", message: { event: makeEvent("CHAT") } }]);
      await (how === "gone" ? client.del("ttlc:events") : client.xtrim("ttlc:events", "MAXLEN", 0));
      expect(await boundary(client, db)).toBe(packPosition("25-3"));
    });
  });
});
