import { Redis } from "ioredis";
import type { ServiceBroker, ServiceSchema } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { defineService, type Entry } from "../../lib/define-service.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import { Publisher } from "../../services/ingest/publisher.ts";
import normalizer from "../../services/normalizer/normalizer.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import { chat } from "../../simulator/person-messages.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { KEY, urlOf } from "../support/gateway.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** Says of every 1,000th that it is to be dropped, and how many those were. */
class Dropper {
  #seen = 0;
  get dropped(): number {
    return Math.floor(this.#seen / 1_000);
  }
  drops(): boolean {
    return ++this.#seen % 1_000 === 0;
  }
}

describeDurable("the ledger of a session", () => {
  let server: TestRedis;
  let database: TestDatabase;
  let redis: Redis;
  let tiktok: SimulatedTikTok;

  beforeAll(async () => {
    [server, database] = await Promise.all([startTestRedis(), createDatabase()]);
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });
  beforeEach(async () => {
    tiktok = new SimulatedTikTok();
    await tiktok.start();
    redis = new Redis(server.url);
    await redis.flushall();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await tiktok.stop();
    await redis.quit();
  });

  /** The whole pipeline on a room of 2,000 messages a second; `test` gets a way to ask for the ledger of a session. */
  const run = (
    services: readonly ServiceSchema[],
    test: (room: SimulatedRoom, ledgerOf: (sessionId: string) => Promise<SessionLedger>) => Promise<void>,
  ) => {
    const config = testConfig({
      REDIS_URL: server.url,
      DATABASE_URL: database.url,
      TTLC_ADMIN_KEY: KEY,
      LOG_LEVEL: "fatal",
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url,
    });
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 2_000 });
    return withBroker([gateway, ...services], config, async (broker) => {
      await broker.waitForServices(["storage", "ingest"]);
      await broker.call("ingest.connect", { uniqueId: "alice" });
      await waitFor(async () => expect((await status(broker)).state).toBe("live"));
      await test(room, async (sessionId) => {
        const headers = { "x-api-key": KEY };
        const response = await fetch(`${urlOf(broker)}/sessions/${sessionId}/ledger`, { headers });
        expect(response.status).toBe(200);
        return response.json() as Promise<SessionLedger>;
      });
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await tiktok.stop();
    });
  };
  const status = async (broker: ServiceBroker) =>
    ((await broker.call("ingest.list", {})) as RoomStatus[])[0] as RoomStatus;
  const sends = (room: SimulatedRoom, count: number) => {
    const { total } = room.sent;
    return waitFor(() => expect(room.sent.total).toBeGreaterThan(total + count));
  };
  const sessions = () =>
    redis.keys("ttlc:ledger:*").then((keys) => keys.map((key) => key.slice("ttlc:ledger:".length)));
  /** Once nothing is on its way any more. */
  const settled = async (ask: () => Promise<SessionLedger>) => {
    await waitFor(async () => expect(await ask()).toMatchObject({ waiting: 0, inFlight: [] }));
    return ask();
  };
  const onlySession = async () => {
    const [sessionId] = await sessions();
    return sessionId as string;
  };

  it("balances: over duplicates, refused, broken and unknown messages, and a cut in the middle", () =>
    run([storage, normalizer, ingest], async (room, ledgerOf) => {
      await sends(room, 500);
      misbehave(room, "corruptPayloads", { count: 5 });
      misbehave(room, "unknownTypes", { count: 5 });
      misbehave(room, "repeatFrames", { count: 10 });
      room.send([{ ...room.message(chat(room.host, { content: "hi" })), method: "Webcast:Chat" }]);
      await sends(room, 500);
      misbehave(room, "reset", {});
      await waitFor(async () => expect(await sessions()).toHaveLength(2));
      await sends(room, 500);
      room.pause();
      const ledgers = await Promise.all((await sessions()).map((id) => settled(() => ledgerOf(id))));
      for (const ledger of ledgers) expect(ledger.balance).toEqual({ ok: true, unexplained: [] });
      const total = (count: (ledger: SessionLedger) => number | null) =>
        ledgers.reduce((sum, ledger) => sum + (count(ledger) ?? 0), 0);
      expect(total(({ duplicates }) => duplicates)).toBeGreaterThanOrEqual(10);
      expect(ledgers.flatMap(({ deadLettered }) => deadLettered.map(({ stage }) => stage)).toSorted()).toEqual([
        "ingest",
        "normalizer",
      ]);
      expect(ledgers.flatMap(({ gaps }) => gaps.map(({ why }) => why))).toEqual(["disconnected"]);
    }));

  it("shows what vanishes between the socket and ttlc:raw", () => {
    const dropper = new Dropper();
    const publish = Publisher.prototype.publish;
    vi.spyOn(Publisher.prototype, "publish").mockImplementation(function (this: Publisher, ...args) {
      return dropper.drops() ? Promise.resolve(null) : publish.apply(this, args);
    });
    return run([storage, normalizer, ingest], async (room, ledgerOf) => {
      await sends(room, 2_500);
      room.pause();
      const { balance } = await settled(async () => ledgerOf(await onlySession()));
      expect(dropper.dropped).toBeGreaterThan(1);
      expect(balance).toEqual({
        ok: false,
        unexplained: [{ between: "received and published", count: dropper.dropped }],
      });
    });
  });

  it("shows what vanishes between ttlc:raw and ttlc:events", () => {
    let swallowed = 0;
    const broken = defineService({
      name: "broken",
      mixins: [streams],
      consumes: {
        "ttlc:raw": {
          group: "normalizer",
          batchSize: 1,
          async handler() {
            swallowed++;
          },
        },
      },
    });
    return run([storage, normalizer, broken, ingest], async (room, ledgerOf) => {
      await sends(room, 2_500);
      room.pause();
      const { balance } = await settled(async () => ledgerOf(await onlySession()));
      expect(swallowed).toBeGreaterThan(0);
      expect(balance).toEqual({ ok: false, unexplained: [{ between: "published and normalised", count: swallowed }] });
    });
  });

  it("shows what vanishes between ttlc:events and Postgres", () => {
    const dropper = new Dropper();
    const { consumes } = storage as unknown as {
      consumes: { "ttlc:events": { batch(entries: readonly Entry[]): Promise<void> }; "ttlc:dlq": object };
    };
    const reading = consumes["ttlc:events"];
    const broken = {
      ...storage,
      consumes: {
        ...consumes,
        "ttlc:events": {
          ...reading,
          batch(entries: readonly Entry[]) {
            return reading.batch.call(
              this,
              entries.filter(() => !dropper.drops()),
            );
          },
        },
      },
    };
    return run([broken, normalizer, ingest], async (room, ledgerOf) => {
      await sends(room, 2_500);
      room.pause();
      const { balance } = await settled(async () => ledgerOf(await onlySession()));
      expect(dropper.dropped).toBeGreaterThan(1);
      expect(balance).toEqual({
        ok: false,
        unexplained: [{ between: "normalised and stored", count: dropper.dropped }],
      });
    });
  });

  it("is unknown, not wrong, once Redis was emptied", () =>
    run([storage, normalizer, ingest], async (room, ledgerOf) => {
      await sends(room, 500);
      const sessionId = await onlySession();
      await waitFor(async () => expect((await ledgerOf(sessionId)).stored).toBeGreaterThan(100));
      await redis.flushall();
      await sends(room, 500);
      room.pause();
      const ledger = await ledgerOf(sessionId);
      expect(ledger).toMatchObject({ received: null, published: null, balance: { ok: null, unexplained: [] } });
      expect(ledger.stored).toBeGreaterThan(100);
    }));

  it("is not found for a session that nobody knows", () =>
    run([storage, normalizer, ingest], async (_room, ledgerOf) => {
      await expect(ledgerOf("00000000-0000-4000-8000-000000000001")).rejects.toThrow("404");
    }));
});
