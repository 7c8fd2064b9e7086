import { setTimeout as sleep } from "node:timers/promises";
import { type Context, ServiceBroker } from "moleculer";
import { loadConfig } from "../../../lib/config.ts";
import brokerOptions from "../../../moleculer.config.ts";

/** One node with a `worker` service that counts how often each call ran. Says "up" and "stopped" to its parent. */
const broker = new ServiceBroker(brokerOptions(loadConfig()));
const runs: Record<string, number> = {};

broker.createService({
  name: "worker",
  actions: {
    async run(ctx: Context<{ id: string; ms?: number; at?: Date }>) {
      const { id, ms = 0, at } = ctx.params;
      runs[id] = (runs[id] ?? 0) + 1;
      await sleep(ms);
      return { nodeID: broker.nodeID, requestID: ctx.requestID, isDate: at instanceof Date };
    },
    runs: () => runs,
    fail() {
      throw new Error("failed inside");
    },
  },
});

process.once("SIGTERM", async () => {
  await broker.stop();
  process.exit(0);
});
await broker.start();
process.send?.("up");
