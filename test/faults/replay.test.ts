import { afterAll, beforeAll, expect, it } from "vitest";
import type { Page, SessionItem, SessionLedger } from "../../contracts/api.ts";
import type { Job } from "../../contracts/job.ts";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { ReplayStatus } from "../../contracts/replay.ts";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const sessionId = "00000000-0000-4000-8000-00000000000a";
/** Eight seconds of them; twice as many stay on ttlc:raw. */
const EVENTS = 4_000;
const startedAt = Date.parse("2026-03-01T12:00:00.000Z");

const raw = (seqNo: number): RawEnvelope => ({
  schemaVersion: "raw.v1",
  streamId: "7300000000000000001",
  sessionId,
  source: "live",
  type: "WebcastLikeMessage",
  seqNo,
  timestamp: new Date(startedAt + seqNo * 2).toISOString(),
  ingestedAt: new Date(startedAt + seqNo * 2).toISOString(),
  data: '{"count":1}',
  provider: "direct",
  encoding: "json",
});

describeDurable("an ingest that is killed in the middle of a replay", () => {
  let redis: TestRedis;
  let database: TestDatabase;

  beforeAll(async () => {
    redis = await startTestRedis();
    database = await createDatabase();
  });
  afterAll(async () => {
    await redis.stop();
    await database.drop();
  });

  const sentOf = (replayId: string) =>
    withRedis(redis.url, async (client) => {
      const entries = (await client.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));
      return entries.filter((entry) => entry.sessionId === replayId).map(({ seqNo }) => Number(seqNo));
    });

  it("is followed by another within ten seconds, which sends the rest and nothing twice", async () => {
    const env = { REDIS_URL: redis.url, DATABASE_URL: database.url };
    const rest = await startTtlc({ ...env, TTLC_SERVICES: "normalizer,storage,gateway", TTLC_NODE_ID: "rest" });
    await withRedis(redis.url, async (client) => {
      const pipeline = client.pipeline();
      for (let seqNo = 0; seqNo < EVENTS; seqNo++) pipeline.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
      await pipeline.exec();
    });
    const sessions = async () => (await rest.get<Page<SessionItem>>("/sessions")).items;
    await waitFor(async () => expect(await sessions()).toMatchObject([{ events: EVENTS }]), 60_000);

    const args = ["--replay-session", sessionId, "--speed", "1"];
    const first = await startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in-1" }, args);
    const [, replayId] = await first.says(/^Replay +session ([\da-f-]+), 4,000 events at speed 1$/m);
    const sent = () => sentOf(replayId as string);
    await waitFor(async () => expect((await sent()).length).toBeGreaterThan(500));
    await first.kill();
    const before = (await sent()).length;
    expect(before).toBeLessThan(EVENTS);

    const second = await startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in-2" }, args);
    await waitFor(async () => expect((await sent()).length).toBeGreaterThan(before), 10_000);
    await second.says(/^Replay +done: 4,000 of 4,000 events sent$/m);
    expect(await sent()).toEqual(Array.from({ length: EVENTS }, (_, seqNo) => seqNo));
    const replay = await rest.get<ReplayStatus>(`/sessions/${replayId}/replay`);
    expect(replay).toMatchObject({ of: sessionId, state: "done", published: EVENTS });
    const ledger = () => rest.get<SessionLedger>(`/sessions/${replayId}/ledger`);
    await waitFor(async () => expect((await ledger()).returned).toBe(EVENTS), 60_000);
    expect(await ledger()).toMatchObject({
      ...{ received: EVENTS, published: EVENTS, normalised: EVENTS, stored: 0, storedBefore: 0 },
      balance: { ok: true, unexplained: [] },
    });
    expect(await sessions()).toMatchObject([
      { sessionId: replayId, source: "replay", events: EVENTS },
      { sessionId, events: EVENTS },
    ]);
  });

  it("leaves one that was paused to whoever resumes it, after the last message that was sent", async () => {
    const env = { REDIS_URL: redis.url, DATABASE_URL: database.url };
    const rest = await startTtlc({ ...env, TTLC_SERVICES: "normalizer,storage,gateway", TTLC_NODE_ID: "rest" });
    const args = ["--replay-session", sessionId, "--speed", "1"];
    const first = await startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in-1" }, args);
    const [, jobId = ""] = await first.says(/^Replay +session ([\da-f-]+), 4,000 events at speed 1$/m);
    const job = () => rest.get<Job>(`/jobs/${jobId}`);
    const change = async (method: string, path: string, body?: object) => {
      const headers = { "x-api-key": rest.key, "content-type": "application/json" };
      const response = await fetch(rest.url + path, { method, headers, body: body ? JSON.stringify(body) : null });
      return (await response.json()) as Job;
    };
    await waitFor(async () => expect((await job()).progress.done).toBeGreaterThan(500));
    expect(await change("POST", `/jobs/${jobId}/pause`)).toMatchObject({ state: "paused" });
    await waitFor(async () => expect((await job()).progress.done).toBe((await sentOf(jobId)).length));
    const before = await sentOf(jobId);
    expect(before.length).toBeLessThan(EVENTS);
    await first.kill();

    await startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in-2" });
    await waitFor(async () =>
      expect(await change("PATCH", `/jobs/${jobId}`, { speed: 20 })).toMatchObject({ state: "paused" }),
    );
    expect(await sentOf(jobId)).toEqual(before);
    expect(await change("POST", `/jobs/${jobId}/resume`)).toMatchObject({ state: "running", replay: { speed: 20 } });
    await waitFor(async () => expect(await job()).toMatchObject({ state: "done", progress: { percent: 100 } }));
    expect(await sentOf(jobId)).toEqual(Array.from({ length: EVENTS }, (_, seqNo) => seqNo));
  });
});
