import type { Redis } from "ioredis";
import { expect, it } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import { defineService } from "../../lib/define-service.ts";
import { encode } from "../../mixins/streams/codec.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { aRoom, fakeIngest, KEY, urlOf, withClient } from "../support/gateway.ts";
import { describeDurable, startTestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** A service that reads everything in time; storage as far as the gateway's health needs it. */
const storage = defineService({
  name: "storage",
  mixins: [streams],
  consumes: { "ttlc:dlq": { group: "ops", async batch() {} } },
  actions: { boundary: { params: {}, handler: () => ({ position: "0-0" }) } },
});

/** Runs `test` with a gateway, every required group and an ingest that has `rooms`. */
async function withGateway(
  test: (redis: Redis, url: string) => Promise<void>,
  rooms: RoomStatus[] = [],
): Promise<void> {
  const redis = await startTestRedis();
  const config = testConfig({ REDIS_URL: redis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  await withClient(config, async (client) => {
    await client.xgroup("CREATE", "ttlc:raw", "normalizer", "0", "MKSTREAM");
    await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
    await withBroker([storage, gateway, fakeIngest(rooms)], config, async (broker) => {
      await waitFor(async () => expect(await client.exists("ttlc:dlq")).toBe(1));
      await test(client, urlOf(broker));
    });
  });
  await redis.stop();
}

/** The alarms as /health, /ready and /metrics tell them. */
async function told(url: string) {
  const get = (path: string) => fetch(url + path, { headers: { "x-api-key": KEY } });
  const { alarms } = (await (await get("/health")).json()) as { alarms: string[] };
  const { warnings } = (await (await get("/ready")).json()) as { warnings: string[] };
  const raised = (await (await get("/metrics")).text()).matchAll(/^ttlc_alarm\{name="(\w+)"\} 1$/gm);
  return { health: alarms, ready: warnings, metrics: [...raised].map(([, name]) => name) };
}

const letter = encode("ttlc:dlq", {
  stage: "normalizer",
  reason: "PARSE_ERROR",
  error: "no JSON",
  payload: "{}",
  failedAt: "2026-01-01T00:00:00.000Z",
});

describeDurable("an alarm is named in /health and /ready, and a metric", () => {
  it.each([
    [
      "lag",
      /^lag: normalizer is 6\d s behind on ttlc:raw$/,
      async (redis: Redis) => {
        await redis.xadd("ttlc:raw", `${Date.now() - 60_000}-1`, "n", 1);
      },
    ],
    [
      "trimmed_unacked",
      /^trimmed_unacked: storage lost 2 entries of ttlc:events$/,
      async (redis: Redis) => {
        for (let n = 0; n < 3; n++) await redis.xadd("ttlc:events", "*", "n", n);
        await redis.xtrim("ttlc:events", "MAXLEN", 1);
      },
    ],
    [
      "dlq_growth",
      /^dlq_growth: ttlc:dlq took 11 in 5 minutes$/,
      async (redis: Redis) => {
        for (let n = 0; n < 11; n++) await redis.xadd("ttlc:dlq", "*", ...letter);
      },
    ],
  ])("%s", async (name, text, cause) => {
    await withGateway(async (redis, url) => {
      expect(await told(url)).toEqual({ health: [], ready: [], metrics: [] });
      await cause(redis);
      const line = expect.stringMatching(text);
      expect(await told(url)).toEqual({ health: [line], ready: [line], metrics: [name] });
    });
  });

  it.each([
    ["spool", "40 messages of 1 room wait on disk", { spool: { messages: 40, bytes: 9_000 } }],
    ["shedding", "messages of 1 room are dropped, by class", { sheddingSince: "2026-03-01T12:00:00.000Z" }],
  ])("%s, as a room tells it", async (name, text, changes) => {
    const rooms = [aRoom()];
    await withGateway(async (_redis, url) => {
      expect(await told(url)).toEqual({ health: [], ready: [], metrics: [] });
      rooms.push(aRoom({ uniqueId: "bert", ...changes }));
      const line = `${name}: ${text}`;
      expect(await told(url)).toEqual({ health: [line], ready: [line], metrics: [name] });
    }, rooms);
  });
});
