import { createRequire } from "node:module";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { addressOf, chunks, type Job, type Stages } from "./job.ts";

const require = createRequire(import.meta.url);

/** Durable channels of Moleculer on Redis Streams, acknowledged one by one; by default they handle one message at a time. */
export async function startChannels({ redisUrl, touch, sink }: Job): Promise<Stages> {
  const { ServiceBroker } = require("moleculer");
  const { Middleware } = require("@moleculer/channels");
  const options = { maxInFlight: 1_000, redis: { ...addressOf(redisUrl), consumerOptions: { startID: "0" } } };
  const broker = new ServiceBroker({
    logger: false,
    middlewares: [Middleware({ adapter: { type: "Redis", options } })],
  });
  broker.createService({
    name: "touch",
    channels: { a: { group: "touch", handler: (event: UnifiedEvent) => broker.sendToChannel("b", touch(event)) } },
  });
  broker.createService({
    name: "sink",
    channels: { b: { group: "sink", handler: async (event: UnifiedEvent) => sink(event) } },
  });
  await broker.start();
  return {
    async send(events) {
      for (const chunk of chunks(events)) await Promise.all(chunk.map((event) => broker.sendToChannel("a", event)));
    },
    stop: () => broker.stop(),
  };
}
