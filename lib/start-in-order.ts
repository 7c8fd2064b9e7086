import type { Middleware, Service } from "moleculer";

/**
 * Within one process the gateway opens its doors once storage answers: Moleculer starts all services at once, and the
 * first clients would be told that storage is away. Between processes nobody waits; /ready says what is missing.
 */
export const startInOrder: Middleware = {
  name: "StartInOrder",
  async serviceStarting({ name, broker, logger }: Service) {
    if (name !== "gateway" || !broker.getLocalService("storage")) return;
    await broker.waitForServices("storage", 0, LOOK_MS, logger);
  },
};

const LOOK_MS = 25;
