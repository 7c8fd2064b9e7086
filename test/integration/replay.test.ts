import { randomUUID } from "node:crypto";
import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ErrorBody, Page, ServedEvent, SessionAccount, SessionItem } from "../../contracts/api.ts";
import { type Job, jobSchema } from "../../contracts/job.ts";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { ReplayStatus } from "../../contracts/replay.ts";
import { eventTypes, type UnifiedEvent } from "../../contracts/unified-event.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";
import { readLedger } from "../../lib/ledger/read-ledger.ts";
import { openReaders, readIn } from "../../mixins/postgres-reader.mixin.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import type { ReplayMessage } from "../../services/ingest/providers/replay.ts";
import { MovedError, NotOwnerError, ReplayLog } from "../../services/ingest/replay-log.ts";
import normalizer from "../../services/normalizer/normalizer.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { Crowd, createHost } from "../../simulator/crowd.ts";
import { commonOf, seal } from "../../simulator/frames.ts";
import { chat, follow, join, like } from "../../simulator/person-messages.ts";
import { Random } from "../../simulator/random.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { KEY, urlOf } from "../support/gateway.ts";
import { recordedRows } from "../support/recording.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const isJob = createAjv().compile(jobSchema);

let streamId: string;
let sessionA: string;
let sessionB: string;
const startedAt = Date.parse("2026-03-01T12:00:00.000Z");
const at = (seqNo: number) => new Date(startedAt + seqNo * 1_000).toISOString();

const raw = (seqNo: number, fields: Partial<RawEnvelope> = {}): RawEnvelope => ({
  schemaVersion: "raw.v1",
  streamId,
  sessionId: sessionA,
  source: "live",
  type: "WebcastChatMessage",
  seqNo,
  timestamp: at(seqNo),
  ingestedAt: at(seqNo + 1),
  data: JSON.stringify({ content: `line ${seqNo}`, user: { userId: "6800000001", uniqueId: "anna" } }),
  provider: "direct",
  msgId: String(7_400_000_000 + seqNo),
  isHistory: false,
  encoding: "json",
  ...fields,
});

/** What ingest writes of a room, and what it may: JSON and protobuf, known and unknown, with and without an id. */
function everyKind(): RawEnvelope[] {
  const person = { userId: "6800000001", uniqueId: "anna", nickname: 'Änna "ツ" \\ 😀' };
  const json: [type: string, message: object][] = [
    ["ControlEvent.CONNECTED", { provider: "direct", channelId: randomUUID(), uniqueId: "alice", owner: person }],
    ["WebcastGiftMessage", { giftId: "5655", repeatCount: 2, groupId: "77", user: person, gift: { diamondCount: 3 } }],
    ["WebcastEmoteChatMessage", { user: person }],
    ["WebcastRoomUserSeqMessage", { total: "12" }],
    ["WebcastMemberMessage", { action: 3, user: person }],
    ["WebcastSocialMessage", { action: 3, user: person }],
    ["WebcastSocialMessage", { action: 77, user: person }],
    ["WebcastLinkMicArmies", {}],
    ["WebcastQuestionNewMessage", { details: { text: "why?" } }],
    ["WebcastControlMessage", { action: 3 }],
    ["ttlc.Gap", { from: at(1), to: at(2), why: "reconnect", seqNoBefore: 1, seqNoAfter: 2, count: 3 }],
    ["ttlc.SourceSwitched", { from: "direct", to: "euler", why: "errors" }],
    ["ControlEvent.ERROR", { code: "CONNECTOR_ERROR", message: "went wrong" }],
    ["ControlEvent.DISCONNECTED", { code: 1006, reason: "connection lost" }],
  ];
  const random = new Random("replay");
  const crowd = new Crowd(1, 20);
  const drafts = [
    chat(crowd.pick(random), { content: "hello" }),
    join(crowd.pick(random), 3),
    like(crowd.pick(random), 15, 4_000),
    follow(crowd.pick(random), createHost("alice"), 3),
  ];
  const frames = drafts.map((draft, i) => {
    const { method, payload } = seal(draft, commonOf(draft, { msgId: String(i + 1), roomId: streamId, at: startedAt }));
    return { type: method, data: Buffer.from(payload).toString("base64") };
  });
  const recorded = recordedRows().map(({ type, payload }) => ({ type, data: payload }));
  const unusual: Partial<RawEnvelope>[] = [
    { type: "WebcastNovelMessage", data: "CAESAmhp", encoding: "base64" },
    { type: "WebcastChatMessage", isHistory: true },
    { type: "WebcastLikeMessage", data: '{"count":2,"user":{"userId":"6800000002"}}', provider: "simulator" },
  ];
  const messages: Partial<RawEnvelope>[] = [
    ...json.map(([type, message]) => ({ type, data: JSON.stringify(message) })),
    ...[...frames, ...recorded].map((frame) => ({ ...frame, encoding: "base64" as const })),
    ...unusual,
  ];
  const all = messages.map((fields, i) => raw(i, fields));
  const { encoding: _, ...tooLarge } = raw(all.length, { type: "WebcastGiftMessage", data: "" });
  const { msgId: __, ...withoutId } = raw(all.length + 1);
  return [...all, tooLarge, withoutId];
}

/** What a replay must keep. */
const kept = ({ sessionId: _, source: __, ingestedAt: ___, ...event }: UnifiedEvent) => event;
/** As it was stored, without what is attached when it is served. */
const asStored = ({ inherited: _, ...event }: ServedEvent) => kept(event as UnifiedEvent);

describe("a replay", () => {
  let server: TestRedis;
  let database: TestDatabase;
  let redis: Redis;
  let db: ConnectionPool;
  let broker: ServiceBroker;
  let streams = 0;

  beforeAll(async () => {
    [server, database] = await Promise.all([startTestRedis(), createDatabase()]);
    redis = new Redis(server.url);
    db = openPool(database.url);
    const config = testConfig({
      REDIS_URL: server.url,
      DATABASE_URL: database.url,
      TTLC_ADMIN_KEY: KEY,
      LOG_LEVEL: "fatal",
    });
    broker = new ServiceBroker(brokerOptions(config));
    for (const service of [ingest, normalizer, storage, gateway]) broker.createService(service);
    await broker.start();
    await waitFor(async () => expect(await redis.exists("ttlc:raw", "ttlc:events")).toBe(2));
  });
  afterAll(async () => {
    await broker.stop();
    redis.disconnect();
    await db.dispose();
    await server.stop();
    await database.drop();
  });
  beforeEach(() => {
    streamId = String(7_300_000_000_000 + ++streams);
    [sessionA, sessionB] = [randomUUID(), randomUUID()];
  });

  const store = async (messages: readonly RawEnvelope[]) => {
    const pipeline = redis.pipeline();
    for (const message of messages) pipeline.xadd("ttlc:raw", "*", ...encode("ttlc:raw", message));
    await pipeline.exec();
    await waitFor(async () =>
      expect(await broker.call("storage.stream", { streamId })).toMatchObject({ events: messages.length }),
    );
  };
  const start = (wanted: object) => broker.call<ReplayStatus, object>("ingest.replay", wanted);
  const status = ({ sessionId }: { sessionId: string }) =>
    broker.call<ReplayStatus, object>("ingest.replayStatus", { sessionId });
  const history = async (sessionId: string) => {
    const items: ServedEvent[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const query = { sessionId, limit: 200, ...(after && { after }) };
      const page: Page<ServedEvent> = await broker.call("storage.history", query);
      items.push(...page.items);
      after = page.next;
    }
    return items;
  };
  const replayed = async ({ sessionId }: { sessionId: string }) => {
    const entries = (await redis.xrange("ttlc:events", "-", "+")).map(([, words]) => fieldsOf(words));
    const events = entries.map(({ event }) => JSON.parse(event as string) as UnifiedEvent);
    return events.filter((event) => event.sessionId === sessionId);
  };
  /** Through to storage, too. */
  const done = async (replay: ReplayStatus) => {
    await waitFor(async () => expect(await status(replay)).toMatchObject({ state: "done" }));
    await waitFor(async () => expect(await history(replay.sessionId)).toHaveLength(replay.total));
    return replayed(replay);
  };
  const tables = async () => {
    const names = [
      "events",
      "event_pii",
      "users",
      "streams",
      "sessions",
      "session_users",
      "stream_users",
      "gift_streaks",
    ];
    const counted = ["session_minutes", "duplicate_entries", "dead_letters", "channels"];
    return Promise.all(
      [...names, ...counted].map((name) => db.query(sql`select t::text as row from ${sql.ident(name)} t order by 1`)),
    );
  };

  it("gives the same events as were stored, of every kind, and stores and counts nothing twice", async () => {
    const messages = everyKind();
    await store(messages);
    const original = await history(sessionA);
    expect(new Set(original.map(({ eventType }) => eventType))).toEqual(new Set(eventTypes));
    const before = await tables();

    const replay = await start({ sessionId: sessionA });
    expect(replay).toMatchObject({ of: sessionA, streamId, speed: "max", total: messages.length });
    const events = await done(replay);

    expect(events.map(kept)).toEqual(original.map(asStored));
    expect(new Set(events.map(({ source }) => source))).toEqual(new Set(["replay"]));
    expect(await tables()).toEqual(before);
    expect(await status(replay)).toMatchObject({ published: messages.length, endedAt: expect.any(String) });
    expect(await history(replay.sessionId)).toEqual(
      original.map((event) => ({ ...event, sessionId: replay.sessionId, source: "replay" })),
    );
    const { items } = await broker.call<Page<SessionItem>, object>("storage.sessions", {});
    expect(items).toMatchObject([
      {
        sessionId: replay.sessionId,
        source: "replay",
        replayOf: sessionA,
        provider: "direct",
        events: messages.length,
      },
      { sessionId: sessionA, source: "live" },
    ]);
    expect(items[1]).not.toHaveProperty("replayOf");
    const ask = (params: object) => broker.call<SessionAccount, object>("storage.sessionAccount", params);
    expect(await readLedger(redis, ask, replay.sessionId)).toMatchObject({
      received: messages.length,
      published: messages.length,
      normalised: messages.length,
      stored: 0,
      returned: messages.length,
      balance: { ok: true, unexplained: [] },
    });
  });

  it("sends what is not personal where the rest was erased", async () => {
    await store([raw(1), raw(2, { type: "WebcastGiftMessage", data: '{"giftId":"5655","repeatCount":2}' }), raw(3)]);
    await db.query(sql`
        delete from event_pii where event_id in (select event_id from events where session_id = ${sessionA} and seq_no in (1, 2))`);
    const [chat, gift, whole] = await done(await start({ sessionId: sessionA }));
    expect(chat).toMatchObject({ eventType: "CHAT", user: null, payload: { message: "" } });
    expect(gift).toMatchObject({ eventType: "GIFT", user: null, payload: { giftId: "5655", giftCount: 2 } });
    expect(whole).toMatchObject({ user: { uniqueId: "anna" }, payload: { message: "line 3" } });
    const entries = (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
    const [entry] = entries.filter((each) => each.streamId === streamId).slice(3);
    expect(entry).toMatchObject({ source: "replay", encoding: "canonical", seqNo: "1" });
    expect(entry?.data).not.toContain("anna");
  });

  it("sends the sessions of a broadcast as one, in the order of the room", async () => {
    const messages = [1, 2, 5, 3, 4, 6].map((seqNo, i) => raw(seqNo, { sessionId: i < 3 ? sessionA : sessionB }));
    await store(messages);
    const replay = await start({ streamId });
    expect(replay).toMatchObject({ of: null, total: 6 });
    expect((await done(replay)).map(({ seqNo }) => seqNo)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("ends where it is cancelled, and that is final", async () => {
    await store([raw(1), raw(3_600)]);
    const replay = await start({ sessionId: sessionA, speed: 1 });
    await waitFor(async () => expect(await history(replay.sessionId)).toHaveLength(1));
    for (const spelling of [sessionA, sessionA.toUpperCase()]) {
      expect(await start({ sessionId: spelling })).toMatchObject({ sessionId: replay.sessionId, published: 1 });
    }
    expect(await broker.call("ingest.cancelReplay", { sessionId: replay.sessionId })).toMatchObject({
      state: "cancelled",
      published: 1,
      total: 2,
    });
    const again = await start({ sessionId: sessionA });
    expect(again.sessionId).not.toBe(replay.sessionId);
    expect(await done(again)).toHaveLength(2);
    expect(await replayed(replay)).toHaveLength(1);
    expect(await status(replay)).toMatchObject({ state: "cancelled" });
  });

  it("ends where it is cancelled, however its id is spelled", async () => {
    await store([raw(1), raw(3_600)]);
    const { sessionId } = await start({ sessionId: sessionA, speed: 1 });
    await waitFor(async () => expect(await status({ sessionId })).toMatchObject({ published: 1 }));
    const owner = `ttlc:replay:${sessionId}:owner`;
    expect(await redis.exists(owner)).toBe(1);
    expect(await broker.call("ingest.cancelReplay", { sessionId: sessionId.toUpperCase() })).toMatchObject({
      ...{ sessionId, state: "cancelled", published: 1 },
    });
    expect(await redis.exists(owner)).toBe(0);
  });

  it("is gone on with by the next ingest, where the last one left it", async () => {
    await store([raw(1), raw(2), raw(3_600), raw(3_601)]);
    const replay = await start({ sessionId: sessionA, speed: 1 });
    await waitFor(async () => expect(await replayed(replay)).toHaveLength(2));
    await broker.destroyService("ingest");
    await db.query(sql`update replays set speed = null where session_id = ${replay.sessionId}`);
    broker.createService(ingest);
    expect((await done(replay)).map(({ seqNo }) => seqNo)).toEqual([1, 2, 3_600, 3_601]);
  });

  const ask = async <Body = ReplayStatus & { items: ServedEvent[] }>(method: string, path: string, body?: object) => {
    const headers = { "x-api-key": KEY, "content-type": "application/json" };
    const response = await fetch(urlOf(broker) + path, { method, headers, body: body ? JSON.stringify(body) : null });
    const location = response.headers.get("location");
    return { status: response.status, body: (await response.json()) as Body, location };
  };

  it("stays paused over a restart of ingest, and goes on when it is resumed, at another speed", async () => {
    await store([raw(1), raw(2), raw(3_600), raw(3_601)]);
    const { location } = await ask("POST", `/sessions/${sessionA}/replay`, { speed: 1 });
    const path = location as string;
    const job = async (method: string, at = path, body?: object) => {
      const answer = await ask<Job>(method, at, body);
      expect(isJob(answer.body), JSON.stringify(isJob.errors)).toBe(true);
      return answer.body;
    };
    await waitFor(async () => expect((await job("GET")).progress).toMatchObject({ done: 2, total: 4, percent: 50 }));
    expect(await job("GET")).toMatchObject({
      ...{ kind: "replay", state: "running", endedAt: null },
      progress: { perSecond: expect.any(Number), secondsLeft: 3_599 },
      replay: { of: sessionA, streamId, speed: 1, from: at(1), to: at(3_601), reachedAt: at(2) },
    });
    expect(await job("POST", `${path}/pause`)).toMatchObject({ state: "paused", progress: { secondsLeft: null } });
    expect(await job("POST", `${path}/pause`)).toMatchObject({ state: "paused" });
    const sessionId = path.slice("/jobs/".length);
    expect(await start({ sessionId: sessionA })).toMatchObject({ sessionId, state: "paused" }); // the same, not another
    await broker.destroyService("ingest");
    broker.createService(ingest);
    await waitFor(async () => expect(await job("PATCH", path, { speed: "max" })).toMatchObject({ state: "paused" }));
    expect(await replayed({ sessionId })).toHaveLength(2);
    expect(await redis.exists(`ttlc:replay:${sessionId}:owner`)).toBe(0);
    expect(await job("POST", `${path}/resume`)).toMatchObject({ state: "running", replay: { speed: "max" } });
    expect((await done(await status({ sessionId }))).map(({ seqNo }) => seqNo)).toEqual([1, 2, 3_600, 3_601]);
    expect(await job("GET")).toMatchObject({ progress: { done: 4, percent: 100 }, replay: { reachedAt: at(3_601) } });
    expect(await ask<ErrorBody>("POST", `${path}/resume`)).toMatchObject({
      status: 409,
      body: { error_code: "JOB_OVER" },
    });
    expect(await job("DELETE")).toMatchObject({ state: "done" });
  });

  it("takes another speed while it runs", async () => {
    await store([raw(1), raw(3_600)]);
    const replay = await start({ sessionId: sessionA, speed: 1 });
    await waitFor(async () => expect(await status(replay)).toMatchObject({ published: 1 }));
    expect(await ask<Job>("PATCH", `/jobs/${replay.sessionId}`, { speed: "max" })).toMatchObject({ status: 200 });
    expect(await done(replay)).toHaveLength(2);
  });

  it("is listed among the jobs, and stopped as one", async () => {
    await store([raw(1), raw(3_600)]);
    const replays = [await start({ sessionId: sessionA, speed: 1 }), await start({ streamId, speed: 1 })];
    const [newest, oldest] = replays.toReversed().map(({ sessionId }) => sessionId);
    const first = await ask<Page<Job>>("GET", "/jobs?limit=1");
    expect(first.body.items).toMatchObject([{ jobId: newest, state: "running", replay: { of: null } }]);
    const second = await ask<Page<Job>>("GET", `/jobs?limit=1&after=${first.body.next}`);
    expect(second.body.items).toMatchObject([{ jobId: oldest }]);
    expect(await ask("POST", `/jobs/${oldest}/pause`)).toMatchObject({ status: 200 });
    for (const id of [oldest, newest]) {
      expect(await ask<Job>("DELETE", `/jobs/${id}`)).toMatchObject({ status: 200, body: { state: "cancelled" } });
    }
    for (const [method, path] of [
      ["GET", ""],
      ["POST", "/pause"],
      ["POST", "/resume"],
      ["DELETE", ""],
    ] as const) {
      expect(await ask<ErrorBody>(method, `/jobs/${sessionA}${path}`)).toMatchObject({ status: 404 });
    }
    expect(await ask<ErrorBody>("PATCH", `/jobs/${oldest}`, { speed: 0 })).toMatchObject({ status: 400 });
  });

  it("is started, shown and cancelled over HTTP", async () => {
    await store([raw(1), raw(3_600)]);
    const started = await ask("POST", `/sessions/${sessionA}/replay`, { speed: 5 });
    expect(started).toMatchObject({ status: 202, body: { of: sessionA, speed: 5, state: "running", total: 2 } });
    const path = `/sessions/${started.body.sessionId}`;
    await waitFor(async () =>
      expect((await ask("GET", `${path}/events`)).body.items).toMatchObject([{ source: "replay" }]),
    );
    expect(await ask("GET", `${path}/replay`)).toMatchObject({ status: 200, body: { published: 1 } });
    expect(await ask("DELETE", `${path}/replay`)).toMatchObject({ status: 200, body: { state: "cancelled" } });
    expect(await ask("POST", `/streams/${streamId}/replay`, {})).toMatchObject({ status: 202, body: { of: null } });
    expect(await ask("POST", `/sessions/${sessionA}/replay`, { speed: 100 })).toMatchObject({ status: 400 });
    expect(await ask("GET", `/sessions/${sessionA}/replay`)).toMatchObject({ status: 404 });
    expect(await ask("POST", `/sessions/${randomUUID()}/replay`, {})).toMatchObject({
      status: 404,
      body: { error_code: "NOTHING_TO_REPLAY" },
    });
  });

  it("is refused for what is not stored", async () => {
    const missing = start({ sessionId: randomUUID() });
    await expect(missing).rejects.toMatchObject({ code: 404, type: "NOTHING_TO_REPLAY" });
  });

  describe("in Redis", () => {
    const replay = { sessionId: "", streamId: "7300" };
    beforeEach(() => {
      replay.sessionId = randomUUID();
    });
    const begin = { at: { seqNo: -1, eventId: "" }, published: 0 };
    const place = (seqNo: number) => ({ seqNo, eventId: "e" });
    const messages = (...seqNos: number[]): ReplayMessage[] =>
      seqNos.map((seqNo) => ({
        ...{ seq_no: String(seqNo), event_id: "e", received_ms: 0, timestamp_ms: startedAt },
        ...{ facts: "false|direct|base64|WebcastX:", data: "e30=" },
      }));
    const seqNos = async () => {
      const entries = (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
      return entries.filter((entry) => entry.sessionId === replay.sessionId).map(({ seqNo }) => Number(seqNo));
    };

    it("is appended to once, however often a call comes again", async () => {
      const log = new ReplayLog(redis, replay, "a");
      await log.claim(begin);
      for (let i = 0; i < 3; i++) expect(await log.append(messages(1, 2), begin.at, new Date())).toBe(2);
      expect(await log.append(messages(5), place(2), new Date())).toBe(3);
      await expect(log.append(messages(1, 2), begin.at, new Date())).rejects.toEqual(new MovedError(place(5)));
      expect(await seqNos()).toEqual([1, 2, 5]);
    });

    it("can be taken by another process as soon as it is given back", async () => {
      const [first, second] = ["a", "b"].map((token) => new ReplayLog(redis, replay, token)) as [ReplayLog, ReplayLog];
      await first.claim(begin);
      await first.release();
      expect(await second.claim(begin)).toEqual(begin.at);
    });

    it("belongs to one process: who lost it can append nothing", async () => {
      const [first, second] = ["a", "b"].map((token) => new ReplayLog(redis, replay, token)) as [ReplayLog, ReplayLog];
      await first.claim(begin);
      await first.append(messages(1), begin.at, new Date());
      expect(await second.claim(begin)).toBeNull();
      await redis.del(`ttlc:replay:${replay.sessionId}:owner`); // as when it expires
      expect(await second.claim(begin)).toEqual(place(1));
      await expect(first.append(messages(2), place(1), new Date())).rejects.toBeInstanceOf(NotOwnerError);
      await expect(first.renew()).rejects.toBeInstanceOf(NotOwnerError);
      await first.release();
      expect(await second.append(messages(2), place(1), new Date())).toBe(2);
      expect(await seqNos()).toEqual([1, 2]);
    });
  });

  it.each([
    ["users", sql`select * from users`],
    ["replays", sql`update replays set published = 0`],
    ["events", sql`delete from event_pii`],
  ])("is read as a role that may do nothing but that: not touch %s", async (_table, query) => {
    const pool = openReaders(database.url, "test");
    await expect(readIn(pool, (tx) => tx.query(query))).rejects.toThrow(/permission denied|read-only transaction/);
    expect(await readIn(pool, (tx) => tx.query(sql`select count(*) > 0 as some from events`))).toEqual([
      { some: true },
    ]);
    await pool.dispose();
  });
});
