import { ServiceBroker } from "moleculer";
import { expect, it, onTestFinished } from "vitest";
import { startInOrder } from "./start-in-order.ts";

/** Starts a broker with these services; resolves with their names in the order in which they were started. */
async function startedOrder(...names: string[]): Promise<string[]> {
  const order: string[] = [];
  const broker = new ServiceBroker({ logger: false, middlewares: [startInOrder] });
  onTestFinished(() => broker.stop());
  for (const name of names) {
    broker.createService({
      name,
      async started() {
        if (name === "storage") await new Promise(setImmediate); // as it waits for Postgres
        order.push(name);
      },
    });
  }
  await broker.start();
  return order;
}

it("starts the gateway once storage has started", async () => {
  expect(await startedOrder("gateway", "storage")).toEqual(["storage", "gateway"]);
});

it("does not wait for a storage of another process", async () => {
  expect(await startedOrder("gateway", "normalizer")).toEqual(["gateway", "normalizer"]);
});
