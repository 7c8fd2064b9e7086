import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { Ownership } from "../../services/ingest/ownership.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "ttlc:owner:live:alice";

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

  const ownership = (nodeID: string, token: string) => {
    const made = new Ownership({ redis, uniqueId: "alice", simulated: false, nodeID, token });
    held.push(made);
    return made;
  };
  /** As if the time until then had passed. */
  const expire = () => redis.hset(KEY, "until", 1);
  const owner = () => redis.hmget(KEY, "node", "token");

  it("is one process's until it gives it back", async () => {
    const [first, second] = [ownership("a", "1"), ownership("b", "2")];
    expect([await first.claim(), await second.claim(), await first.claim()]).toEqual([true, false, true]);
    await first.release();
    expect(await second.claim()).toBe(true);
  });

  it("is free six seconds after its owner died", async () => {
    await ownership("a", "1").claim();
    const until = Number(await redis.hget(KEY, "until"));
    const [seconds, micros] = await redis.time();
    expect(until - (Number(seconds) * 1_000 + Number(micros) / 1_000)).toBeLessThanOrEqual(6_000);
    expect(await ownership("b", "2").claim()).toBe(false);
    await expire();
    expect(await ownership("b", "2").claim()).toBe(true);
  });

  it("goes at once to the next life of the same node, with the token that its spool may know", async () => {
    await ownership("a", "1").claim();
    const next = ownership("a", "2");
    expect(await next.claim()).toBe(true);
    expect(next.fence.token).toBe("1");
  });

  it("has a new token for the same node once another one had it", async () => {
    await ownership("a", "1").claim();
    await expire();
    await ownership("b", "2").claim();
    await expire();
    const next = ownership("a", "3");
    await next.claim();
    expect(next.fence.token).toBe("3");
  });

  it("is not given back by who lost it", async () => {
    const first = ownership("a", "1");
    await first.claim();
    await expire();
    await ownership("b", "2").claim();
    await first.release();
    expect(await ownership("c", "3").claim()).toBe(false);
  });

  it("tells an owner that it has lost the room, also when that one has died meanwhile", async () => {
    let lost = 0;
    const first = ownership("a", "1");
    first.onLost = () => {
      lost++;
    };
    await first.claim();
    await expire();
    await ownership("b", "2").claim();
    await expire();
    await first.check();
    await first.check();
    expect(lost).toBe(1);
    expect(first.isHeld).toBe(false);
    expect(await owner()).toEqual(["b", "2"]);
  });

  it("is kept by an owner who comes back late and finds that nobody followed", async () => {
    const first = ownership("a", "1");
    await first.claim();
    await expire();
    await first.check();
    expect(first.isHeld).toBe(true);
    expect(await ownership("b", "2").claim()).toBe(false);
  });

  it("survives a Redis that was emptied", async () => {
    const first = ownership("a", "1");
    await first.claim();
    await redis.flushall();
    await waitFor(async () => expect(await owner()).toEqual(["a", "1"]));
    expect(first.isHeld).toBe(true);
  });
});
