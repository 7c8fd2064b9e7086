import { cp, readdir } from "node:fs/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { fieldsOf } from "../../mixins/streams/codec.ts";
import { connect } from "../../mixins/streams/connection.ts";
import { Account } from "../../services/ingest/account.ts";
import type { Publisher, PublisherListener } from "../../services/ingest/publisher.ts";
import { fromFact, fromMessage, type Origin } from "../../services/ingest/raw-message.ts";
import { RoomLogs, type RoomLogsOptions } from "../../services/ingest/room-logs.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

const origin: Origin = {
  streamId: "7300",
  sessionId: "00000000-0000-4000-8000-000000000001",
  provider: "direct",
  connectedAt: new Date(),
};
const MESSAGES = 3_000;
/** So small that it is full after a tick or two. */
const TINY = 50;

describeDurable("the logs of a process's rooms, when Redis cannot take messages", () => {
  let server: TestRedis;
  let redis: Redis;
  let spoolDir: string;
  let commands: Redis;
  let account: Account;

  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    redis = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    redis.on("error", () => {});
    await redis.config("SET", "maxmemory", "0");
    await redis.flushall();
    spoolDir = await temporaryFolder();
    account = new Account(origin.sessionId);
    commands = connect(server.url, "commands");
    commands.on("error", () => {});
    await commands.connect();
  });
  afterEach(async () => {
    commands.disconnect();
    await redis.quit();
  });

  const startLogs = async ({ spoolMaxBytes = 64 * 1024 * 1024, ...limits }: Partial<RoomLogsOptions> = {}) => {
    let seeds = 0;
    const logs = new RoomLogs({
      redis: commands,
      logger: { error() {}, warn() {}, info() {} } as never,
      spoolDir,
      spoolMaxBytes,
      maxMessages: TINY,
      ...limits,
      seedOf: async (_streamId, floor) => ({ seed: Math.max(seeds++ * 2 ** 20, floor), last: null }),
    });
    await logs.start();
    return logs;
  };
  /** A room that a source pauses and resumes; what happened to it. */
  const open = (logs: RoomLogs) => {
    const seen = { isPaused: false, wasSpooled: 0, isSpooling: false, wasFull: false };
    const listener: PublisherListener = {
      onIntake: (intake) => {
        seen.isPaused = intake === "paused";
      },
      onOutage() {},
      onPublished() {},
      onSpool: (spool) => {
        seen.wasSpooled = Math.max(seen.wasSpooled, spool?.messages ?? 0);
        seen.isSpooling = spool !== null;
      },
      onSpoolFull: () => {
        seen.wasFull = true;
      },
    };
    return { publisher: logs.open("7300", listener), seen };
  };
  const send = (publisher: Publisher, n: number) => {
    account.received++;
    const message = { method: "WebcastChatMessage", msgId: String(n), isHistory: false, receivedAt: new Date() };
    return publisher.publish(fromMessage({ ...message, payload: Buffer.from("x".repeat(500)) }, origin), { account });
  };
  /** As a source that is read while it is not paused. */
  const sendAll = async (publisher: Publisher, seen: { isPaused: boolean }, from = 1, to = MESSAGES) => {
    for (let n = from; n <= to; n++) {
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      await waitFor(() => expect(seen.isPaused).toBe(false), 60_000);
      void send(publisher, n);
    }
  };
  const expectAllInOrder = async (messages = MESSAGES) => {
    await waitFor(async () => expect(await redis.xlen("ttlc:raw")).toBe(messages), 60_000);
    const entries = (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
    expect(entries.map(({ msgId }) => Number(msgId))).toEqual(Array.from({ length: messages }, (_, i) => i + 1));
    const seqNos = entries.map(({ seqNo }) => Number(seqNo));
    expect(seqNos).toEqual(seqNos.toSorted((a, b) => a - b));
    expect(new Set(seqNos).size).toBe(messages);
    expect(await redis.hgetall(`ttlc:ledger:${origin.sessionId}`)).toMatchObject({
      received: String(messages),
      published: String(messages),
      waiting: "0",
    });
  };

  it("spools while Redis is down, and publishes everything in order once it is back", async () => {
    await redis.config("SET", "appendfsync", "always"); // else what it confirmed last may die with it
    const logs = await startLogs();
    const { publisher, seen } = open(logs);
    await sendAll(publisher, seen, 1, 500);
    await waitFor(() => expect(publisher.isIdle).toBe(true));
    await server.kill();
    await sendAll(publisher, seen, 501, 2_500);
    expect(seen.wasSpooled).toBeGreaterThan(1_000);
    await server.start();
    await sendAll(publisher, seen, 2_501);
    await expectAllInOrder();
    await waitFor(() => expect(seen.isSpooling).toBe(false));
    await logs.stop();
    expect(await readdir(spoolDir)).toEqual([]);
  });

  it("spools while Redis is short of memory, and goes on once it has room", async () => {
    const logs = await startLogs();
    const { publisher, seen } = open(logs);
    await sendAll(publisher, seen, 1, 500);
    await waitFor(() => expect(publisher.isIdle).toBe(true));
    const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
    await redis.config("SET", "maxmemory", String(Math.round(used / 0.8)));
    let sent = 500;
    await waitFor(async () => {
      void send(publisher, ++sent);
      expect(seen.isSpooling).toBe(true);
    });
    await sendAll(publisher, seen, sent + 1, 2_500);
    expect(await redis.xlen("ttlc:raw")).toBeLessThan(2_000);
    await redis.config("SET", "maxmemory", "0");
    await sendAll(publisher, seen, 2_501);
    await expectAllInOrder();
    await logs.stop();
  });

  it.each([
    ["the normalizer", "ttlc:raw"],
    ["storage", "ttlc:events"],
  ] as const)("spools while %s is far behind, and goes on as it catches up", async (_who, stream) => {
    const groups = { "ttlc:raw": "normalizer", "ttlc:events": "storage" };
    for (const [name, group] of Object.entries(groups)) await redis.xgroup("CREATE", name, group, "0", "MKSTREAM");
    const catchUp = async () => {
      for (const [name, group] of Object.entries(groups)) {
        await redis.xreadgroup("GROUP", group, "test", "COUNT", 10_000, "NOACK", "STREAMS", name, ">");
      }
    };
    const logs = await startLogs({ maxBacklog: 100 });
    const { publisher, seen } = open(logs);
    const fill = redis.pipeline();
    for (let n = 0; n < 100; n++) fill.xadd(stream, "*", "msgId", 0, "seqNo", 0);
    await fill.exec();
    const before = await redis.xlen("ttlc:raw");
    let sent = 0;
    await waitFor(async () => {
      void send(publisher, ++sent);
      expect(seen.isSpooling).toBe(true);
    });
    await sendAll(publisher, seen, sent + 1, 500);
    expect(await redis.xlen("ttlc:raw")).toBeLessThan(before + 100);
    await waitFor(async () => {
      await catchUp();
      expect(seen.isSpooling).toBe(false);
    });
    await redis.xtrim("ttlc:raw", "MAXLEN", 500);
    await expectAllInOrder(500);
    await logs.stop();
  });

  it("spools while Redis refuses writes for want of memory", async () => {
    const logs = await startLogs();
    const { publisher, seen } = open(logs);
    await sendAll(publisher, seen, 1, 500);
    await waitFor(() => expect(publisher.isIdle).toBe(true));
    await redis.config("SET", "maxmemory", "1");
    await sendAll(publisher, seen, 501);
    expect(await redis.xlen("ttlc:raw")).toBe(500);
    await redis.config("SET", "maxmemory", "0");
    await expectAllInOrder();
    await logs.stop();
  });

  it("pauses the source when the disk is full too, and takes everything once Redis is back", async () => {
    const logs = await startLogs({ spoolMaxBytes: 200_000, maxPausedMs: 60_000 });
    const { publisher, seen } = open(logs);
    await sendAll(publisher, seen, 1, 100);
    await waitFor(() => expect(publisher.isIdle).toBe(true));
    await server.kill();
    const sending = sendAll(publisher, seen, 101);
    await waitFor(() => expect(seen).toMatchObject({ wasFull: true, isPaused: true }));
    expect(seen.wasSpooled).toBeLessThan(MESSAGES / 2);
    await server.start();
    await sending;
    await expectAllInOrder();
    await logs.stop();
  });

  it("knows after a kill what was dropped, of which a GAP told although the disk was full, and what was in memory", async () => {
    const logs = await startLogs({ spoolMaxBytes: 50_000, maxPausedMs: 60_000 });
    const { publisher, seen } = open(logs);
    for (let n = 1; n <= 5; n++) await send(publisher, n);
    await redis.config("SET", "maxmemory", "1");
    for (let n = 6; !seen.wasFull; n++) {
      void send(publisher, n).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    account.received += 40;
    account.dropped.overload += 40;
    account.facts++;
    const data = { from: "2026-03-01T12:00:00.000Z", to: "2026-03-01T12:01:00.000Z", why: "overload", count: 40 };
    const gap = fromFact("ttlc.Gap", data, new Date(), "gap", origin);
    expect(await publisher.publish(gap, { account, isFact: true }), "it is on the disk").toBeUndefined();
    const inMemory = account.waiting - seen.wasSpooled;
    expect(inMemory).toBeGreaterThan(0);
    const left = spoolDir;
    spoolDir = await temporaryFolder();
    await cp(left, spoolDir, { recursive: true }); // as a kill would leave it
    await logs.stop();
    await redis.config("SET", "maxmemory", "0");

    const next = await startLogs();
    await waitFor(async () => expect(await readdir(spoolDir)).toEqual([]));
    const told = { received: account.received, facts: 1, "dropped:overload": 40, waiting: inMemory };
    const texts = Object.fromEntries(Object.entries(told).map(([field, count]) => [field, String(count)]));
    expect(await redis.hgetall(`ttlc:ledger:${origin.sessionId}`)).toMatchObject(texts);
    const entries = (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
    expect(entries.at(-1)).toMatchObject({ type: "ttlc.Gap" });
    const lastAt = (await redis.hget("ttlc:room:7300", "lastAt")) as string;
    const newest = entries.at(-2)?.ingestedAt as string;
    expect(lastAt >= newest && lastAt < (entries.at(-1)?.ingestedAt as string), "before what was in memory").toBe(true);
    await next.stop();
  });

  it("keeps nothing of a room that was left during an outage once that is over, and has it back if it is asked for", async () => {
    const logs = await startLogs();
    const { publisher, seen } = open(logs);
    await redis.config("SET", "maxmemory", "1");
    await sendAll(publisher, seen, 1, 200);
    await waitFor(() => expect(seen.isSpooling).toBe(true));
    await logs.release(publisher);
    const again = open(logs);
    expect(again.publisher, "it is busy still").toBe(publisher);
    await logs.release(publisher);
    await redis.config("SET", "maxmemory", "0");
    await waitFor(async () => expect(await readdir(spoolDir)).toEqual([]));
    const later = open(logs);
    expect(later.publisher).not.toBe(publisher);
    await sendAll(later.publisher, later.seen, 201, 300);
    await expectAllInOrder(300);
    await logs.stop();
  });

  it("puts on the disk at a stop what had no time to be spooled", async () => {
    const logs = await startLogs();
    await redis.config("SET", "maxmemory", "1");
    void send(open(logs).publisher, 1);
    await logs.stop();
    expect(await readdir(spoolDir)).toEqual(["7300.spool"]);
    await redis.config("SET", "maxmemory", "0");
    const next = await startLogs();
    await expectAllInOrder(1);
    await next.stop();
  });

  it("puts what is left on the disk when it stops, and publishes it at the next start", async () => {
    const first = await startLogs();
    const { publisher, seen } = open(first);
    await sendAll(publisher, seen, 1, 500);
    await waitFor(() => expect(publisher.isIdle).toBe(true));
    await server.kill();
    await sendAll(publisher, seen, 501);
    await first.stop();
    expect(await readdir(spoolDir)).toEqual(["7300.spool"]);
    await server.start();
    await waitFor(() => expect(commands.status).toBe("ready"));
    const second = await startLogs();
    await expectAllInOrder();
    await waitFor(() => expect(open(second).publisher.isIdle).toBe(true));
    await second.stop();
    expect(await readdir(spoolDir)).toEqual([]);
  });
});
