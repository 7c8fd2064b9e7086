import { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import { fieldsOf } from "../../mixins/streams/codec.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { fakeStorage } from "../support/fake-storage.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

describeDurable("ingest", () => {
  let server: TestRedis;
  let redis: Redis;
  let tiktok: SimulatedTikTok;

  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    tiktok = new SimulatedTikTok();
    await tiktok.start();
    redis = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    redis.on("error", () => {});
    await redis.flushall();
  });
  afterEach(async () => {
    await tiktok.stop();
    await redis.quit();
  });

  const config = () =>
    testConfig({
      REDIS_URL: server.url,
      LOG_LEVEL: "fatal",
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url.replace("http://", ""),
    });
  /** The simulator goes last but one: its end of the connector's idle HTTP connections is in this process too. */
  const run = (test: (broker: ServiceBroker) => Promise<void>) =>
    withBroker([fakeStorage(), ingest], config(), async (broker) => {
      await test(broker);
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await tiktok.stop();
    });
  const open = (rate = 0) => tiktok.openRoom({ uniqueId: "alice", rate, record: true });
  const connect = (broker: ServiceBroker) => broker.call<RoomStatus, object>("ingest.connect", { uniqueId: "@Alice" });
  const status = async (broker: ServiceBroker) =>
    ((await broker.call("ingest.list", {})) as RoomStatus[])[0] as RoomStatus;
  const becomes = (broker: ServiceBroker, state: string) =>
    waitFor(async () => expect((await status(broker)).state).toBe(state));
  const entries = async () => (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
  const types = async () => (await entries()).map(({ type }) => type);
  const unknown = (room: SimulatedRoom, count = 1) => misbehave(room, "unknownTypes", { count });

  it("writes every message of a room to ttlc:raw: known, unknown and undecodable ones, bytes unchanged", async () => {
    const room = open(200);
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      unknown(room, 3);
      misbehave(room, "corruptPayloads", { count: 3 });
      await waitFor(() => expect(room.sent.total).toBeGreaterThan(300));
      room.pause();
      await waitFor(async () => expect((await status(broker)).counters.received).toBe(room.sent.total));
      const stored = (await entries()).filter(({ encoding }) => encoding === "base64");
      const key = ({ type, msgId }: { type?: string; msgId?: string }) => `${type} ${msgId}`;
      expect(stored.map(key).toSorted()).toEqual(room.sent.messages.map(key).toSorted());
      expect(stored.every(({ streamId }) => streamId === room.roomId)).toBe(true);
    });
  });

  it("numbers a room without a gap, from CONNECTED to DISCONNECTED", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      unknown(room, 20);
      await waitFor(async () => expect((await status(broker)).counters.published).toBe(21));
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      expect(await broker.call("ingest.list", {})).toEqual([]);
    });
    const all = await entries();
    expect(all.map(({ seqNo }) => Number(seqNo))).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    expect(all[0]).toMatchObject({ type: "ControlEvent.CONNECTED", encoding: "json", provider: "direct" });
    expect(JSON.parse(all[0]?.data as string)).toMatchObject({
      uniqueId: "alice",
      channelId: "00000000-0000-4000-8000-00000000000c",
      owner: { userId: expect.stringMatching(/^\d+$/) },
    });
    expect(all.at(-1)?.type).toBe("ControlEvent.DISCONNECTED");
    expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it("reconnects after a cut with a new session, says what it missed, and does not take re-sent history twice", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      unknown(room, 10);
      await waitFor(async () => expect((await status(broker)).counters.published).toBe(11));
      misbehave(room, "resendHistory", { count: 10 });
      misbehave(room, "reset", {});
      await waitFor(async () => expect(await types()).toContain("ttlc.Gap"));
      await waitFor(async () => expect((await status(broker)).counters.duplicates).toBe(10));
      const all = await entries();
      const [disconnected, connected, gap] = all.slice(11);
      expect([disconnected?.type, connected?.type, gap?.type]).toEqual([
        "ControlEvent.DISCONNECTED",
        "ControlEvent.CONNECTED",
        "ttlc.Gap",
      ]);
      expect(disconnected?.sessionId).toBe(all[0]?.sessionId);
      expect(connected?.sessionId).not.toBe(all[0]?.sessionId);
      expect(JSON.parse(gap?.data as string)).toEqual({
        from: JSON.parse(JSON.stringify(disconnected?.ingestedAt)),
        to: connected?.timestamp,
        why: "disconnected",
        seqNoBefore: 12,
        seqNoAfter: 13,
      });
      expect(all).toHaveLength(14);
    });
  });

  it("covers with a gap what it missed since a cut that came while it waited for Redis", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      await redis.config("SET", "maxmemory", "1");
      misbehave(room, "reset", {});
      await becomes(broker, "reconnecting");
      await waitFor(() => expect(room.wire.clients).toBe(1));
      misbehave(room, "reset", {});
      await waitFor(() => expect(room.wire.clients).toBe(0));
      await redis.config("SET", "maxmemory", "0");
      const facts = async () => (await entries()).filter(({ encoding }) => encoding === "json");
      await waitFor(async () => expect((await facts()).filter(({ type }) => type === "ttlc.Gap")).toHaveLength(2));
      const [, , , , cut, , gap] = await facts();
      expect([cut?.type, gap?.type]).toEqual(["ControlEvent.DISCONNECTED", "ttlc.Gap"]);
      const writtenAt = Number.parseInt((await redis.xrange("ttlc:raw", "-", "+"))[2]?.[0] as string, 10);
      expect(Date.parse(cut?.timestamp as string)).toBeLessThan(writtenAt);
      expect(JSON.parse(gap?.data as string)).toMatchObject({ from: cut?.timestamp });
    });
  });

  it("closes the session of an ingest that was killed, and covers the time with a gap", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      unknown(room, 2);
      await waitFor(async () => expect((await status(broker)).counters.published).toBe(3));
      // as a kill -9 would: Redis remembers an open session
      await redis.hset(`ttlc:room:${room.roomId}`, "cutAt", "");
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await redis.hset(`ttlc:room:${room.roomId}`, "cutAt", "");
      await connect(broker);
      await waitFor(async () => expect(await types()).toContain("ttlc.Gap"));
    });
    const all = await entries();
    const gap = all.find(({ type }) => type === "ttlc.Gap");
    const lost = all.at(-4);
    expect(JSON.parse(gap?.data as string)).toMatchObject({ why: "ingest_lost", seqNoAfter: Number(gap?.seqNo) - 1 });
    expect(lost).toMatchObject({ type: "ControlEvent.DISCONNECTED", sessionId: all[0]?.sessionId });
  });

  it("closes what a killed ingest left of a broadcast that does not come back", async () => {
    const room = open();
    const sessionId = "00000000-0000-4000-8000-0000000000aa";
    const left = { streamId: "7299", sessionId, lastAt: "2026-03-01T12:00:00.000Z" };
    await withBroker([fakeStorage([left]), ingest], config(), async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      const [closed, connected] = await entries();
      const { streamId, lastAt } = left;
      expect(closed).toMatchObject({ type: "ControlEvent.DISCONNECTED", streamId, sessionId, timestamp: lastAt });
      expect(connected).toMatchObject({ type: "ControlEvent.CONNECTED", streamId: room.roomId });
      expect(await types()).not.toContain("ttlc.Gap");
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await tiktok.stop();
    });
  });

  it("follows a room in one process at a time, and writes nothing of it in another", async () => {
    const room = open();
    await run(async (first) => {
      await connect(first);
      await becomes(first, "live");
      await withBroker([ingest], config(), async (second) => {
        await connect(second);
        expect(await status(second)).toMatchObject({ state: "live", node: first.nodeID });
        unknown(room, 5);
        await waitFor(async () => expect((await status(second)).counters.published).toBe(6));
        expect(await second.call("ingest.rooms", {}, { nodeID: second.nodeID })).toEqual([]);
        expect(await second.call("ingest.disconnect", { uniqueId: "alice" })).toMatchObject({ state: "ended" });
        expect([await status(first), await status(second)]).toEqual([undefined, undefined]);
      });
    });
    expect(room.wire.clients).toBe(0);
    const facts = (await entries()).filter(({ encoding }) => encoding === "json");
    expect(facts.map(({ type }) => type)).toEqual(["ControlEvent.CONNECTED", "ControlEvent.DISCONNECTED"]);
  });

  it("is silent when it has lost a room, and goes on with it once the other process has died in it", async () => {
    const room = open();
    const left: object[] = [];
    await withBroker([fakeStorage(left), ingest], config(), async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      const owner = "ttlc:owner:live:alice";
      await redis.hset(owner, { node: "other", token: "1", until: Date.now() + 60_000 });
      await becomes(broker, "waiting");
      expect(await status(broker)).toMatchObject({
        node: "other",
        reason: expect.stringMatching(/^OWNED_ELSEWHERE: /),
      });
      expect(await types()).not.toContain("ControlEvent.DISCONNECTED"); // that is for the other one to say
      const sessionId = "00000000-0000-4000-8000-000000000009";
      await redis.hset(`ttlc:room:${room.roomId}`, { sessionId, cutAt: "" });
      left.push({ streamId: room.roomId, sessionId, lastAt: new Date().toISOString() });
      await redis.hset(owner, { until: 1 });
      await becomes(broker, "live");
      const { published } = (await status(broker)).counters;
      unknown(room, 5);
      await waitFor(async () => expect((await status(broker)).counters.published).toBe(published + 5));
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await tiktok.stop();
    });
    const closed = (await entries()).filter(({ type }) => type === "ControlEvent.DISCONNECTED");
    expect(closed.map(({ sessionId }) => sessionId)).toContain("00000000-0000-4000-8000-000000000009");
  });

  it("is fenced when it speaks of a room before it knows that it has lost it", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      unknown(room, 3);
      const owner = "ttlc:owner:live:alice";
      const until = await redis.hget(owner, "until");
      await waitFor(async () => expect(await redis.hget(owner, "until")).not.toBe(until)); // it asks in 1.5 s again
      await redis.hset(owner, { node: "other", token: "1", until: Date.now() + 60_000 });
      misbehave(room, "reset", {});
      await becomes(broker, "waiting");
      expect((await status(broker)).reason).toContain("OWNED_ELSEWHERE");
      expect(await broker.call("ingest.stats", {})).toMatchObject({ wanted: 1, fenced: 1 });
      expect(await types()).not.toContain("ControlEvent.DISCONNECTED");
    });
    expect(room.wire.clients).toBe(0);
  });

  it("goes on numbering upwards after FLUSHALL, two reconnects and a restart of Redis", async () => {
    const room = open();
    const read = new Map<string, number>(); // by entry id: a killed Redis may have forgotten that the stream was deleted
    const collect = async () => {
      for (const [id, words] of await redis.xrange("ttlc:raw", "-", "+")) read.set(id, Number(fieldsOf(words).seqNo));
    };
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      const publishes = async (count: number) => {
        const { published } = (await status(broker)).counters;
        unknown(room, count);
        await waitFor(async () =>
          expect((await status(broker)).counters.published).toBeGreaterThanOrEqual(published + count),
        );
      };
      await publishes(5);
      for (let cut = 0; cut < 2; cut++) {
        misbehave(room, "close", {});
        await becomes(broker, "reconnecting");
        await becomes(broker, "live");
        await publishes(5);
      }
      await collect();
      await redis.flushall();
      await publishes(5);
      await collect();
      await redis.del("ttlc:raw");
      await server.kill();
      await server.start();
      await publishes(5);
      await waitFor(async () => expect(await entries()).not.toEqual([]));
      await collect();
    });
    const seen = [...read.values()];
    expect(seen.length).toBeGreaterThan(25);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("publishes what is over the size cap without its data, counted", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      misbehave(room, "oversize", { bytes: 300_000 });
      await waitFor(async () => expect((await status(broker)).counters).toMatchObject({ tooLarge: 1, published: 2 }));
      expect((await entries())[1]).toMatchObject({ type: "WebcastChatMessage", data: "" });
    });
  });

  it("reports a frame that cannot be unpacked and goes on", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      misbehave(room, "corruptGzip", {});
      unknown(room);
      await waitFor(async () => expect((await status(broker)).counters.received).toBe(1));
      await waitFor(async () => expect(await types()).toContain("ControlEvent.ERROR"));
      const error = (await entries()).find(({ type }) => type === "ControlEvent.ERROR");
      expect(JSON.parse(error?.data as string)).toMatchObject({ code: "FRAME_UNDECODABLE" });
    });
  });

  it.each([
    ["429 with Retry-After", { status: 429, retryAfterSec: 1 }, "SIGN_RATE_LIMITED"],
    ["500", { status: 500 }, "SIGN_UNAVAILABLE"],
  ])("tries again after a signer that answers %s", async (_name, fault, code) => {
    const room = open();
    await run(async (broker) => {
      misbehave(room, "refuseSigning", { count: 1, ...fault });
      await connect(broker);
      await waitFor(async () => {
        const now = await status(broker);
        expect(now).toMatchObject({ state: "reconnecting", reason: expect.stringContaining(code), attempt: 1 });
        expect(Date.parse(now.nextAttemptAt as string)).toBeGreaterThan(Date.parse(now.since));
      });
      await becomes(broker, "live");
    });
  });

  it("gives up when the signer refuses the key, says what to do, and tries again once it is connected again", async () => {
    const room = open();
    await run(async (broker) => {
      misbehave(room, "refuseSigning", { count: 1, status: 402 });
      await connect(broker);
      await becomes(broker, "failed");
      expect((await status(broker)).reason).toContain("check EULER_API_KEY");
      await connect(broker);
      await becomes(broker, "live");
    });
  });

  it("tries again after a WebSocket that was refused", async () => {
    const room = open();
    await run(async (broker) => {
      misbehave(room, "refuseUpgrade", { count: 1 });
      await connect(broker);
      await becomes(broker, "reconnecting");
      await becomes(broker, "live");
    });
  });

  it("waits for a streamer who is not live", async () => {
    const room = open();
    room.goOffline();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "waiting");
      expect((await status(broker)).reason).toContain("not live");
    });
  });

  it("stops a room in the middle of connecting without leaving a socket behind", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      expect(room.wire.clients).toBe(0);
    });
  });

  it("says how the stream ended, and closes the session", async () => {
    const room = open();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      room.end("end");
      await becomes(broker, "ended");
      await waitFor(async () => expect((await types()).at(-1)).toBe("ControlEvent.DISCONNECTED"));
      expect(await types()).toContain("WebcastControlMessage");
    });
  });
});
