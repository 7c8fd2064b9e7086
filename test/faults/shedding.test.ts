import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { Service } from "moleculer";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { SessionAccount, SessionLedger } from "../../contracts/api.ts";
import { readLedger } from "../../lib/ledger/read-ledger.ts";
import { fieldsOf } from "../../mixins/streams/codec.ts";
import { connect } from "../../mixins/streams/connection.ts";
import { Belief } from "../../services/ingest/liveness.ts";
import { Ownership } from "../../services/ingest/ownership.ts";
import { openDirect } from "../../services/ingest/providers/direct.ts";
import { Room } from "../../services/ingest/room.ts";
import { RoomLogs, type RoomLogsOptions } from "../../services/ingest/room-logs.ts";
import normalizer from "../../services/normalizer/normalizer.service.ts";
import storage from "../../services/storage/storage.service.ts";
import type { Draft } from "../../simulator/frames.ts";
import { type GiftKind, giftKinds } from "../../simulator/gifts.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import { chat, gift, join, like } from "../../simulator/person-messages.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { caption } from "../../simulator/room-messages.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

/** So small that memory and disk are full after a few frames. */
const MAX_MESSAGES = 200;
const SPOOL_BYTES = 50_000;
/** The load at which the last class is shed, and room for the actor's own facts. */
const MOST_IN_MEMORY = 2 * MAX_MESSAGES + 10;

describeDurable("a room for which neither Redis nor the disk has room", () => {
  let server: TestRedis;
  let database: TestDatabase;
  let redis: Redis;
  let commands: Redis;
  let tiktok: SimulatedTikTok;
  let live: SimulatedRoom;
  let logs: RoomLogs;
  let spoolDir: string;
  let room: Room;
  let stopping: Promise<void> | undefined;
  /** Whether the room has paused its source. */
  let isPaused: boolean;
  /** Lines at level error. */
  let logged: [facts: object, text: string][];
  const logger = {
    error: (facts: object, text: string) => void logged.push([facts, text]),
    warn() {},
    info() {},
  } as unknown as Service["logger"];

  beforeAll(async () => {
    [server, database] = await Promise.all([startTestRedis(), createDatabase()]);
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });
  beforeEach(async () => {
    redis = new Redis(server.url);
    await redis.flushall();
    commands = connect(server.url, "commands");
    await commands.connect();
    tiktok = new SimulatedTikTok();
    await tiktok.start();
    live = tiktok.openRoom({ uniqueId: "alice", rate: 0, record: true });
    spoolDir = await temporaryFolder();
    logged = [];
    isPaused = false;
    await begin();
  });
  afterEach(async () => {
    await allowWrites();
    await stop();
    await logs.stop();
    await tiktok.stop();
    commands.disconnect();
    await redis.quit();
  });

  const begin = async (limits: Partial<RoomLogsOptions> = {}) => {
    logs = await startLogs(limits);
    const ownership = new Ownership({
      redis: commands,
      ...{ uniqueId: "alice", simulated: false, nodeID: "in", token: "1" },
    });
    await ownership.claim();
    room = new Room({
      ...{ uniqueId: "alice", provider: "direct", node: "in", logs, logger, maxAttempts: 0, newId: randomUUID },
      nextPollMs: () => 3_000,
      open: async (streamId, listener, signal) => {
        const endpoints = { signUrl: tiktok.url, webHost: tiktok.url, webcastHost: tiktok.url };
        const belief = new Belief();
        const source = await openDirect({
          ...{ provider: "direct", uniqueId: "alice", streamId, endpoints, belief, listener, signal },
        });
        const pause = () => {
          isPaused = true;
          source.pause();
        };
        const resume = () => {
          isPaused = false;
          source.resume();
        };
        return { ...source, pause, resume };
      },
      ownership,
      onLost() {},
      openSessions: async () => [],
      channelOf: async () => "00000000-0000-4000-8000-00000000000c",
      refuse: async () => {},
      onChange() {},
    });
    stopping = undefined;
    room.start();
    await waitFor(() => expect(room.status.state).toBe("live"));
  };

  const startLogs = async (limits: Partial<RoomLogsOptions> = {}) => {
    const started = new RoomLogs({
      ...{ redis: commands, logger, spoolDir, spoolMaxBytes: SPOOL_BYTES, maxMessages: MAX_MESSAGES, maxPausedMs: 100 },
      ...limits,
      seedOf: async () => ({ seed: 0, last: null }),
    });
    await started.start();
    return started;
  };
  const stop = () => {
    stopping ??= room.stop();
    return stopping;
  };
  /** Sends `count` of what `make` makes and waits until the room has taken them all. */
  const send = async (count: number, make: (n: number) => Draft) => {
    for (let n = 0; n < count; n += 10)
      live.say(...Array.from({ length: Math.min(10, count - n) }, (_, i) => make(n + i)));
    await waitFor(() => expect(room.status.counters.received).toBe(live.sent.total));
  };
  const aLike = (n: number) => like(live.host, 1, n);
  const aJoin = (n: number) => join(live.host, n);
  const aChat = (n: number) => chat(live.host, { content: `line ${n}` });
  const aGift = () => gift(live.host, { kind: giftKinds[0] as GiftKind, count: 1, groupId: live.newId(), isEnd: true });
  const aCaption = (n: number) => caption(`word ${n}`, n);

  const refuseWrites = () => redis.config("SET", "maxmemory", "1");
  const allowWrites = () => redis.config("SET", "maxmemory", "0");
  /** Fills disk and memory with likes. */
  const untilItSheds = async () => {
    await refuseWrites();
    await waitFor(() => {
      live.say(...Array.from({ length: 10 }, (_, n) => aLike(n)));
      expect(room.status.sheddingSince).toBeDefined();
    });
    await waitFor(() => expect(room.status.counters.received).toBe(live.sent.total));
  };
  const droppedSoFar = () => ({ ...room.status.dropped.overload });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const inMemory = () => {
    const { counters, spool } = room.status;
    return counters.received - counters.published - (spool?.messages ?? 0) - sum(Object.values(droppedSoFar()));
  };
  const entries = async () => (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
  const ofTikTok = async () => (await entries()).filter(({ encoding }) => encoding === "base64");
  const gaps = async () =>
    (await entries()).filter(({ type }) => type === "ttlc.Gap").map(({ data }) => JSON.parse(data as string));
  const overloads = async () => (await gaps()).filter(({ why }) => why === "overload");
  /** The ledger of a session once nothing is on its way any more. */
  const settledLedger = (sessionId: string) => {
    const config = testConfig({ REDIS_URL: server.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" });
    return withBroker([storage, normalizer], config, async (broker) => {
      const askStorage = (params: object) => broker.call<SessionAccount, object>("storage.sessionAccount", params);
      const ledger = () => readLedger(redis, askStorage, sessionId);
      await waitFor(async () => expect(await ledger()).toMatchObject({ waiting: 0, inFlight: [] }));
      return (await ledger()) as SessionLedger;
    });
  };

  it("drops likes and joins, then what is neither, and chats and gifts only at the end of its memory", async () => {
    await send(10, aChat);
    await untilItSheds();

    const atFirst = droppedSoFar();
    await send(300, (n) => (n % 2 ? aLike(n) : aJoin(n)));
    await send(20, aChat);
    await send(20, aGift);
    expect(droppedSoFar()).toEqual({ ...atFirst, crowd: atFirst.crowd + 300 });

    await send(100, aCaption);
    const others = droppedSoFar();
    expect(others).toMatchObject({ crowd: atFirst.crowd + 300, vital: 0 });
    expect(others.other).toBeGreaterThan(0);

    await send(30, aGift);
    expect(droppedSoFar()).toEqual(others);
    expect(inMemory()).toBeLessThanOrEqual(MOST_IN_MEMORY);
    await send(200, aChat);
    const { crowd, other, vital } = droppedSoFar();
    expect({ crowd, other }).toEqual({ crowd: others.crowd, other: others.other });
    expect(vital).toBeGreaterThan(100);
    expect(inMemory()).toBeLessThanOrEqual(MOST_IN_MEMORY);

    await allowWrites();
    await waitFor(() => expect(room.status.sheddingSince).toBeUndefined());
    await send(5, aLike);
    const { sessionId = "" } = room.status;
    await stop();
    const all = await entries();
    expect(all.at(-1)?.type).toBe("ControlEvent.DISCONNECTED");
    const kept = Object.groupBy(all, ({ type }) => type as string);
    expect(kept.WebcastGiftMessage).toHaveLength(50);
    expect(kept.WebcastChatMessage).toHaveLength(10 + 20 + 200 - vital);
    expect(live.sent.total).toBe((await ofTikTok()).length + crowd + other + vital);

    const told = await overloads();
    expect(sum(told.map(({ count }) => count))).toBe(crowd + other + vital);
    for (const { from, to } of told) expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse(to));
    expect(await settledLedger(sessionId)).toMatchObject({
      received: live.sent.total,
      dropped: { overload: crowd + other + vital },
      balance: { ok: true, unexplained: [] },
      gaps: told,
    });
  });

  it("leaves word of all that it gave up when it is stopped before Redis is back", async () => {
    await untilItSheds();
    await send(50, aLike);
    await send(50, aChat);
    const { sessionId = "" } = room.status;
    const overload = sum(Object.values(droppedSoFar()));
    const stopped = inMemory() + 1; // CONNECTED is published, and was not received
    await stop();
    await logs.stop();
    expect(logged.filter(([, text]) => /given up/.test(text))).toEqual([
      [expect.objectContaining({ streamId: room.status.streamId, messages: stopped, facts: 0 }), expect.any(String)],
    ]);
    expect(logged.filter(([, text]) => text === "not published")).toEqual([]);

    await allowWrites();
    logs = await startLogs();
    await waitFor(async () => expect((await entries()).at(-1)?.type).toBe("ControlEvent.DISCONNECTED"));
    expect((await gaps()).map(({ why, count }) => [why, count]).toSorted()).toEqual([
      ["overload", overload],
      ["stopped", stopped],
    ]);
    expect(await settledLedger(sessionId)).toMatchObject({
      received: live.sent.total,
      dropped: { overload, stopped },
      balance: { ok: true, unexplained: [] },
    });
  });

  it("says what was dropped before it says that a session has ended", async () => {
    await untilItSheds();
    await send(50, aLike);
    const { sessionId } = room.status;
    misbehave(live, "reset", {});
    await waitFor(() => expect(room.status.state).not.toBe("live"));
    const dropped = sum(Object.values(droppedSoFar()));
    await allowWrites();
    await waitFor(() =>
      expect(room.status).toMatchObject({ state: "live", sessionId: expect.not.stringMatching(sessionId as string) }),
    );
    const ofSession = (await entries()).filter((entry) => entry.sessionId === sessionId);
    expect(ofSession.slice(-2).map(({ type }) => type)).toEqual(["ttlc.Gap", "ControlEvent.DISCONNECTED"]);
    expect((await overloads()).map(({ count }) => count)).toEqual([dropped]);
    const counters = await redis.hgetall(`ttlc:ledger:${sessionId}`);
    const of = (field: string) => Number(counters[field]);
    expect(of("dropped:overload")).toBe(dropped);
    expect(of("received") + of("facts")).toBe(of("published") + dropped);
  });

  it("only logs an ERROR meanwhile, also when it cannot connect", async () => {
    await untilItSheds();
    misbehave(live, "refuseUpgrade", { count: 1 });
    misbehave(live, "reset", {});
    await waitFor(() =>
      expect(room.status).toMatchObject({ state: "reconnecting", reason: expect.stringMatching(/^[A-Z_]+: /) }),
    );
    await allowWrites();
    await waitFor(() => expect(room.status.state).toBe("live"));
    expect((await entries()).map(({ type }) => type)).not.toContain("ControlEvent.ERROR");
  });

  it("logs what it dropped last when another process has taken the room: it may not tell", async () => {
    await untilItSheds();
    await send(50, aLike);
    const count = sum(Object.values(droppedSoFar()));
    const owner = { redis: commands, uniqueId: "alice", simulated: false, nodeID: "other", token: "2" };
    const other = new Ownership(owner);
    await redis.del(other.fence.key);
    expect(await other.claim()).toBe(true);
    await waitFor(() => {
      const facts = { streamId: room.status.streamId, why: "overload", from: expect.any(String), count };
      expect(logged).toContainEqual([expect.objectContaining(facts), expect.stringContaining("not ours to tell")]);
    });
    await stop();
    await other.release();
  });

  it("drops nothing while it is paused for a moment only", async () => {
    await stop();
    await logs.stop();
    await begin({ maxPausedMs: 60_000, spoolMaxBytes: 8 * SPOOL_BYTES });
    await refuseWrites();
    await waitFor(() => {
      live.say(...Array.from({ length: 10 }, (_, n) => aLike(n)));
      expect(logged.map(([, text]) => text)).toContain("the spool takes no more: messages wait in memory");
      expect(isPaused).toBe(true);
    });
    expect(room.status.spool?.messages).toBeGreaterThan(MAX_MESSAGES / 2);
    for (let n = 0; n < 30; n++) live.say(aLike(n)); // they wait in the socket
    await allowWrites();
    await waitFor(() => expect(room.status.counters.received).toBe(live.sent.total));
    await waitFor(() => expect(room.status).not.toHaveProperty("spool"));
    await waitFor(async () => expect(await ofTikTok()).toHaveLength(live.sent.total));
    expect(droppedSoFar()).toEqual({ crowd: 0, other: 0, vital: 0 });
    expect(await gaps()).toEqual([expect.objectContaining({ why: "disconnected" })]);
  });
});
