import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
let node: ChildProcess;

beforeAll(async () => {
  redis = await startTestRedis();
  node = fork("test/integration/processes/transporter-node.ts", {
    execPath: "node_modules/.bin/node",
    env: { REDIS_URL: redis.url, TTLC_NODE_ID: "alive", LOG_LEVEL: "warn" },
  });
  await once(node, "message");
});
afterAll(async () => {
  node.kill();
  await once(node, "exit");
  await redis.stop();
});

const heartbeat = (nodeID: string) =>
  promisify(execFile)("node_modules/.bin/node", ["bin/heartbeat.ts"], {
    env: { REDIS_URL: redis.url, TTLC_NODE_ID: nodeID },
  });

it("the health check of a container hears a node that runs, and no other", async () => {
  const [alive, absent] = await Promise.allSettled([heartbeat("alive"), heartbeat("absent")]);
  expect(alive).toMatchObject({ status: "fulfilled" });
  expect(absent).toMatchObject({ status: "rejected", reason: { code: 1, stderr: "absent is not heard.\n" } });
});
