import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { addressOf, chunks, type Job, type Stages } from "./job.ts";

const require = createRequire(import.meta.url);

/** Moleculer's own events between three brokers, over Redis Pub/Sub: nothing is kept, nothing is acknowledged. */
export async function startMoleculerEvents({ redisUrl, touch, sink }: Job): Promise<Stages> {
  const { ServiceBroker } = require("moleculer");
  const [source, middle, end] = ["source", "middle", "end"].map(
    (nodeID) =>
      new ServiceBroker({ nodeID, logger: false, transporter: { type: "Redis", options: addressOf(redisUrl) } }),
  );
  middle.createService({
    name: "touch",
    events: { a: (ctx: { params: UnifiedEvent }) => middle.emit("b", touch(ctx.params)) },
  });
  end.createService({ name: "sink", events: { b: (ctx: { params: UnifiedEvent }) => sink(ctx.params) } });
  const brokers = [source, middle, end];
  await Promise.all(brokers.map((broker) => broker.start()));
  await Promise.all(brokers.map((broker) => broker.waitForServices(["touch", "sink"], 10_000, 20)));
  return {
    async send(events) {
      for (const chunk of chunks(events)) {
        await Promise.all(chunk.map((event) => source.emit("a", event)));
        await setImmediate(); // nothing is awaited in there: all would be sent before the first is received, 10 % slower
      }
    },
    async stop() {
      await Promise.all(brokers.map((broker) => broker.stop()));
    },
  };
}
