import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { loadConfig } from "../lib/config.ts";
import { StartError } from "../lib/errors.ts";
import brokerOptions from "../moleculer.config.ts";
import { exitWith } from "./terminal.ts";

/**
 * The health check of a process that listens on no port: exits with 0 once the node of this configuration is heard in
 * the cluster, which takes a running event loop and a way to Redis and back, and with 1 when it is not in time.
 */
const PATIENCE_MS = 8000;

try {
  const config = loadConfig();
  const { namespace, nodeID } = brokerOptions(config);
  if (!config.REDIS_URL) throw new StartError("REDIS_URL is not set: without it there is no cluster to listen to.");
  const redis = new Redis(config.REDIS_URL);
  await redis.subscribe(`MOL-${namespace}.HEARTBEAT`);
  const heard = new Promise((resolve) => {
    redis.on("message", (_topic, packet) => JSON.parse(packet).sender === nodeID && resolve(true));
  });
  if (!(await Promise.race([heard, sleep(PATIENCE_MS, false)]))) throw new StartError(`${nodeID} is not heard.`);
  process.exit(0);
} catch (error) {
  exitWith(error);
}
