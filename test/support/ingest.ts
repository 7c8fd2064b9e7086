import { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import { fieldsOf } from "../../mixins/streams/codec.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import { type ScenarioName, stage } from "../../simulator/scenarios.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { withBroker } from "./broker.ts";
import { testConfig } from "./config.ts";
import { fakeStorage } from "./fake-storage.ts";
import { startTestRedis, type TestRedis } from "./redis.ts";
import { waitFor } from "./wait-for.ts";

/** A scenario's seconds last so long here. */
export const PACE = 0.01;

type Overrides = Parameters<typeof testConfig>[0];

/** An ingest that follows @alice on a simulated TikTok of each test's own, on one Redis for the file. */
export function useIngest() {
  let server: TestRedis;
  let redis: Redis;
  let tiktok: SimulatedTikTok;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    tiktok = new SimulatedTikTok();
    await tiktok.start();
    redis = new Redis(server.url);
    await redis.flushall();
  });
  afterEach(async () => {
    await tiktok.stop();
    await redis.quit();
  });

  /** The simulator goes last but one: its end of the connector's idle HTTP connections is in this process too. */
  const run = (test: (broker: ServiceBroker) => Promise<void>, overrides: Overrides = {}) => {
    const config = testConfig({
      REDIS_URL: server.url,
      LOG_LEVEL: "fatal",
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url,
      EULER_WS_URL: tiktok.eulerUrl,
      STALL_TIMEOUT_SEC: "1",
      ...overrides,
    });
    return withBroker([fakeStorage(), ingest], config, async (broker) => {
      await test(broker);
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await tiktok.stop();
    });
  };
  const rooms = (broker: ServiceBroker) => broker.call<RoomStatus[], object>("ingest.list", {});
  const status = async (broker: ServiceBroker) => (await rooms(broker))[0] as RoomStatus;
  const entries = async () => (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
  return {
    run,
    rooms,
    status,
    entries,
    tiktok: () => tiktok,
    connect: (broker: ServiceBroker) => broker.call<RoomStatus, object>("ingest.connect", { uniqueId: "alice" }),
    play: (name: ScenarioName, rate = 40) => stage(tiktok, name, { uniqueId: "alice", rate, pace: PACE }).room,
    becomes: (broker: ServiceBroker, state: string, reason = "") =>
      waitFor(async () => {
        const now = await status(broker);
        expect([now.state, now.reason ?? ""]).toEqual([state, expect.stringContaining(reason)]);
      }),
    /** Types of what the room's actor wrote, in order; but for gift streaks, which are as the show has them. */
    facts: async () =>
      (await entries()).flatMap(({ type = "" }) =>
        /^(ControlEvent|ttlc)\.(?!GiftStreakClosed)/.test(type) ? [type] : [],
      ),
  };
}
