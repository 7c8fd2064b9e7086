import { Redis } from "ioredis";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import brokerOptions from "../../moleculer.config.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { testConfig } from "./config.ts";
import { createDatabase, type TestDatabase } from "./database.ts";
import { startTestRedis, type TestRedis } from "./redis.ts";
import { waitFor } from "./wait-for.ts";

/** For a `describe`: nodes with ingest that a test starts and stops, on a Redis, a database and a TikTok of its own. */
export function ingestNodes() {
  let server: TestRedis;
  let database: TestDatabase;
  let redis: Redis;
  let tiktok: SimulatedTikTok;
  /** Those that run, the newest first. */
  let brokers: ServiceBroker[] = [];

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
    await withPool(database.url, (db) => db.query(db.sql`delete from wanted_rooms`));
  });
  afterEach(async () => {
    for (const broker of brokers) await broker.stop();
    brokers = [];
    await tiktok.stop();
    await redis.quit();
  });

  const open = (uniqueId: string) => tiktok.openRoom({ uniqueId, rate: 0 });
  /** A process with ingest; storage is in that of the test's first. It is stopped when the test ends, if not before. */
  const start = async (services: ServiceSchema[] = [ingest]) => {
    const broker = new ServiceBroker(
      brokerOptions(
        testConfig({
          ...{ REDIS_URL: server.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" },
          ...{ SIGN_API_URL: tiktok.url, TIKTOK_WEB_HOST: tiktok.url, TIKTOK_WEBCAST_HOST: tiktok.url },
        }),
      ),
    );
    for (const service of services) broker.createService(service);
    await broker.start();
    brokers.unshift(broker);
    for (const each of brokers) await waitFor(() => expect(each.registry.nodes.count()).toBe(brokers.length));
    return broker;
  };
  const stop = async (broker: ServiceBroker) => {
    brokers.splice(brokers.indexOf(broker), 1);
    await broker.stop();
  };
  const connect = (broker: ServiceBroker, uniqueId: string) =>
    broker.call<RoomStatus, object>("ingest.connect", { uniqueId });
  const list = (broker: ServiceBroker) => broker.call<RoomStatus[], object>("ingest.list", {});
  const own = (broker: ServiceBroker) =>
    broker.call<RoomStatus[], object>("ingest.rooms", {}, { nodeID: broker.nodeID });
  const states = async (broker: ServiceBroker) =>
    Object.fromEntries((await list(broker)).map(({ uniqueId, state }) => [uniqueId, state]));
  return {
    open,
    start,
    stop,
    connect,
    list,
    own,
    states,
    get redis() {
      return redis;
    },
  };
}
