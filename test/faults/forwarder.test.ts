import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NewDestination } from "../../contracts/destination.ts";
import brokerOptions from "../../moleculer.config.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { append } from "../support/gateway.ts";
import { Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

let redis: TestRedis;
let database: TestDatabase;
let receiver: Receiver;
let client: Redis;
let broker: ServiceBroker;

beforeAll(async () => {
  [redis, database, receiver] = await Promise.all([startTestRedis(), createDatabase(), new Receiver().start()]);
  client = new Redis(redis.url);
  broker = new ServiceBroker(
    brokerOptions(testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" })),
  );
  broker.createService(storage);
  await broker.start();
});
afterAll(async () => {
  await broker.stop();
  await client.quit();
  await receiver.stop();
  await redis.stop();
  await database.drop();
});

const startForwarder = (name: string): Promise<Ttlc> =>
  startTtlc({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    EGRESS_ALLOW: receiver.host,
    TTLC_SERVICES: "forwarder",
    TTLC_NODE_ID: name,
  });

/** F20 and the promise of one sender: who takes over sends the same batch under the same id, then the next. */
it("a sender that is killed loses no batch, and none overtakes another", async () => {
  const first = await startForwarder("forwarder-1");
  await broker.waitForServices("forwarder");
  const { channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    uniqueId: "streamer",
    simulated: false,
  });
  const streamId = "7300000000000000777";
  await append(client, [makeEvent("CONNECTED", { streamId, payload: { channelId } })]);
  await broker.call<NewDestination, object>("forwarder.create", {
    channelId,
    name: "mine",
    url: receiver.url("/mine"),
  });

  const timestamp = new Date().toISOString();
  const events = Array.from({ length: 1_500 }, (_, i) => makeEvent("CHAT", { streamId, seqNo: i + 10, timestamp }));
  await append(client, events.slice(0, 300));
  await waitFor(() => expect(receiver.at("/mine").length).toBeGreaterThan(0));
  await startForwarder("forwarder-2");

  const killed = Promise.withResolvers<string>();
  receiver.will(
    "/mine",
    204,
    204,
    (_, { id }) => void first.kill().then(() => killed.resolve(id), killed.reject), // it never hears that it was taken
    204,
  );
  for (let from = 300; from < events.length; from += 100) await append(client, events.slice(from, from + 100));
  const lost = await killed.promise;

  const batches = () => receiver.at("/mine");
  await waitFor(() => {
    const taken = new Map(batches().map(({ id, json }) => [id, json]));
    expect([...taken.values()].flat()).toEqual(events);
  }, 60_000);
  const again = batches().filter(({ id }) => id === lost);
  expect(again).toHaveLength(2);
  expect(again[0]?.body).toBe(again[1]?.body);
  expect(new Set(batches().map(({ id }) => id)).size).toBe(batches().length - 1);
});
