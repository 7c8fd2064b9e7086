import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Appender } from "../../mixins/streams/appender.ts";
import { encodeRow } from "../../mixins/streams/codec.ts";
import { type Packable, pack } from "../../mixins/streams/pack.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { raw } from "../support/stream-messages.ts";

describe("what a script is told in one argument", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    await redis.quit();
    await server.stop();
  });

  const unpacked = (value: Packable) => redis.eval("return cmsgpack.unpack(ARGV[1])", 0, pack(value));
  const asText = (number: number) =>
    redis.eval("return string.format('%.17g', cmsgpack.unpack(ARGV[1]))", 0, pack(number));

  it.each([
    "",
    "a",
    "x".repeat(23),
    "x".repeat(24),
    "é".repeat(10),
    "💐".repeat(30),
    "null\0, \r\n, $5",
    "x".repeat(70_000),
    "ü".repeat(1_000_000),
  ])("is a text as it was (%#)", async (text) => {
    expect(await unpacked(text)).toBe(text);
  });

  it.each([0, 1, 255, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, -1])(
    "is the number %d",
    async (number) => {
      expect(await asText(number)).toBe(String(number));
    },
  );

  it("is lists in lists, longer than one byte or two can count", async () => {
    const lists = [[], ["a", ["b", "c"]], Array.from({ length: 70_000 }, String)];
    expect(await unpacked(lists)).toEqual(lists);
  });

  it("is half of a surrogate pair only as the mark for what is no character", async () => {
    expect(await unpacked("\ud83d")).toBe("\ufffd");
  });

  it("appends in order what comes at one moment, more than goes in one call, each with its id", async () => {
    const appender = new Appender(redis);
    const first = await appender.append("ttlc:raw", encodeRow([], "ttlc:raw", raw(0))); // Redis knows the script from here on
    const seqNos = Array.from({ length: 1_201 }, (_, i) => i + 1);
    const before = await calls();
    const ids = await Promise.all(
      seqNos.map((seqNo) => appender.append("ttlc:raw", encodeRow([], "ttlc:raw", raw(seqNo)))),
    );
    expect(await calls()).toBe(before + 3);
    const entries = await redis.xrange("ttlc:raw", "-", "+");
    expect(entries.map(([id]) => id)).toEqual([first, ...ids]);
    expect(entries.map(([, words]) => words[words.indexOf("seqNo") + 1])).toEqual([0, ...seqNos].map(String));
  });

  it("tells each of those that Redis refuses why", async () => {
    await redis.set("ttlc:dlq", "not a stream");
    const appender = new Appender(redis);
    const outcomes = await Promise.allSettled(
      ["a", "b"].map((word) => appender.append("ttlc:dlq", [2, "field", word])),
    );
    for (const { status, reason } of outcomes as PromiseRejectedResult[]) {
      expect({ status, message: reason.message }).toEqual({
        status: "rejected",
        message: expect.stringContaining("WRONGTYPE"),
      });
    }
  });

  const calls = async () =>
    [...(await redis.info("commandstats")).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
});
