import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { freePort } from "../../lib/servers/ports.ts";
import brokerOptions from "../../moleculer.config.ts";

const installed = spawnSync("redis-server", ["--version"]).status === 0;
if (!installed && process.env.CI) throw new Error("redis-server is not installed: the transporter cannot be tested");
const patience = { timeout: 15_000, interval: 50 };

/** Reserved characters, so that the URL must be decoded. */
const password = "p@ss/word:1";

describe.skipIf(!installed)("RedisTransporter, two workers and a caller", { timeout: 60_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), "ttlc-transporter-"));
  const workers: Record<string, ChildProcess> = {};
  const stderr: string[] = [];
  let url: string;
  let port: number;
  let redis: ChildProcess;
  let front: ServiceBroker;

  const startRedis = () => {
    const where = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""];
    redis = spawn("redis-server", [...where, "--requirepass", password], { stdio: "ignore" });
  };

  const stopRedis = async () => {
    redis.kill("SIGKILL");
    await once(redis, "exit");
  };

  const startWorker = (nodeID: string) => {
    const worker = fork("test/integration/processes/transporter-node.ts", {
      execPath: "node_modules/.bin/node",
      env: { REDIS_URL: url, TTLC_NODE_ID: nodeID, LOG_LEVEL: "warn" },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    worker.stderr?.on("data", (chunk) => stderr.push(String(chunk)));
    workers[nodeID] = worker;
    return once(worker, "message");
  };

  /** How many connections Redis has, without the one that asks. */
  async function connections(): Promise<number> {
    const client = new Redis(url);
    const list = String(await client.client("LIST"));
    client.disconnect();
    return list.trim().split("\n").length - 1;
  }

  /** How often each call ran, both workers together. */
  async function runs(): Promise<Record<string, number>> {
    const total: Record<string, number> = {};
    for (const nodeID of Object.keys(workers)) {
      const counts = await front.call<Record<string, number>, object>("worker.runs", {}, { nodeID });
      for (const [id, count] of Object.entries(counts)) total[id] = (total[id] ?? 0) + count;
    }
    return total;
  }

  const bothAnswer = () =>
    vi.waitFor(async () => {
      for (const nodeID of ["w1", "w2"]) await front.call("worker.runs", {}, { nodeID, timeout: 1000 });
    }, patience);

  beforeAll(async () => {
    port = await freePort();
    url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`;
    const config = readConfig({ REDIS_URL: url, TTLC_NODE_ID: "front" });
    front = new ServiceBroker({ ...brokerOptions(config), logger: false });
    front.createService({ name: "front", actions: { hello: () => "here" } });
    const all = Promise.all([front.start(), startWorker("w1"), startWorker("w2")]);
    await vi.waitFor(() => expect(front.transit?.tx?.connected).toBe(false)); // all of them wait for Redis
    startRedis();
    await all;
    await bothAnswer();
  }, 60_000);

  afterAll(async () => {
    await front.stop();
    for (const worker of Object.values(workers)) worker.kill("SIGKILL");
    redis.kill("SIGKILL");
    rmSync(dir, { recursive: true });
  });

  it("balances calls; requestID and Date arrive", async () => {
    const answers = [];
    for (let i = 0; i < 6; i++) {
      const params = { id: `balanced-${i}`, at: new Date() };
      answers.push(await front.call<{ nodeID: string }, object>("worker.run", params, { requestID: "req-42" }));
    }
    expect(answers.map(({ nodeID }) => nodeID).sort()).toEqual(["w1", "w1", "w1", "w2", "w2", "w2"]);
    expect(answers[0]).toMatchObject({ requestID: "req-42", isDate: true });
  });

  it("brings remote errors and time-outs", async () => {
    await expect(front.call("worker.fail")).rejects.toThrow("failed inside");
    await expect(front.call("worker.run", { id: "late", ms: 2000 }, { timeout: 100 })).rejects.toMatchObject({
      name: "RequestTimeoutError",
    });
  });

  it("keeps local calls out of Redis", async () => {
    const ear = new Redis(url);
    const heard: string[] = [];
    await ear.psubscribe("MOL-ttlc.REQ.*");
    ear.on("pmessage", (_pattern, topic) => heard.push(topic));
    for (let i = 0; i < 20; i++) expect(await front.call("front.hello")).toBe("here");
    await front.call("worker.run", { id: "heard" }, { nodeID: "w1" });
    await vi.waitFor(() => expect(heard).toContain("MOL-ttlc.REQ.w1"));
    ear.disconnect();
    expect(heard).toHaveLength(1);
  });

  it("has two connections per node and runs each action once, over three restarts of Redis", async () => {
    await vi.waitFor(async () => expect(await connections()).toBe(6), patience);
    for (const round of [1, 2, 3]) {
      const cut = front.call("worker.run", { id: `cut-${round}`, ms: 500 }, { timeout: 5000 }).catch(() => undefined);
      await vi.waitFor(async () => expect(await runs()).toHaveProperty([`cut-${round}`]), patience);
      await stopRedis();
      await expect(front.call("worker.run", { id: `away-${round}` })).rejects.toMatchObject({ retryable: true });
      startRedis();
      await bothAnswer();
      await cut;
      const ids = Array.from({ length: 20 }, (_, i) => `${round}-${i}`);
      await Promise.all(ids.map((id) => front.call("worker.run", { id })));
      expect(await connections()).toBe(6);
    }
    const counts = await runs();
    expect(Object.entries(counts).filter(([, count]) => count !== 1)).toEqual([]);
    expect(Object.keys(counts).filter((id) => /^\d-/.test(id))).toHaveLength(60);
  });

  it("forgets a call that timed out, so that a stop does not wait for it", async () => {
    workers.w2?.kill("SIGSTOP");
    const call = front.call("worker.run", { id: "stuck" }, { nodeID: "w2", timeout: 300 });
    await expect(call).rejects.toMatchObject({ name: "RequestTimeoutError" });
    workers.w2?.kill("SIGCONT");
    expect(front.transit?.pendingRequests.size).toBe(0);
    expect(Reflect.get(front, "_trackedContexts")).toEqual([]);
  });

  it("rejects a call to a killed node without waiting for its heartbeat, and sends others to the next one", async () => {
    await startWorker("w3");
    await vi.waitFor(() => front.call("worker.runs", {}, { nodeID: "w3" }), patience);
    workers.w3?.kill("SIGKILL");
    delete workers.w3;
    const call = () => front.call("worker.runs", {}, { nodeID: "w3", timeout: 500 });
    await vi.waitFor(() => expect(call()).rejects.toMatchObject({ name: "RequestRejectedError" }), patience);
    const anywhere = Array.from({ length: 6 }, (_, i) => front.call("worker.run", { id: `anywhere ${i}` }));
    expect(await Promise.all(anywhere)).toHaveLength(6);
  });

  it("lets a call in flight finish on SIGTERM", async () => {
    const call = front.call("worker.run", { id: "in flight", ms: 1000 }, { nodeID: "w1" });
    await vi.waitFor(async () => expect(await runs()).toHaveProperty(["in flight"]), patience);
    const exited = once(workers.w1 as ChildProcess, "exit");
    workers.w1?.kill("SIGTERM");
    expect(await call).toMatchObject({ nodeID: "w1" });
    expect(await exited).toEqual([0, null]);
    delete workers.w1;
  });

  it("stops cleanly while Redis is away", async () => {
    await stopRedis();
    const exited = once(workers.w2 as ChildProcess, "exit");
    workers.w2?.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
    delete workers.w2;
    expect(stderr.join("")).toBe("");
  });
});
