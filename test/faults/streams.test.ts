import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type ChainableCommander, Redis } from "ioredis";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { type Consumers, defineService, type Entry } from "../../lib/define-service.ts";
import { OutageError, PoisonMessageError } from "../../lib/errors.ts";
import { encode, fieldsOf, type Words } from "../../mixins/streams/codec.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { urlOf } from "../support/gateway.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { event, quick, raw } from "../support/stream-messages.ts";
import { waitFor } from "../support/wait-for.ts";

/** How soon a link that is dead or a server that hangs must be noticed. */
const DETECTION_MS = 5_000;

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The rows of the fault matrix that concern the mixin and are not in streams.test.ts and janitor.test.ts. */
describeDurable("the streams mixin, when the link or Redis fails", () => {
  let redis: TestRedis;
  let link: FaultProxy;
  /** Past the faulty link. */
  let client: Redis;

  beforeEach(async () => {
    redis = await startTestRedis();
    link = await new FaultProxy(redis.port).start();
    client = new Redis(redis.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on("error", () => {});
    await client.xgroup("CREATE", "ttlc:raw", "normalizer", "0", "MKSTREAM");
    await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
  });
  afterEach(async () => {
    await client.quit();
    await link.stop();
    await redis.stop();
  });

  const service = (consumes: Consumers, changes: Partial<typeof quick> = {}, name = "normalizer") =>
    defineService({ name, mixins: [streams], settings: { streams: { ...quick, ...changes } }, consumes });
  /** Moves every raw entry to ttlc:events; `onMap` is told of each before its hand-off. */
  const handOff = (onMap: (message: RawEnvelope) => void = () => {}, name = "normalizer") =>
    service(
      {
        "ttlc:raw": {
          group: "normalizer",
          to: "ttlc:events",
          map(message) {
            onMap(message as RawEnvelope);
            return event(message as RawEnvelope);
          },
        },
      },
      {},
      name,
    );
  const run = (schemas: ServiceSchema[], test: (broker: ServiceBroker) => Promise<void>) =>
    withBroker(schemas, testConfig({ REDIS_URL: link.urlFor(redis.url), LOG_LEVEL: "fatal" }), test);

  const appending = (seqNos: number[]) => {
    const commands = client.multi();
    for (const seqNo of seqNos) commands.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
    return commands;
  };
  const add = (...seqNos: number[]) => appending(seqNos).exec();
  const pending = async () => Number((await client.xpending("ttlc:raw", "normalizer"))[0]);
  const letters = async () => (await client.xrange("ttlc:dlq", "-", "+")).map(([, words]) => fieldsOf(words));
  const handedOff = async () =>
    (await client.xrange("ttlc:events", "-", "+")).map(
      ([, words]) => JSON.parse(fieldsOf(words).event as string).seqNo as number,
    );
  const heal = () => {
    link.reset();
    link.setMode("pass");
  };
  /** Resolves once a consumer of `broker` has noticed that something is away. */
  const noticed = (broker: ServiceBroker, within = DETECTION_MS) =>
    waitFor(async () => {
      const metrics = await broker.call<{ name: string; values: { value: number }[] }[]>("normalizer.streamStats");
      const paused = metrics.find(({ name }) => name === "ttlc_consumer_paused_total");
      expect(paused?.values[0]?.value).toBeGreaterThan(0);
    }, within);

  it("hands off once although the reply was lost (F02, F03)", async () => {
    let lose = false;
    const service = handOff(() => {
      if (lose) link.setMode("dropReplies");
      lose = false;
    });
    await run([service], async () => {
      await add(1); // from then on Redis knows the scripts
      await waitFor(async () => expect(await handedOff()).toEqual([1]));
      lose = true;
      await add(2, 3);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2, 3]));
      heal();
      await add(4);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2, 3, 4]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("moves poison to the dlq once although the reply was lost (F03)", async () => {
    let lose = false;
    const service = handOff(({ seqNo }) => {
      if (seqNo % 2 === 1) return;
      if (lose) link.setMode("dropReplies");
      lose = false;
      throw new PoisonMessageError("STORE_REJECTED", `no to ${seqNo}`);
    });
    await run([service], async () => {
      await add(1, 2);
      await waitFor(async () => expect(await letters()).toHaveLength(1));
      lose = true;
      await add(4);
      await waitFor(async () => expect(await letters()).toHaveLength(2));
      heal();
      await add(5);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 5]));
      await waitFor(async () => expect(await pending()).toBe(0));
      expect((await letters()).map(({ error }) => error)).toEqual(["no to 2", "no to 4"]);
    });
  });

  it("handles nothing again when only the reply to its acknowledgement was lost (F03)", async () => {
    const seen: number[] = [];
    let lose = false;
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries: readonly Entry<"ttlc:raw">[]) {
          if (lose) link.setMode("dropReplies");
          lose = false;
          seen.push(...entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run([batch], async () => {
      await add(1); // from then on Redis knows the scripts
      await waitFor(async () => expect(await pending()).toBe(0));
      await waitFor(() => expect(seen).toEqual([1]));
      lose = true;
      await add(2, 3);
      await waitFor(() => expect(seen).toEqual([1, 2, 3]));
      await waitFor(async () => expect(await pending()).toBe(0));
      heal();
      await add(4);
      await waitFor(() => expect(seen).toEqual([1, 2, 3, 4]));
    });
  });

  it("handles at once, in order, what it was given in a reply that was lost (F04)", async () => {
    const batches: number[][] = [];
    const patient = service(
      {
        "ttlc:raw": {
          group: "normalizer",
          async batch(entries: readonly Entry<"ttlc:raw">[]) {
            batches.push(entries.map(({ message }) => message.seqNo));
          },
        },
      },
      { claimIdleMs: 60_000 }, // nobody takes it over
    );
    await run([patient], async () => {
      await add(1);
      await waitFor(() => expect(batches).toEqual([[1]]));
      await waitFor(async () => expect(await pending()).toBe(0));
      link.setMode("dropReplies");
      await add(2, 3, 4);
      await waitFor(async () => expect(await pending()).toBe(3));
      heal();
      await waitFor(() => expect(batches.slice(0, 2)).toEqual([[1], [2, 3, 4]]), 5_000);
    });
  });

  it("makes progress after each of many resets, and hands everything off once (F05)", async () => {
    await run([handOff(), handOff(undefined, "normalizer-2")], async () => {
      let loading = true;
      let produced = 0;
      const load = (async () => {
        while (loading) {
          await add(...numbers(produced + 1, produced + 20));
          produced += 20;
        }
      })();
      for (let resets = 0; resets < 15; resets++) {
        const before = await client.xlen("ttlc:events");
        link.reset();
        await waitFor(async () => expect(await client.xlen("ttlc:events")).toBeGreaterThan(before + 100), 5_000);
      }
      loading = false;
      await load;
      await waitFor(async () => expect(await client.xlen("ttlc:events")).toBe(produced), 30_000);
      expect((await handedOff()).toSorted((a, b) => a - b)).toEqual(numbers(1, produced));
      expect(await letters()).toEqual([]);
    });
  });

  it("notices a link that went silent, and goes on when it is back (F06)", async () => {
    await run([handOff()], async (broker) => {
      await add(1, 2);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2]));
      link.setMode("silence");
      await add(3, 4);
      await noticed(broker);
      link.setMode("pass");
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2, 3, 4]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it("leaves connections that died without a word for new ones (F06)", async () => {
    await run([handOff()], async () => {
      await add(1, 2);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2]));
      link.strand();
      await add(3, 4);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2, 3, 4]), 3 * DETECTION_MS);
      await waitFor(async () => expect(await pending()).toBe(0));
      link.reset();
    });
  });

  it("stops although the link is silent (F06)", async () => {
    const config = testConfig({ REDIS_URL: link.urlFor(redis.url), LOG_LEVEL: "fatal" });
    const broker = new ServiceBroker(brokerOptions(config));
    broker.createService(handOff());
    await broker.start();
    await add(1);
    await waitFor(async () => expect(await handedOff()).toEqual([1]));
    link.setMode("silence");
    await broker.stop();
    expect(broker.started).toBe(false);
  });

  it("notices a Redis that hangs, and goes on when it turns again (F06)", async () => {
    const server = Number(/process_id:(\d+)/.exec(await client.info("server"))?.[1]);
    await run([handOff()], async (broker) => {
      await add(1, 2);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2]));
      process.kill(server, "SIGSTOP");
      await noticed(broker).finally(() => process.kill(server, "SIGCONT"));
      await add(3, 4);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2, 3, 4]));
    });
  });

  it("/ready tells within five seconds that the link is silent, and that it is back (F06)", async () => {
    const storage = service(
      { "ttlc:dlq": { group: "ops", async batch() {} }, "ttlc:events": { group: "storage", async batch() {} } },
      {},
      "storage",
    );
    storage.actions = { ...storage.actions, boundary: () => ({ position: "0-0" }) };
    await run([storage, gateway], async (broker) => {
      const ready = async () =>
        (await fetch(`${urlOf(broker)}/ready`, { signal: AbortSignal.timeout(DETECTION_MS) })).status;
      await waitFor(async () => expect(await ready()).toBe(200));
      link.setMode("silence");
      expect(await ready()).toBe(503);
      link.setMode("pass");
      await waitFor(async () => expect(await ready()).toBe(200));
    });
  });

  it("hands everything off once over a kill of Redis under load (F07)", async () => {
    // `everysec` puts a write off while an fsync runs, so that a kill may cost what Redis had confirmed.
    await client.config("SET", "appendfsync", "always");
    await run([handOff()], async () => {
      await add(...numbers(1, 3_000));
      await waitFor(async () => expect(await client.xlen("ttlc:events")).toBeGreaterThan(0));
      await redis.kill();
      await redis.start();
      await add(...numbers(3_001, 3_100));
      await waitFor(async () => expect(await client.xlen("ttlc:events")).toBe(3_100), 30_000);
      expect((await handedOff()).toSorted((a, b) => a - b)).toEqual(numbers(1, 3_100));
    });
  });

  it("handles again what an older state of Redis brings back, and goes on (F09)", async () => {
    const seen: number[] = [];
    const single = service({
      "ttlc:raw": {
        group: "normalizer",
        async handler({ seqNo }) {
          seen.push(seqNo);
        },
      },
    });
    await add(1, 2);
    const older = await client.dumpBuffer("ttlc:raw");
    await run([single], async () => {
      await waitFor(() => expect(seen).toEqual([1, 2]));
      await waitFor(async () => expect(await pending()).toBe(0));
      await client.restore("ttlc:raw", 0, older, "REPLACE");
      await waitFor(() => expect(seen).toEqual([1, 2, 1, 2]));
      await add(3);
      await waitFor(() => expect(seen).toEqual([1, 2, 1, 2, 3]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  it.each<[name: string, fail: (commands: ChainableCommander) => unknown, repair: () => Promise<unknown>]>([
    [
      "Redis has no memory left (F11)",
      (commands) => commands.config("SET", "maxmemory", "1"),
      () => client.config("SET", "maxmemory", "0"),
    ],
    [
      "Redis cannot write its disk (F12)",
      (commands) => commands.config("SET", "save", "3600 1"),
      () => client.config("SET", "save", ""),
    ],
    [
      "Redis became a replica (F10)",
      (commands) => commands.replicaof("127.0.0.1", "1"),
      () => client.replicaof("NO", "ONE"),
    ],
  ])("waits without an attempt counted while %s, then hands off once", async (_name, fail, repair) => {
    await run([handOff()], async (broker) => {
      await failSnapshot();
      await add(1);
      await waitFor(async () => expect(await handedOff()).toEqual([1]));
      const commands = appending(numbers(2, 50));
      fail(commands);
      const replies = (await commands.exec()) ?? [];
      expect(replies.filter(([error]) => error)).toEqual([]);
      await noticed(broker);
      expect(await handedOff()).toEqual([1]);
      await repair();
      await waitFor(async () => expect(await handedOff()).toEqual(numbers(1, 50)));
      await waitFor(async () => expect(await pending()).toBe(0));
      expect(await letters()).toEqual([]);
    });
  });

  /** A snapshot that fails, as on a full disk: with `save` set, Redis refuses writes from then on. */
  async function failSnapshot(): Promise<void> {
    const [, dir] = (await client.config("GET", "dir")) as [string, string];
    await mkdir(join(dir, "dump.rdb")); // in the way of the file
    await client.bgsave();
    await waitFor(async () => expect(await client.info("persistence")).toContain("rdb_last_bgsave_status:err"));
  }

  it("reads and acknowledges on while Redis has no memory left (F11)", async () => {
    const seen: number[] = [];
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries: readonly Entry<"ttlc:raw">[]) {
          seen.push(...entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run([batch], async () => {
      await add(1);
      await waitFor(() => expect(seen).toEqual([1]));
      await appending([2, 3]).config("SET", "maxmemory", "1").exec();
      await waitFor(() => expect(seen).toEqual([1, 2, 3]));
      await waitFor(async () => expect(await pending()).toBe(0));
      await client.config("SET", "maxmemory", "0");
    });
  });

  const spoilt = (words: Words) => words.with(words.indexOf("seqNo") + 1, "many");
  const poisoned = (seqNo: number) => spoilt(encode("ttlc:raw", raw(seqNo)));

  it("acknowledges the good around poison while Redis has no memory left, and writes one letter (F11)", async () => {
    const seen: number[] = [];
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        batchSize: 2,
        async batch(entries: readonly Entry<"ttlc:raw">[]) {
          seen.push(...entries.map(({ message }) => message.seqNo));
        },
      },
    });
    await run([batch], async () => {
      const commands = appending([1]).xadd("ttlc:raw", "*", ...poisoned(2));
      for (const seqNo of numbers(3, 9)) commands.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
      await commands.config("SET", "maxmemory", "1").exec();
      await waitFor(() => expect(seen).toEqual([1, ...numbers(3, 9)]));
      link.reset(); // it goes on over new connections, too
      await waitFor(async () => expect(await pending()).toBe(0));
      await client.config("SET", "maxmemory", "0");
      await add(10);
      await waitFor(() => expect(seen.at(-1)).toBe(10));
      expect(await letters()).toMatchObject([{ reason: "PARSE_ERROR", attempts: "0" }]);
    });
  });

  it("keeps the letters of all but its oldest entry until Redis has memory again, each once (F11)", async () => {
    const seen: number[] = [];
    let hasMemory = false;
    const single = service(
      {
        "ttlc:raw": {
          group: "normalizer",
          async handler({ seqNo }) {
            seen.push(seqNo);
            if (seqNo === 1 && !hasMemory) throw new Error("not yet");
          },
        },
      },
      { maxAttempts: 1_000 },
    );
    await run([single], async () => {
      const commands = appending([1]);
      for (const seqNo of [2, 3, 4]) commands.xadd("ttlc:raw", "*", ...poisoned(seqNo));
      for (const seqNo of [5, 6]) commands.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
      await commands.config("SET", "maxmemory", "1").exec();
      await waitFor(() => expect(seen.filter((seqNo) => seqNo === 1).length).toBeGreaterThan(30)); // more than a second
      expect(seen.filter((seqNo) => seqNo > 1)).toEqual([5, 6]);
      expect(await letters()).toEqual([]);
      await client.config("SET", "maxmemory", "0");
      hasMemory = true;
      await waitFor(async () => expect(await pending()).toBe(0));
      const [, ...bad] = (await client.xrange("ttlc:raw", "-", "+", "COUNT", 4)).map(([id]) => id);
      expect((await letters()).map(({ entryId }) => entryId)).toEqual(bad);
    });
  });

  it("counts the attempts at what fails while Redis has no memory left, and gives it up once (F11)", async () => {
    const attempts: Record<number, number> = {};
    const single = service({
      "ttlc:raw": {
        group: "normalizer",
        batchSize: 2,
        async handler({ seqNo }) {
          attempts[seqNo] = (attempts[seqNo] ?? 0) + 1;
          if (seqNo === 2 || (seqNo === 4 && (attempts[4] as number) < 3)) throw new Error("not this one");
        },
      },
    });
    await run([single], async () => {
      await appending(numbers(1, 6)).config("SET", "maxmemory", "1").exec();
      await waitFor(() => expect(attempts).toEqual({ 1: 1, 2: quick.maxAttempts, 3: 1, 4: 3, 5: 1, 6: 1 }));
      await waitFor(async () => expect(await letters()).toMatchObject([{ reason: "HANDLER_FAILED", attempts: "3" }]));
      await waitFor(async () => expect(await pending()).toBe(0));
      expect(attempts[2]).toBe(quick.maxAttempts);
      expect(await client.exists("ttlc:attempts:ttlc:raw:normalizer")).toBe(0);
      await client.config("SET", "maxmemory", "0");
    });
  });

  it("goes on past what was trimmed away while Redis has no memory left, and tells of it once (F11)", async () => {
    const seen: number[] = [];
    const single = service({
      "ttlc:raw": {
        group: "normalizer",
        async handler({ seqNo }) {
          seen.push(seqNo);
          if (seqNo === 2) throw new OutageError("Postgres"); // until it is trimmed away
        },
      },
    });
    await add(1, 2, 3);
    await run([single], async () => {
      await waitFor(() => expect(seen.filter((seqNo) => seqNo === 2).length).toBeGreaterThan(1));
      await client.multi().config("SET", "maxmemory", "1").xtrim("ttlc:raw", "MAXLEN", 1).exec();
      await waitFor(() => expect(seen.at(-1)).toBe(3));
      await client.config("SET", "maxmemory", "0");
      await waitFor(async () => expect(await letters()).toMatchObject([{ reason: "TRIMMED" }]));
      await waitFor(async () => expect(await pending()).toBe(0));
    });
  });

  /** More than Redis has memory for, of two hours ago so that nothing but the consumer keeps the janitor from it. */
  const overfilling = async (poison: number[] = []) => {
    const used = Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
    const commands = client.multi();
    const ms = Date.now() - 7_200_000;
    for (const seqNo of numbers(1, 5_000)) {
      const words = encode("ttlc:raw", { ...raw(seqNo), data: "aGk=".repeat(100) });
      commands.xadd("ttlc:raw", `${ms}-${seqNo}`, ...(poison.includes(seqNo) ? spoilt(words) : words));
    }
    return commands.config("SET", "maxmemory", used + 1_000_000);
  };
  const counting = () => {
    const seen = new Set<number>();
    const batch = service({
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries: readonly Entry<"ttlc:raw">[]) {
          for (const { message } of entries) seen.add(message.seqNo);
        },
      },
    });
    return { seen, batch };
  };
  const joined = () =>
    waitFor(async () => expect(await client.xinfo("CONSUMERS", "ttlc:raw", "normalizer")).toHaveLength(1));
  const workedOff = async (seen: Set<number>, good = 5_000) => {
    await waitFor(() => expect(seen.size).toBe(good));
    await waitFor(async () => expect(await pending()).toBe(0));
    await waitFor(() => add(5_001).then((replies) => expect(replies?.[0]?.[0]).toBeNull()));
  };

  it("works off what filled Redis although its connections broke, until there is memory again (F11)", async () => {
    const { seen, batch } = counting();
    await run([batch], async () => {
      await joined();
      await (await overfilling()).client("KILL", "TYPE", "normal", "SKIPME", "yes").exec();
      await workedOff(seen);
    });
  });

  it("works off what filled Redis although it was started after that, until there is memory again (F11)", async () => {
    const { seen, batch } = counting();
    await run([batch], joined);
    await (await overfilling()).exec();
    await run([batch], () => workedOff(seen));
  });

  it("works off what filled Redis although there is poison from its oldest entry on (F11)", async () => {
    const { seen, batch } = counting();
    const poison = [1, 2, 3, 1_000, 4_000];
    await run([batch], async () => {
      await joined();
      await (await overfilling(poison)).exec();
      await workedOff(seen, 5_000 - poison.length);
      expect((await letters()).map(({ entryId }) => Number(entryId?.split("-")[1]))).toEqual(poison);
    });
  });

  it("hands off the good and dead-letters each of the poison once, mixed in one batch (F18)", async () => {
    const good = numbers(1, 500).filter((seqNo) => seqNo % 25 !== 0);
    const commands = client.multi();
    for (const seqNo of numbers(1, 500)) {
      commands.xadd("ttlc:raw", "*", ...(seqNo % 25 === 0 ? poisoned(seqNo) : encode("ttlc:raw", raw(seqNo))));
    }
    await commands.exec();
    await run([handOff(), handOff(undefined, "normalizer-2")], async () => {
      await waitFor(async () => expect(await pending()).toBe(0));
      await waitFor(async () => expect((await handedOff()).toSorted((a, b) => a - b)).toEqual(good));
      const kept = await letters();
      expect(kept.map(({ reason }) => reason)).toEqual(Array(20).fill("PARSE_ERROR"));
      expect(new Set(kept.map(({ entryId }) => entryId)).size).toBe(20);
    });
  });
});
