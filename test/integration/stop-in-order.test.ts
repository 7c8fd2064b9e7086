import { ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stopInOrder } from "../../lib/stop-in-order.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { testConfig } from "../support/config.ts";
import { urlOf } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

/** A service that says when it stops. */
const stopping = (name: string, onStop: () => void | Promise<void>): ServiceSchema => ({ name, stopped: onStop });

it("keeps the gateway to the end, which sends nobody new here from the beginning", async () => {
  const config = testConfig({ REDIS_URL: redis.url });
  const broker = new ServiceBroker(brokerOptions(config));
  const order: string[] = [];
  const say = (name: string) => stopping(name, () => void order.push(name));
  let ready: unknown;
  const asks = async () => {
    order.push("ingest");
    ready = await (await fetch(`${url}/ready`)).json();
  };
  for (const service of [gateway, say("storage"), say("normalizer"), stopping("ingest", asks)]) {
    broker.createService(service);
  }
  await broker.start();
  const url = urlOf(broker);
  await stopInOrder(broker, config.REDIS_URL);
  expect(order).toEqual(["ingest", "normalizer", "storage"]);
  expect(ready).toMatchObject({ error_code: "STOPPING" });
  await expect(fetch(url)).rejects.toThrow();
});
