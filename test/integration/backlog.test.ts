import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { StreamName } from "../../contracts/streams.ts";
import { backlog } from "../../services/ingest/backlog.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";

describeDurable("the backlog that a replay waits for", () => {
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
  beforeEach(async () => {
    await redis.flushall();
  });

  const add = async (stream: StreamName, count: number) => {
    for (let i = 0; i < count; i++) await redis.xadd(stream, "*", "n", i);
  };
  const create = (stream: StreamName, group: string) => redis.xgroup("CREATE", stream, group, "0", "MKSTREAM");
  const read = (stream: StreamName, group: string, count: number) =>
    redis.xreadgroup("GROUP", group, "c", "COUNT", count, "STREAMS", stream, ">");

  it("is nothing where there are no streams", async () => {
    expect(await backlog(redis)).toBe(0);
  });

  it("is all there is while nobody reads", async () => {
    await add("ttlc:raw", 2);
    await add("ttlc:events", 3);
    expect(await backlog(redis)).toBe(5);
  });

  it("is what the groups have not read or not acknowledged", async () => {
    await add("ttlc:raw", 3);
    await add("ttlc:events", 4);
    await create("ttlc:raw", "normalizer");
    await create("ttlc:events", "storage");
    const reply = (await read("ttlc:raw", "normalizer", 2)) as [string, [string, string[]][]][];
    expect(await backlog(redis)).toBe(7);
    await redis.xack("ttlc:raw", "normalizer", reply[0]?.[1][0]?.[0] as string);
    expect(await backlog(redis)).toBe(6);
  });

  it("has what waits for rules in it while somebody reads for them", async () => {
    await create("ttlc:events", "storage");
    await create("ttlc:events", "rules");
    await create("ttlc:events", "forwarder");
    await add("ttlc:events", 4);
    expect(await backlog(redis)).toBe(4); // nobody ever did
    await read("ttlc:events", "rules", 1);
    expect(await backlog(redis)).toBe(8);
    expect(await backlog(redis, 0)).toBe(4); // not since
  });
});
