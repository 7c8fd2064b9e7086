import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { Ownership } from "../../services/ingest/ownership.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

describeDurable("the ownership of a room", () => {
  let server: TestRedis;
  let redis: Redis;
  const held: Ownership[] = [];

  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    redis = new Redis(server.url);
    await redis.flushall();
  });
  afterEach(async () => {
    await Promise.all(held.splice(0).map((ownership) => ownership.release()));
    await redis.quit();
  });

  const ownership = (nodeID: string, token: string, onLost = () => {}) => {
    const made = new Ownership({ redis, uniqueId: "alice", simulated: false, nodeID, token, onLost });
    held.push(made);
    return made;
  };

  it("is one process's until it gives it back", async () => {
    const [first, second] = [ownership("a", "1"), ownership("b", "2")];
    expect([await first.claim(), await second.claim(), await first.claim()]).toEqual([true, false, true]);
    await first.release();
    expect(await second.claim()).toBe(true);
  });

  it("is free six seconds after its owner died", async () => {
    await ownership("a", "1").claim();
    expect(await redis.pttl("ttlc:owner:live:alice")).toBeLessThanOrEqual(6_000);
    await redis.pexpire("ttlc:owner:live:alice", 1); // as if that time had passed
    await waitFor(async () => expect(await ownership("b", "2").claim()).toBe(true));
  });

  it("goes at once to the next life of the same node", async () => {
    await ownership("a", "1").claim();
    expect(await ownership("a", "2").claim()).toBe(true);
  });

  it("is not given back by who lost it", async () => {
    const first = ownership("a", "1");
    await first.claim();
    await redis.set("ttlc:owner:live:alice", "b|2");
    await first.release();
    expect(await redis.get("ttlc:owner:live:alice")).toBe("b|2");
  });

  it("tells an owner that it has lost the room", async () => {
    let lost = 0;
    await ownership("a", "1", () => {
      lost++;
    }).claim();
    await redis.set("ttlc:owner:live:alice", "b|2");
    await waitFor(() => expect(lost).toBe(1));
  });
});
