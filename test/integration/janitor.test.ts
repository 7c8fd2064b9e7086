import { Redis } from "ioredis";
import type { Service } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requiredGroups, type StreamName } from "../../contracts/streams.ts";
import { alarmsOf } from "../../mixins/streams/alarms.ts";
import { Janitor, trim } from "../../mixins/streams/janitor.ts";
import { surveyStreams } from "../../mixins/streams/survey.ts";
import { Random } from "../../simulator/random.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** Nothing is kept that need not be, in nodes of a few entries. */
const bare = { newest: 0, maxAgeMs: 3_600_000 };
const SMALL_NODES = ["stream-node-max-entries", "5"] as const;

describeDurable("the janitor", () => {
  let server: TestRedis;
  let redis: Redis;

  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    redis = new Redis(server.url);
    await redis.flushall();
    await redis.config("SET", ...SMALL_NODES, "maxmemory", "0");
  });
  afterEach(async () => {
    await redis.quit();
  });

  const fill = async (stream: StreamName, count: number, ageMs = 0) => {
    const adding = redis.pipeline();
    const first = Date.now() - ageMs;
    for (let i = 0; i < count; i++) adding.xadd(stream, ageMs ? `${first}-${i + 1}` : "*", "n", i);
    await adding.exec();
  };
  const groups = async (stream: StreamName, ...names: string[]) => {
    for (const name of names) await redis.xgroup("CREATE", stream, name, "0", "MKSTREAM");
  };
  const read = async (stream: StreamName, group: string, count: number, consumer = "c") => {
    const reply = await redis.xreadgroup("GROUP", group, consumer, "COUNT", count, "STREAMS", stream, ">");
    return ((reply as [string, [string, string[]][]][] | null)?.[0]?.[1] ?? []).map(([id]) => id);
  };
  const finish = async (stream: StreamName, group: string, count: number) => {
    const ids = await read(stream, group, count);
    await redis.xack(stream, group, ...ids);
  };

  it("removes what every required group has acknowledged, and keeps what the slowest needs", async () => {
    await groups("ttlc:events", "storage", "rules");
    await fill("ttlc:events", 100);
    await finish("ttlc:events", "storage", 100);
    await finish("ttlc:events", "rules", 40);
    expect(await trim(redis, "ttlc:events", ["storage", "rules"], bare)).toBe(35); // whole nodes below the 40th
    const [pendingId] = await read("ttlc:events", "rules", 1);
    await finish("ttlc:events", "rules", 59);
    expect(await trim(redis, "ttlc:events", ["storage", "rules"], bare)).toBe(5);
    expect((await redis.xrange("ttlc:events", "-", "+")).map(([id]) => id)).toContain(pendingId);
  });

  it("removes nothing while a required group is missing", async () => {
    await groups("ttlc:events", "storage");
    await fill("ttlc:events", 100);
    await finish("ttlc:events", "storage", 100);
    expect(await trim(redis, "ttlc:events", ["storage", "rules"], bare)).toBe(0);
    expect(await trim(redis, "ttlc:events", [], bare)).toBe(0);
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(95);
  });

  it("is not held back by a live tail", async () => {
    await groups("ttlc:events", "storage", "api:node");
    await fill("ttlc:events", 100);
    await finish("ttlc:events", "storage", 100);
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(95);
  });

  it("holds what rules have not acknowledged, as long as they may be awaited", async () => {
    const stream = "ttlc:events";
    const held = (newest: number, maxAgeMs: number) => trim(redis, stream, ["storage"], bare, { newest, maxAgeMs });
    await groups(stream, "storage", "rules");
    await fill(stream, 100, 7_200_000);
    await finish(stream, "storage", 100);
    await finish(stream, "rules", 20);
    expect(await held(1_000, 10_000_000)).toBe(15);
    expect(await held(1_000, 10_000_000)).toBe(0);
    expect(await held(60, 10_000_000)).toBe(25);
    expect(await held(1_000, 3_600_000)).toBe(55);
    const [, events] = await surveyStreams(redis);
    expect(alarmsOf(events ? [events] : [])).toContainEqual({
      name: "trimmed_unacked",
      text: "rules lost 75 entries of ttlc:events",
    });
  });

  it("holds nothing for rules when memory is short", async () => {
    await groups("ttlc:events", "storage", "rules");
    await fill("ttlc:events", 100);
    await finish("ttlc:events", "storage", 100);
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(0);
    await redis.config("SET", "maxmemory", String(2 ** 40));
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(0);
    await redis.config("SET", "maxmemory", "1");
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(95);
  });

  it("keeps a margin for who comes back, but not for ever", async () => {
    await groups("ttlc:events", "storage");
    await fill("ttlc:events", 50, 7_200_000);
    await fill("ttlc:events", 50);
    await finish("ttlc:events", "storage", 100);
    expect(await trim(redis, "ttlc:events", ["storage"], { newest: 80, maxAgeMs: 10_000_000 })).toBe(20);
    expect(await trim(redis, "ttlc:events", ["storage"], { newest: 80, maxAgeMs: 3_600_000 })).toBe(30);
    expect(await trim(redis, "ttlc:events", ["storage"], { newest: 80, maxAgeMs: 3_600_000 })).toBe(0);
  });

  it("never empties a stream: its last entry tells readers how far Postgres must have come", async () => {
    await groups("ttlc:events", "storage");
    await redis.config("SET", "stream-node-max-entries", "1");
    await fill("ttlc:events", 20);
    await finish("ttlc:events", "storage", 20);
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(19);
  });

  it("works while Redis refuses writes for want of memory", async () => {
    await groups("ttlc:events", "storage");
    await fill("ttlc:events", 100);
    await finish("ttlc:events", "storage", 100);
    await redis.config("SET", "maxmemory", "1");
    await expect(redis.xadd("ttlc:events", "*", "n", 1)).rejects.toThrow("OOM");
    expect(await trim(redis, "ttlc:events", ["storage"], bare)).toBe(95);
  });

  it.each(["1", "2", "3"])("loses nothing in 3,500 random steps (seed %s)", async (seed) => {
    const stream = "ttlc:events";
    const random = new Random(seed);
    const members = ["storage", "rules"].map((group) => ({
      group,
      consumer: `${group}-0`,
      held: [] as string[],
      seen: new Set<string>(),
      acked: new Set<string>(),
    }));
    type Member = (typeof members)[number];
    await groups(stream, ...members.map(({ group }) => group));
    const produced: string[] = [];
    let removed = 0;

    const take = (member: Member, entries: [string, string[] | null][]) => {
      for (const [id, body] of entries) {
        if (!body) throw new Error(`${member.group} was given ${id} without a body`);
        member.held.push(id);
        member.seen.add(id);
      }
    };
    const steps = {
      async produce() {
        for (let left = random.int(1, 3); left > 0; left--) {
          produced.push((await redis.xadd(stream, "*", "n", produced.length)) as string);
        }
      },
      async read(member: Member) {
        const command = ["GROUP", member.group, member.consumer, "COUNT", random.int(1, 8)] as const;
        const reply = await redis.xreadgroup(...command, "STREAMS", stream, ">");
        take(member, ((reply as [string, [string, string[]][]][] | null) ?? [])[0]?.[1] ?? []);
      },
      async ack(member: Member) {
        const ids = member.held.filter(() => random.chance(0.7));
        if (ids.length > 0) await redis.xack(stream, member.group, ...ids);
        for (const id of ids) member.acked.add(id);
        member.held = member.held.filter((id) => !ids.includes(id));
      },
      async crash(member: Member) {
        member.consumer = `${member.group}-${random.int(0, 2 ** 31)}`;
        member.held = [];
        let cursor = "0-0";
        do {
          const [next, entries, deleted] = (await redis.xautoclaim(
            ...([stream, member.group, member.consumer, 0, cursor, "COUNT", 50] as const),
          )) as [string, [string, string[] | null][], string[]];
          expect(deleted).toEqual([]);
          take(member, entries);
          cursor = next;
        } while (cursor !== "0-0");
      },
      async trim() {
        removed += await trim(
          redis,
          stream,
          members.map(({ group }) => group),
          bare,
        );
      },
    };
    for (let step = 0; step < 3_500; step++) {
      await steps[random.weighted({ produce: 25, read: 35, ack: 30, crash: 2, trim: 8 })](random.pick(members));
    }
    for (const member of members) {
      while (member.acked.size < produced.length) {
        const before = member.acked.size;
        await steps.read(member);
        for (let i = 0; i < 20 && member.held.length > 0; i++) await steps.ack(member);
        if (member.acked.size === before) break;
      }
    }
    await steps.trim();

    for (const { group, seen } of members) {
      expect(
        produced.filter((id) => !seen.has(id)),
        `never given to ${group}`,
      ).toEqual([]);
    }
    const [, events] = await surveyStreams(redis);
    expect(events?.groups.map(({ group, pending, trimmedUnacked }) => [group, pending, trimmedUnacked])).toEqual([
      ["rules", 0, 0],
      ["storage", 0, 0],
    ]);
    expect(removed).toBe(produced.length - (await redis.xlen(stream)));
    expect(await redis.xlen(stream)).toBeLessThanOrEqual(5);
  });

  describe("that was elected", () => {
    type Line = [level: string, alarm: string, ...causes: string[]];

    const start = (token: string, onTrimmed = (_stream: StreamName, _entries: number) => {}) => {
      const lines: Line[] = [];
      const log = (level: string) => (fields: { alarm?: string; causes?: string[] }) => {
        if (fields.alarm) lines.push([level, fields.alarm, ...(fields.causes ?? [])]);
      };
      const logger = { debug: log("debug"), info: log("info"), error: log("error") } as unknown as Service["logger"];
      const janitor = new Janitor({ redis, logger, token, onTrimmed });
      janitor.start();
      return { janitor, lines };
    };

    it("hands over at once when it stops, and after a while when it is gone", async () => {
      const [one, two] = [start("one"), start("two")];
      await waitFor(async () => expect(await redis.get("ttlc:janitor")).not.toBeNull());
      const [first, second] = (await redis.get("ttlc:janitor")) === "one" ? [one, two] : [two, one];
      await first.janitor.stop();
      expect(await redis.get("ttlc:janitor")).toBeNull();
      await redis.set("ttlc:janitor", "of a killed process", "PX", 300);
      await waitFor(async () => expect(await redis.get("ttlc:janitor")).toBe(second === one ? "one" : "two"));
      await second.janitor.stop();
    });

    it("trims every stream, calls of 10,000 each", async () => {
      await redis.config("SET", "stream-node-max-entries", "100");
      const trimmed: Record<string, number> = {};
      for (const [stream, [group]] of Object.entries(requiredGroups) as [StreamName, [string]][]) {
        await groups(stream, group);
        await fill(stream, 35_000);
        await finish(stream, group, 35_000);
      }
      const { janitor } = start("one", (stream, entries) => {
        trimmed[stream] = entries;
      });
      await waitFor(() => expect(trimmed).toEqual({ "ttlc:raw": 25_000, "ttlc:events": 25_000, "ttlc:dlq": 25_000 }));
      await janitor.stop();
    });

    it("raises the alarm once when a group falls behind (F13), and tells when it is over", async () => {
      await groups("ttlc:events", "storage");
      await fill("ttlc:events", 10, 20_000);
      const { janitor, lines } = start("one");
      await waitFor(() =>
        expect(lines).toEqual([["error", "lag", expect.stringMatching(/^storage is 2\d s behind on ttlc:events$/)]]),
      );
      const surveys = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info("commandstats"))?.[1]);
      const before = await surveys();
      await waitFor(async () => expect(await surveys()).toBeGreaterThan(before + 14)); // two more rounds
      expect(lines).toHaveLength(1);
      await finish("ttlc:events", "storage", 10);
      await waitFor(() => expect(lines.slice(1)).toEqual([["info", "lag"]]));
      await janitor.stop();
    });

    it("raises the alarm when somebody else has removed what a group had not read", async () => {
      await groups("ttlc:raw", "normalizer");
      await fill("ttlc:raw", 100);
      await finish("ttlc:raw", "normalizer", 10);
      await redis.xtrim("ttlc:raw", "MAXLEN", 50);
      const { janitor, lines } = start("one");
      await waitFor(() =>
        expect(lines).toEqual([["error", "trimmed_unacked", "normalizer lost 40 entries of ttlc:raw"]]),
      );
      await finish("ttlc:raw", "normalizer", 50);
      await waitFor(() => expect(lines.slice(1)).toEqual([["info", "trimmed_unacked"]]));
      await janitor.stop();
    });

    it("raises the alarm when dead letters come thick and fast", async () => {
      await groups("ttlc:dlq", "ops");
      await fill("ttlc:dlq", 11);
      await finish("ttlc:dlq", "ops", 11);
      const { janitor, lines } = start("one");
      await waitFor(() => expect(lines).toEqual([["error", "dlq_growth", "ttlc:dlq took 11 in 5 minutes"]]));
      await redis.del("ttlc:dlq");
      await waitFor(() => expect(lines.slice(1)).toEqual([["info", "dlq_growth"]]));
      await janitor.stop();
    });
  });
});
