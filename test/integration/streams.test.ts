import { fork } from "node:child_process";
import { once } from "node:events";
import { Redis } from "ioredis";
import type { ServiceSchema } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { type Consumers, defineService, type Entry } from "../../lib/define-service.ts";
import { OutageError, PoisonMessageError } from "../../lib/errors.ts";
import { comparePositions } from "../../lib/position.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { event, quick, raw } from "../support/stream-messages.ts";
import { waitFor } from "../support/wait-for.ts";

const createGroup = loadScript(new URL("../../mixins/streams/lua/create-group.lua", import.meta.url));

describeDurable("the streams mixin", () => {
  let redis: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    client = new Redis(redis.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on("error", () => {});
    await client.flushall();
  });
  afterEach(async () => {
    await client.quit();
  });

  const service = (consumes: Consumers, name = "normalizer") =>
    defineService({ name, mixins: [streams], settings: { streams: quick }, consumes });
  /** A consumer that remembers what it was given. */
  const collecting = () => {
    const seen: number[] = [];
    const single = service({
      "ttlc:raw": {
        group: "normalizer",
        async handler({ seqNo }) {
          seen.push(seqNo);
        },
      },
    });
    return { seen, single };
  };
  const run = (schema: ServiceSchema | ServiceSchema[], test: () => Promise<void>) =>
    withBroker([schema].flat(), testConfig({ REDIS_URL: redis.url, LOG_LEVEL: "fatal" }), test);
  const add = async (...seqNos: number[]) => {
    for (const seqNo of seqNos) await client.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
  };
  const pending = async (group = "normalizer", stream = "ttlc:raw") =>
    Number((await client.xpending(stream, group))[0]);
  const letters = async () => (await client.xrange("ttlc:dlq", "-", "+")).map(([, words]) => fieldsOf(words));

  it("handles what was added before the group existed, once, in order", async () => {
    const { seen, single } = collecting();
    await add(1, 2, 3);
    await run(single, async () => {
      await waitFor(() => expect(seen).toEqual([1, 2, 3]));
      await add(4);
      await waitFor(() => expect(seen).toEqual([1, 2, 3, 4]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("acknowledges only what succeeded, and retries the rest alone", async () => {
    const attempts: Record<number, number> = {};
    await add(1, 2, 3);
    const single = service({
      "ttlc:raw": {
        group: "normalizer",
        async handler({ seqNo }) {
          attempts[seqNo] = (attempts[seqNo] ?? 0) + 1;
          if (seqNo === 2 && (attempts[2] as number) < 3) throw new Error("not yet");
        },
      },
    });
    await run(single, async () => {
      await waitFor(() => expect(attempts).toEqual({ 1: 1, 2: 3, 3: 1 }));
      await waitFor(async () => expect(await pending()).toBe(0));
      expect(await letters()).toEqual([]);
      expect(await client.exists("ttlc:attempts:ttlc:raw:normalizer")).toBe(0);
    });
  });

  it("gives up an entry that always fails after the attempts it is allowed, and no other (F18)", async () => {
    await add(1, 2, 3);
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries) {
          if (entries.some(({ message }) => message.seqNo === 2)) throw new Error("bad entry token=CANARY0123456");
        },
      },
    });
    await run(batch, async () => {
      await waitFor(async () => expect(await letters()).toHaveLength(1));
      expect(await pending()).toBe(0);
      const [letter] = await letters();
      expect(letter).toMatchObject({
        stage: "normalizer",
        reason: "HANDLER_FAILED",
        attempts: "3",
        group: "normalizer",
      });
      expect(JSON.parse(letter?.payload as string)).toMatchObject({ seqNo: "2", data: "aGk=" });
      expect(letter?.error).not.toContain("CANARY");
    });
  });

  it("sends poison to the dlq at once", async () => {
    const handled: number[] = [];
    await add(1, 2, 3);
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries) {
          if (entries.some(({ message }) => message.seqNo === 2)) throw new PoisonMessageError("STORE_REJECTED", "no");
          handled.push(...entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run(batch, async () => {
      await waitFor(async () => expect(await letters()).toMatchObject([{ reason: "STORE_REJECTED", attempts: "0" }]));
      expect(handled.toSorted()).toEqual([1, 3]);
      expect(await pending()).toBe(0);
    });
  });

  it.each([
    ["a field that is not what it should be", ["seqNo", "many"], "PARSE_ERROR"],
    ["a missing field", ["streamId", "7300"], "SCHEMA_ERROR"],
    ["a field called __proto__", [...encode("ttlc:raw", raw(9)), "__proto__", "x"], "SCHEMA_ERROR"],
  ])("dead-letters an entry with %s and goes on", async (_name, words, reason) => {
    const { seen, single } = collecting();
    await add(1);
    await client.xadd("ttlc:raw", "*", ...words);
    await add(2);
    await run(single, async () => {
      await waitFor(() => expect(seen).toEqual([1, 2]));
      await waitFor(async () => expect(await letters()).toMatchObject([{ reason }]));
    });
  });

  it("counts no attempt while what the handler needs is away", async () => {
    let calls = 0;
    const seen: number[] = [];
    await add(1, 2);
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries) {
          if (calls++ < 10) throw new OutageError("Postgres");
          seen.push(...entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run(batch, async () => {
      await waitFor(() => expect(seen).toEqual([1, 2]));
      expect(await letters()).toEqual([]);
    });
  });

  describe("reading ahead", () => {
    /** Batches of two; the first is held until `finish`. */
    const held = (...names: string[]) => {
      const seen: number[] = [];
      const { promise, resolve: finish } = Promise.withResolvers<void>();
      const services = names.map((name) =>
        service(
          {
            "ttlc:raw": {
              group: "normalizer",
              batchSize: 2,
              async batch(entries) {
                await promise;
                seen.push(...entries.map(({ message }) => message.seqNo));
              },
            },
          },
          name,
        ),
      );
      return { seen, finish, services };
    };

    /** A member that stops ends the wait of its read. */
    const isStopping = () =>
      waitFor(async () => expect(await client.info("commandstats")).toContain("cmdstat_client|unblock"));

    it("has the next batch while it handles one, no more, and does both when it is stopped", async () => {
      const { seen, finish, services } = held("one");
      await add(1, 2, 3, 4, 5, 6, 7);
      await run(services, async () => {
        await waitFor(async () => expect(await pending()).toBe(4));
        await client.config("RESETSTAT");
        void isStopping().then(finish);
      });
      expect(seen).toEqual([1, 2, 3, 4]);
      expect(await pending()).toBe(0);
    });

    it("keeps what it read ahead from being taken over", async () => {
      const { seen, finish, services } = held("one", "two");
      await add(1, 2, 3, 4, 5, 6, 7, 8);
      const owners = async () =>
        ((await client.xpending("ttlc:raw", "normalizer", "-", "+", 8)) as string[][]).map(([, owner]) => owner);
      await run(services, async () => {
        await waitFor(async () => expect(await owners()).toHaveLength(8));
        const before = await owners();
        const startedAt = Date.now();
        await waitFor(() => expect(Date.now() - startedAt).toBeGreaterThan(2 * quick.claimIdleMs));
        expect(await owners()).toEqual(before);
        finish();
        await waitFor(async () => expect(await pending()).toBe(0));
      });
      expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it("reads fewer at once while they are long", async () => {
      const sizes: number[] = [];
      const data = "x".repeat(4 * 2 ** 20);
      for (let seqNo = 1; seqNo <= 8; seqNo++) {
        await client.xadd("ttlc:raw", "*", ...encode("ttlc:raw", { ...raw(seqNo), data }));
      }
      const batch = service({
        "ttlc:raw": {
          group: "normalizer",
          batchSize: 4,
          async batch(entries) {
            sizes.push(entries.length);
          },
        },
      });
      await run(batch, () => waitFor(() => expect(sizes).toEqual([4, 1, 1, 1, 1])));
    });

    it("keeps the order, and does everything once, when an outage stops a batch", async () => {
      const seen: number[] = [];
      let outages = 2;
      await add(1, 2, 3, 4, 5, 6, 7);
      const batch = service({
        "ttlc:raw": {
          group: "normalizer",
          batchSize: 2,
          async batch(entries) {
            if (seen.length === 2 && outages-- > 0) throw new OutageError("Postgres");
            seen.push(...entries.map(({ message }) => message.seqNo));
          },
        },
      });
      await run(batch, async () => {
        await waitFor(async () => expect(await pending()).toBe(0));
        await waitFor(() => expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]));
      });
    });
  });

  const handOff = () =>
    service({
      "ttlc:raw": { group: "normalizer", to: "ttlc:events", map: (message) => event(message as RawEnvelope) },
    });

  it("hands nothing off until the owner of the target's positions has created it", async () => {
    await add(1, 2);
    await run(handOff(), async () => {
      await waitFor(async () => expect(await pending()).toBe(2));
      expect(await client.exists("ttlc:events")).toBe(0);
      await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
      await waitFor(async () => expect(await client.xlen("ttlc:events")).toBe(2));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("starts a new stream above the floor its owner knows", async () => {
    const floor = `${Date.now() + 60_000}-7`;
    const storage = service(
      { "ttlc:events": { group: "storage", floor: async () => floor, async batch() {} } },
      "storage",
    );
    await add(1);
    await run([storage, handOff()], async () => {
      await waitFor(async () => expect(await client.xlen("ttlc:events")).toBe(1));
      const [[id] = []] = await client.xrange("ttlc:events", "-", "+");
      expect(id).toBe(floor.replace("-7", "-8"));
    });
  });

  it.each([
    ["raises a new stream to it", 0, -60_000, true],
    ["raises an older state of a stream to it where the clock is behind, too", 1, +60_000, true],
    ["leaves an older state of a stream where it ends: the clock puts what comes above it", 1, -60_000, false],
  ])("making sure of a group with a floor %s", async (_what, entries, aheadMs, raises) => {
    const floor = `${Date.now() + aheadMs}-7`;
    if (entries > 0) await client.xadd("ttlc:events", "1-1", "field", "value");
    await createGroup(client, ["ttlc:events"], ["storage", floor]);
    const { "last-generated-id": last } = pairs((await client.xinfo("STREAM", "ttlc:events")) as unknown[]);
    expect(last).toBe(raises ? floor : "1-1");
    const next = (await client.xadd("ttlc:events", "*", "field", "value")) as string;
    expect(comparePositions(next, floor)).toBeGreaterThan(0);
  });

  it("goes on by itself after FLUSHALL (F08)", async () => {
    const { seen, single } = collecting();
    await add(1);
    await run(single, async () => {
      await waitFor(() => expect(seen).toEqual([1]));
      await client.flushall();
      await add(2, 3);
      await waitFor(() => expect(seen).toEqual([1, 2, 3]));
    });
  });

  /** Given to a consumer that is gone. */
  const leave = async (...seqNos: number[]) => {
    await add(...seqNos);
    await client.xgroup("CREATE", "ttlc:raw", "normalizer", "0");
    await client.xreadgroup("GROUP", "normalizer", "dead", "COUNT", seqNos.length, "STREAMS", "ttlc:raw", ">");
  };
  const attempts = "ttlc:attempts:ttlc:raw:normalizer";

  it("takes over the entries of a dead consumer in few batches, each once (F01)", async () => {
    const batches: number[][] = [];
    const left = Array.from({ length: 300 }, (_, i) => i);
    await leave(...left);
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        batchSize: 150,
        async batch(entries: readonly Entry<"ttlc:raw">[]) {
          batches.push(entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run(batch, async () => {
      await waitFor(async () => expect(await pending()).toBe(0));
      expect(batches.map(({ length }) => length)).toEqual([150, 150]);
      expect(batches.flat()).toEqual(left);
      expect(await client.exists(attempts)).toBe(0);
    });
  });

  it("hands off as one what it took over", async () => {
    await leave(1, 2, 3);
    await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
    await run(handOff(), async () => {
      await waitFor(async () => expect(await client.xlen("ttlc:events")).toBe(3));
      expect(await client.exists(attempts)).toBe(0);
    });
  });

  it("handles alone what was taken over in a batch before, whoever was tried least first", async () => {
    const batches: number[][] = [];
    await leave(1, 2, 3, 4, 5);
    const ids = (await client.xrange("ttlc:raw", "-", "+")).map(([id]) => id);
    await client.hset(attempts, Object.fromEntries(ids.slice(0, 3).map((id, i) => [id, String(2 - i)])));
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries: readonly Entry<"ttlc:raw">[]) {
          batches.push(entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run(batch, async () => {
      await waitFor(async () => expect(await pending()).toBe(0));
      expect(batches).toEqual([[4, 5], [3], [2], [1]]);
      expect(await client.exists(attempts)).toBe(0);
    });
  });

  it("suspects nothing that it took over because an outage came between", async () => {
    const marks: number[] = [];
    const sizes: number[] = [];
    await leave(1, 2, 3);
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries) {
          marks.push(await client.hlen(attempts));
          if (marks.length < 3) throw new OutageError("Postgres");
          sizes.push(entries.length);
        },
      },
    });
    await run(batch, async () => {
      await waitFor(() => expect(sizes).toEqual([3]));
      expect(marks).toEqual([3, 0, 0]);
      await waitFor(async () => expect(await pending()).toBe(0));
      expect(await letters()).toEqual([]);
    });
  });

  it("takes over, finishes and acknowledges while Redis has no memory left (F11)", async () => {
    const { seen, single } = collecting();
    await add(1);
    await run(single, async () => {
      await waitFor(() => expect(seen).toEqual([1]));
      const left = client.multi();
      for (const seqNo of [2, 3]) left.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
      left.xreadgroup("GROUP", "normalizer", "dead", "COUNT", 2, "STREAMS", "ttlc:raw", ">");
      await left.config("SET", "maxmemory", "1").exec();
      await waitFor(() => expect(seen).toEqual([1, 2, 3]));
      await waitFor(async () => expect(await pending()).toBe(0));
    }).finally(() => client.config("SET", "maxmemory", "0"));
  });

  it("finds out the one entry that kills its process each time, and handles all others once", async () => {
    await client.xgroup("CREATE", "ttlc:raw", "normalizer", "0", "MKSTREAM");
    await add(...Array.from({ length: 50 }, (_, i) => i));
    let deaths = 0;
    for (;;) {
      const consumer = fork("test/integration/processes/mortal-consumer.ts", ["13"], {
        execPath: "node_modules/.bin/node",
        env: { REDIS_URL: redis.url, LOG_LEVEL: "fatal" },
      });
      const ended = once(consumer, "exit");
      const hasDied = await waitFor(async () => {
        if (consumer.signalCode !== null) return true;
        expect(await letters()).toHaveLength(1);
        expect(await pending()).toBe(0);
        return false;
      });
      consumer.kill("SIGKILL");
      await ended;
      if (!hasDied) break;
      deaths++;
    }
    expect(deaths).toBe(2 + quick.maxAttempts); // as read, as taken over, then alone
    expect(await letters()).toMatchObject([{ reason: "HANDLER_FAILED", attempts: String(quick.maxAttempts) }]);
    expect(JSON.parse((await letters())[0]?.payload as string)).toMatchObject({ seqNo: "13" });
    const handled = (await client.lrange("handled", 0, -1)).map(Number);
    expect(handled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i).toSpliced(13, 1));
    expect(await client.exists(attempts)).toBe(0);
  });

  it("counts what it does, for the metrics", async () => {
    await add(1, 2, 3, 4);
    await client.xgroup("CREATE", "ttlc:raw", "normalizer", "0");
    const reply = await client.xreadgroup("GROUP", "normalizer", "dead", "COUNT", 1, "STREAMS", "ttlc:raw", ">");
    const [[, [[id]]]] = reply as [[string, [[string]]]];
    await client.xclaim("ttlc:raw", "normalizer", "dead", 0, id, "IDLE", 60_000, "JUSTID");
    let outages = 1; // it hits the entry that was taken over: no attempt
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries) {
          if (outages-- > 0) throw new OutageError("Postgres");
          if (entries.some(({ message }) => message.seqNo === 3)) throw new Error("bad entry");
        },
      },
    });
    const config = testConfig({ REDIS_URL: redis.url, LOG_LEVEL: "fatal" });
    await withBroker([batch], config, async (broker) => {
      await waitFor(async () => expect(await letters()).toHaveLength(1));
      await waitFor(async () => expect(await pending()).toBe(0));
      const metrics = await broker.call<{ name: string; values: { value: number }[] }[]>("normalizer.streamStats");
      const value = (name: string) =>
        metrics.find((metric) => metric.name === `ttlc_consumer_${name}`)?.values[0]?.value;
      expect({
        claimed: value("claimed_total"),
        retried: value("retried_total"),
        paused: value("paused_total"),
        deadLettered: value("dead_lettered_total"),
        inFlight: value("in_flight"),
      }).toEqual({ claimed: 1, retried: quick.maxAttempts - 1, paused: 1, deadLettered: 1, inFlight: 0 });
    });
  });

  it("renews its claim, so that a slow handler is not run twice", async () => {
    let running = 0;
    let finish = () => {};
    await add(1);
    const slow = (name: string) =>
      service(
        {
          "ttlc:raw": {
            group: "normalizer",
            async handler() {
              running++;
              await new Promise<void>((resolve) => {
                finish = resolve;
              });
            },
          },
        },
        name,
      );
    await run([slow("one"), slow("two")], async () => {
      await waitFor(() => expect(running).toBe(1));
      const idle = async () => (await client.xpending("ttlc:raw", "normalizer", "-", "+", 1))[0] as unknown[];
      const consumer = (await idle())[1];
      for (let i = 0; i < 4; i++) {
        // twice the time after which a claim that is not renewed would be taken over
        const before = Date.now();
        await waitFor(() => expect(Date.now() - before).toBeGreaterThan(quick.claimIdleMs / 2));
        expect((await idle())[1]).toBe(consumer);
      }
      expect(running).toBe(1);
      finish();
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("reports entries that were trimmed away instead of passing over them", async () => {
    const { seen, single } = collecting();
    await add(1, 2, 3);
    await client.xgroup("CREATE", "ttlc:raw", "normalizer", "0");
    await client.xreadgroup("GROUP", "normalizer", "dead", "COUNT", 2, "STREAMS", "ttlc:raw", ">");
    await client.xtrim("ttlc:raw", "MAXLEN", 1);
    await run(single, async () => {
      await waitFor(async () => expect(await letters()).toHaveLength(2));
      expect(await letters()).toMatchObject([{ reason: "TRIMMED" }, { reason: "TRIMMED" }]);
      await waitFor(() => expect(seen).toEqual([3]));
    });
  });

  it("drains what it was given without knowing: the reply was lost with the connection", async () => {
    const { seen, single } = collecting();
    await add(1);
    await run(single, async () => {
      await waitFor(() => expect(seen).toEqual([1]));
      const consumers = (await client.xinfo("CONSUMERS", "ttlc:raw", "normalizer")) as string[][];
      const me = consumers[0]?.[1] as string;
      await add(2);
      await client.xreadgroup("GROUP", "normalizer", me, "STREAMS", "ttlc:raw", ">"); // may race with it: both are fine
      await client.client("KILL", "TYPE", "normal", "SKIPME", "yes");
      await waitFor(() => expect(seen).toEqual([1, 2]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("survives a kill of Redis: what it acknowledged in the last second may come again, nothing is lost (F07)", async () => {
    const { seen, single } = collecting();
    await add(1, 2);
    await run(single, async () => {
      await waitFor(() => expect(seen).toEqual([1, 2]));
      await waitFor(async () => expect(await pending()).toBe(0));
      await redis.kill();
      await redis.start();
      await add(3, 4);
      await waitFor(() => expect(seen.slice(-2)).toEqual([3, 4]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("leaves its group when it stops, unless it has entries pending", async () => {
    const consumers = async () => ((await client.xinfo("GROUPS", "ttlc:raw")) as unknown[][])[0]?.[3];
    await run(service({ "ttlc:raw": { group: "normalizer", async handler() {} } }), async () => {
      await waitFor(async () => expect(await consumers()).toBe(1));
    });
    expect(await consumers()).toBe(0);
  });

  it("follows the present on a tail of its own, after its service caught up", async () => {
    const calls: string[] = [];
    await client.xadd("ttlc:events", "1-1", ...encode("ttlc:events", event(raw(1))));
    const tail = service({
      "ttlc:events": {
        tail: "api",
        async catchUp() {
          calls.push("catch up");
        },
        batch(entries: readonly Entry<"ttlc:events">[]) {
          calls.push(...entries.map(({ message }) => `event ${message.event.seqNo}`));
        },
      },
    });
    const groups = async () => ((await client.xinfo("GROUPS", "ttlc:events")) as unknown[][]).map((group) => group[1]);
    await run(tail, async () => {
      await waitFor(() => expect(calls).toEqual(["catch up"]));
      expect(await groups()).toEqual([expect.stringMatching(/^api:test-/)]);
      await client.xadd("ttlc:events", "*", ...encode("ttlc:events", event(raw(2))));
      await waitFor(() => expect(calls).toEqual(["catch up", "event 2"]));
      await client.xgroup("DESTROY", "ttlc:events", (await groups())[0] as string);
      await waitFor(() => expect(calls).toEqual(["catch up", "event 2", "catch up"]));
    });
    expect(await groups()).toEqual([]);
  });

  describe("a tail of a stream that is empty", () => {
    const calls: string[] = [];
    const tail = service({
      "ttlc:events": {
        tail: "api",
        async catchUp() {
          calls.push("catch up");
        },
        batch(entries: readonly Entry<"ttlc:events">[]) {
          calls.push(...entries.map(({ message }) => `event ${message.event.seqNo}`));
        },
      },
    });
    /** As one step: the tail sees what is left of it. */
    const append = (seqNos: number[], keep = seqNos.length) => {
      const commands = client.multi();
      for (const seqNo of seqNos) commands.xadd("ttlc:events", "*", ...encode("ttlc:events", event(raw(seqNo))));
      return commands.xtrim("ttlc:events", "MAXLEN", keep).exec();
    };
    const follow = async (test: () => Promise<void>) => {
      calls.length = 0;
      await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
      await run(tail, async () => {
        await waitFor(() => expect(calls).toEqual(["catch up"]));
        await test();
      });
    };

    it("has missed nothing when the first entry comes", () =>
      follow(async () => {
        await append([1]);
        await waitFor(() => expect(calls).toEqual(["catch up", "event 1"]));
      }));

    it("has its service catch up when the first entries were trimmed before it read them", () =>
      follow(async () => {
        await append([1, 2, 3], 1);
        await waitFor(() => expect(calls).toEqual(["catch up", "catch up"]));
        await append([4]);
        await waitFor(() => expect(calls).toEqual(["catch up", "catch up", "event 4"]));
      }));

    it("has missed nothing when what it had read was trimmed away", () =>
      follow(async () => {
        await append([1, 2]);
        await waitFor(() => expect(calls).toEqual(["catch up", "event 1", "event 2"]));
        await client.xtrim("ttlc:events", "MAXLEN", 0);
        await append([3]);
        await waitFor(() => expect(calls).toEqual(["catch up", "event 1", "event 2", "event 3"]));
      }));
  });

  it("has the service of a slow tail catch up when entries were trimmed before it read them", async () => {
    const calls: string[] = [];
    let proceed = () => {};
    const tail = service({
      "ttlc:events": {
        tail: "api",
        async catchUp() {
          calls.push("catch up");
        },
        async batch(entries: readonly Entry<"ttlc:events">[]) {
          calls.push(...entries.map(({ message }) => `event ${message.event.seqNo}`));
          await new Promise<void>((resolve) => {
            proceed = resolve;
          });
        },
      },
    });
    const append = (...seqNos: number[]) =>
      Promise.all(seqNos.map((seqNo) => client.xadd("ttlc:events", "*", ...encode("ttlc:events", event(raw(seqNo))))));
    await append(1);
    await run(tail, async () => {
      await waitFor(() => expect(calls).toEqual(["catch up"]));
      await append(2);
      await waitFor(() => expect(calls).toEqual(["catch up", "event 2"]));
      await append(3, 4, 5);
      await client.xtrim("ttlc:events", "MAXLEN", 1);
      proceed();
      await waitFor(() => expect(calls).toEqual(["catch up", "event 2", "catch up"]));
      await append(6);
      await waitFor(() => expect(calls.at(-1)).toBe("event 6"));
      proceed();
    });
  });
});
