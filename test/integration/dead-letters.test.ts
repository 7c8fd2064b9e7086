import { randomUUID } from "node:crypto";
import type { ConnectionPool } from "@databases/pg";
import { sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker as Broker, type ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page, SessionLedger } from "../../contracts/api.ts";
import type { DeadLetter } from "../../contracts/dead-letter.ts";
import type { Letter, LetterCause, LetterDetail, LetterJob, RedriveRequest } from "../../contracts/letters.ts";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { Entry } from "../../lib/define-service.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import normalizer from "../../services/normalizer/normalizer.service.ts";
import { keepLetters } from "../../services/storage/dead-letters.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { KEY, urlOf } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const CANARY = "Canary Carla";

/** A normalizer that cannot read chats for as long as `isBroken`. */
let isBroken = false;
const mutant = () => {
  const { consumes } = normalizer as unknown as {
    consumes: { "ttlc:raw": { map(raw: RawEnvelope, entry: Entry): unknown } };
  };
  const reading = consumes["ttlc:raw"];
  return {
    ...normalizer,
    consumes: {
      "ttlc:raw": {
        ...reading,
        map(raw: RawEnvelope, entry: Entry) {
          if (!isBroken) return reading.map.call(this, raw, entry);
          throw new PoisonMessageError("SCHEMA_ERROR", `payload.field${raw.seqNo} must be integer`);
        },
      },
    },
  };
};

/** What was given back to a forwarder, call by call. */
const delivered: RedriveRequest["letters"][] = [];
const forwarder = {
  name: "forwarder",
  actions: {
    redrive({ params }: { params: RedriveRequest }) {
      delivered.push(params.letters);
      return { refused: [] };
    },
  },
};

let redis: TestRedis;
let database: TestDatabase;
let broker: ServiceBroker;
let client: Redis;
let db: ConnectionPool;
let url: string;
let sessionId: string;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  client = new Redis(redis.url);
  db = openPool(database.url);
  const urls = { REDIS_URL: redis.url, DATABASE_URL: database.url };
  const config = testConfig({ ...urls, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  broker = new Broker(brokerOptions(config));
  const olderRules = { name: "rules" }; // which takes no letters back
  for (const service of [gateway, storage, mutant(), ingest, forwarder, olderRules]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
});
afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await redis.stop();
  await database.drop();
});
beforeEach(() => {
  sessionId = randomUUID();
  isBroken = false;
});

const ask = async <Answer>(path: string, { status = 200, body, ...init }: Asked = {}): Promise<Answer> => {
  const headers = { "x-api-key": KEY, ...(body && { "content-type": "application/json" }) };
  const response = await fetch(url + path, { ...init, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  expect(text).not.toContain(CANARY);
  expect([response.status, text]).toEqual([status, text]);
  return JSON.parse(text);
};
interface Asked {
  status?: number;
  method?: string;
  body?: object;
}
const letters = async (query: string) => (await ask<Page<Letter>>(`/dlq?sessionId=${sessionId}&${query}`)).items;
/** Runs a job to its end. */
const run = async (what: "redrive" | "discard", body: object): Promise<LetterJob> => {
  const { id } = await ask<LetterJob>(`/dlq/${what}`, {
    method: "POST",
    body: { rate: 100_000, ...body },
    status: 202,
  });
  return ended(id);
};
const ended = (id: string) =>
  waitFor(async () => {
    const job = await ask<LetterJob>(`/dlq/redrives/${id}`);
    expect(job.state).not.toBe("running");
    return job;
  });
const redriveAll = () => run("redrive", { filter: { sessionId } });

const message = (seqNo: number, changes: Partial<RawEnvelope> = {}): RawEnvelope => ({
  schemaVersion: "raw.v1",
  streamId: "7300000000000000001",
  sessionId,
  source: "live",
  type: "WebcastChatMessage",
  seqNo,
  timestamp: "2026-03-01T12:00:00.000Z",
  ingestedAt: "2026-03-01T12:00:00.500Z",
  data: JSON.stringify({ content: `${CANARY} says hello`, user: { userId: "7", nickname: CANARY } }),
  encoding: "json",
  ...changes,
});

let made = 0;
/** Sends chats down the pipeline, counted as ingest does; resolves with their seqNos. */
const send = async (count: number): Promise<number[]> => {
  const seqNos = Array.from({ length: count }, () => ++made);
  await client.hset(`ttlc:ledger:${sessionId}`, { received: count, published: count });
  for (const seqNo of seqNos) await client.xadd("ttlc:raw", "*", ...encode("ttlc:raw", message(seqNo)));
  return seqNos;
};
const storedSeqNos = async () => {
  const rows = await db.query(sql`select seq_no from events where session_id = ${sessionId} order by position`);
  return rows.map(({ seq_no }) => Number(seq_no));
};
const ledger = () =>
  waitFor(async () => {
    const found = await ask<SessionLedger>(`/sessions/${sessionId}/ledger`);
    expect(found).toMatchObject({ inFlight: [], balance: { ok: true, unexplained: [] } });
    return found;
  });
const appended = async () =>
  (await client.xrange("ttlc:raw", "-", "+"))
    .map(([, words]) => fieldsOf(words))
    .filter((fields) => fields.sessionId === sessionId && fields.redriveOf !== undefined);

/** A letter that is there without having failed. */
const letter = (seqNo: number, changes: Partial<DeadLetter> = {}): Entry<"ttlc:dlq"> => ({
  id: `1700000000000-${++made}`,
  message: {
    ...{ stage: "normalizer", stream: "ttlc:raw", group: "normalizer", entryId: `1600000000000-${seqNo}` },
    ...{ reason: "SCHEMA_ERROR", error: "once broken", failedAt: "2026-03-01T12:00:01.000Z", attempts: 0 },
    payload: JSON.stringify(fieldsOf(encode("ttlc:raw", message(seqNo)))),
    ...changes,
  },
});

describe("a dead letter of the normalizer", () => {
  it("comes back once the mapping can read it, is stored once, and the ledger balances", async () => {
    isBroken = true;
    const [seqNo] = await send(1);
    const [dead] = await waitFor(async () => {
      const found = await letters("state=new");
      expect(found).toHaveLength(1);
      return found;
    });
    await ledger();
    isBroken = false;

    const { trial, entry } = await ask<LetterDetail>(`/dlq/${dead?.id}`);
    expect(entry).toMatchObject({ seqNo: String(seqNo), data: expect.stringMatching(/^\[hidden: \d+ characters\]$/) });
    expect(trial).toMatchObject({ outcome: "stored", before: null, after: { eventType: "CHAT", user: null } });
    expect(trial.changes).toContainEqual({ path: "eventType", before: null, after: "CHAT" });
    expect(await storedSeqNos()).toEqual([]);

    const filter = { sessionId };
    expect(await ask("/dlq/redrive", { method: "POST", body: { filter, preview: true } })).toEqual({ count: 1 });
    expect(await redriveAll()).toMatchObject({ kind: "redrive", state: "done", total: 1, done: 1, failed: 0 });
    await waitFor(async () => expect(await storedSeqNos()).toEqual([seqNo]));
    expect(await ledger()).toMatchObject({ published: 1, normalised: 1, stored: 1, redriven: 1 });
    expect(await letters("")).toMatchObject([{ state: "redriven", redrives: 1, decidedBy: "TTLC_ADMIN_KEY" }]);
    expect(await ask(`/dlq/${dead?.id}`)).toMatchObject({ trial: { outcome: "stored_already", changes: [] } });

    expect(await redriveAll()).toMatchObject({ state: "done", total: 0, done: 0 });
    expect(await run("redrive", { ids: [dead?.id] })).toMatchObject({ state: "done", total: 0, done: 0 });
    expect(await appended()).toHaveLength(1);
    expect(await ledger()).toMatchObject({ stored: 1, storedBefore: 0, redriven: 1 });
  });

  it("that fails again is another letter, which knows where it comes from", async () => {
    isBroken = true;
    const [seqNo] = await send(1);
    await waitFor(async () => expect(await letters("state=new")).toHaveLength(1));
    await redriveAll();
    const [again, first] = await waitFor(async () => {
      const found = await letters("");
      expect(found).toMatchObject([{ state: "new" }, { state: "failed" }]);
      return found;
    });
    expect(again).toMatchObject({ redriveOf: first?.id });
    expect(first).toMatchObject({ failedAs: again?.id, redriveOf: null });
    expect(await ask(`/dlq/${again?.id}`)).toMatchObject({ lineage: [{ id: first?.id }] });
    expect(await ledger()).toMatchObject({ stored: 0, redriven: 1, deadLettered: [{ count: 2 }] });

    isBroken = false;
    expect(await redriveAll()).toMatchObject({ total: 1, done: 1 }); // the first one's has come back as the other
    await waitFor(async () => expect(await storedSeqNos()).toEqual([seqNo]));
    expect(await ledger()).toMatchObject({ stored: 1, redriven: 2 });
  });

  it("is sent once by two that redrive it at the same time", async () => {
    await keepLetters(
      db,
      Array.from({ length: 300 }, (_, i) => letter(1_000_000 + i)),
    );
    const jobs = await Promise.all([
      redriveAll(),
      redriveAll(),
      run("redrive", { filter: { sessionId, state: "new" } }),
    ]);
    expect(jobs.map(({ done }) => done).reduce((sum, done) => sum + done)).toBe(300);
    const seqNos = (await appended()).map(({ seqNo }) => seqNo);
    expect(seqNos).toHaveLength(300);
    expect(new Set(seqNos).size).toBe(300);
    await waitFor(async () => expect(await storedSeqNos()).toHaveLength(300));
  });

  it("goes on after a kill in the middle, and is appended once although nobody knew", async () => {
    const given = Array.from({ length: 20 }, (_, i) => letter(2_000_000 + i));
    await keepLetters(db, given);
    const job = randomUUID();
    await db.query(sql`
      insert into letter_jobs (job_id, kind, chosen, through, taken, rate, total, asked_by, owner, owned_until)
      select ${job}, 'redrive', ${JSON.stringify({ filter: { sessionId }, scope: {} })}::jsonb, max(position),
        (select position from dead_letters where session_id = ${sessionId} order by position offset 9 limit 1),
        10000, 20, 'ops', ${randomUUID()}, now() from dead_letters`);
    await db.query(sql`
      update dead_letters set state = 'redriving', job_id = ${job}
      where position in (select position from dead_letters where session_id = ${sessionId} order by position limit 10)`);
    const sent = given.slice(0, 10).map(({ id, message: { payload } }) => ({ id, payload }));
    await broker.call("ingest.redrive", { run: job, letters: sent });

    expect(await ended(job)).toMatchObject({ state: "done", done: 20, failed: 0 });
    expect((await appended()).map(({ seqNo }) => Number(seqNo))).toEqual(given.map((_, i) => 2_000_000 + i));
    expect(await letters("state=redriven")).toHaveLength(20);
  });

  it("that can be no entry is refused, and stays to be looked at", async () => {
    await keepLetters(db, [letter(1, { payload: JSON.stringify({ sessionId, streamId: "1" }) })]);
    const [dead] = await letters("");
    expect(await ask(`/dlq/${dead?.id}`)).toMatchObject({ trial: { outcome: "refused", reason: "SCHEMA_ERROR" } });
    expect(await redriveAll()).toMatchObject({ done: 1, failed: 1 });
    expect(await letters("state=failed")).toMatchObject([
      { failedAs: null, lastError: expect.stringContaining("required property") },
    ]);
  });
});

describe("a dead letter of storage", () => {
  const ofStorage = (seqNo: number, message: string) => {
    const event = makeEvent("CHAT", { seqNo, sessionId, user: viewer(1), payload: { message } });
    const payload = JSON.stringify({ event: JSON.stringify(event) });
    const where = { stage: "storage", stream: "ttlc:events", group: "storage", reason: "STORE_REJECTED" as const };
    return letter(seqNo, { ...where, error: "Postgres refuses the event (SQLSTATE 22P05)", payload });
  };

  it("is stored at the position it had, those that Postgres refuses still are not", async () => {
    await client.hset(`ttlc:ledger:${sessionId}`, { received: 2, published: 2, normalised: 2, "dead:storage": 2 });
    await keepLetters(db, [ofStorage(900_001, CANARY), ofStorage(900_002, "a\0b")]);
    await ledger();
    const [bad, good] = await letters("");
    expect(await ask(`/dlq/${good?.id}`)).toMatchObject({
      entry: { event: { eventType: "CHAT", seqNo: 900_001, user: null, masked: true } },
      trial: { outcome: "stored" },
    });
    expect(await ask(`/dlq/${bad?.id}`)).toMatchObject({ trial: { outcome: "refused", reason: "STORE_REJECTED" } });

    for (const done of [2, 1, 1]) expect(await redriveAll()).toMatchObject({ done, failed: 1 });
    expect(await storedSeqNos()).toEqual([900_001]);
    const [row] = await db.query(sql`select position from events where session_id = ${sessionId}`);
    expect(BigInt(row.position)).toBe((1600000000000n << 20n) | 900_001n);
    expect(await letters("")).toMatchObject([
      { state: "failed", redrives: 3, lastError: expect.stringContaining("22P05") },
      { state: "redriven", redrives: 1 },
    ]);
    expect(await ledger()).toMatchObject({ normalised: 2, stored: 1, redriven: 1 });
  });
});

describe("dead letters", () => {
  it("are grouped by what they have in common", async () => {
    const failed = (error: string) => letter(1, { error });
    await keepLetters(db, [
      failed('no field "Ada" in row 7'),
      failed('no field "Bob" in row 12'),
      failed(`unknown id ${randomUUID()}`),
    ]);
    const { items } = await ask<Page<LetterCause>>(`/dlq?group=cause&sessionId=${sessionId}`);
    expect(items).toMatchObject([
      { stage: "normalizer", reason: "SCHEMA_ERROR", error: "unknown id #", count: 1, open: 1 },
      { stage: "normalizer", reason: "SCHEMA_ERROR", error: 'no field "*" in row #', count: 2, open: 2 },
    ]);
    expect(await letters(`cause=${items[1]?.cause}`)).toHaveLength(2);
    const first = await ask<Page<LetterCause>>(`/dlq?group=cause&limit=1&sessionId=${sessionId}`);
    const second = await ask<Page<LetterCause>>(`/dlq?group=cause&limit=1&sessionId=${sessionId}&after=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.next).toBeNull();
  });

  it("of destinations are grouped and found by destination and what it answered", async () => {
    const [one, other] = [randomUUID(), randomUUID()] as const;
    const refused = (destination: string, status: number) =>
      letter(1, { stage: "forwarder", reason: "DELIVERY_FAILED", destination, error: `it answered ${status}` });
    await keepLetters(db, [refused(one, 404), refused(one, 401), refused(other, 404), refused(other, 404)]);
    const { items } = await ask<Page<LetterCause>>(`/dlq?group=cause&sessionId=${sessionId}`);
    expect(items).toMatchObject([
      { destination: other, error: "it answered 404", count: 2 },
      { destination: one, error: "it answered 401", count: 1 },
      { destination: one, error: "it answered 404", count: 1 },
    ]);
    expect(await letters(`cause=${items[0]?.cause}`)).toHaveLength(2);
    expect(await letters(`destination=${one}`)).toMatchObject([{ destination: one }, { destination: one }]);
    const body = { filter: { destination: other }, preview: true };
    expect(await ask("/dlq/redrive", { method: "POST", body })).toEqual({ count: 2 });
  });

  it("of destinations tell what these are called and where they lead, to who sees their channel", async () => {
    const destination = async (simulated: boolean) => {
      const { channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
        ...{ uniqueId: `of-${randomUUID().slice(0, 8)}`, simulated },
      });
      const [row] = await db.query(sql`
        insert into destinations (channel_id, name, url, envelope, event_filter, secrets)
        values (${channelId}, 'my bot', 'https://hooks.example.org:8443/secret', 'unified', '{}', '[]')
        returning destination_id`);
      return row.destination_id as string;
    };
    const [real, made, gone] = [await destination(false), await destination(true), randomUUID()];
    const refused = (to: string) =>
      letter(1, { stage: "forwarder", reason: "DELIVERY_FAILED", destination: to, error: "it answered 404" });
    await keepLetters(db, [refused(real), refused(made), refused(gone)]);
    const named = { destinationName: "my bot", destinationHost: "hooks.example.org:8443" };
    const nameless = { destinationName: null, destinationHost: null };
    const [lost, shown] = await letters("stage=forwarder&limit=2");
    expect([lost, shown]).toMatchObject([nameless, { destination: made, ...named }]);
    expect(await ask(`/dlq/${shown?.id}`)).toMatchObject(named);
    expect((await ask<Page<LetterCause>>(`/dlq?group=cause&destination=${real}`)).items).toMatchObject([named]);
    const query = { filter: { stage: "forwarder", sessionId }, limit: 10 };
    const seen = await broker.call<Page<Letter>, object>("storage.letters", { ...query, scope: { simulated: true } });
    expect(seen.items.map(({ destination }) => destination)).toEqual([made]);
  });

  it("that are discarded are kept, with who did it and why, and do not come back", async () => {
    await keepLetters(db, [letter(4_000_001), letter(4_000_002)]);
    const [dead] = await letters("limit=1");
    const discarded = { ids: [dead?.id], reason: "a test of TikTok's" };
    expect(await ask("/dlq/discard", { method: "POST", body: { ...discarded, preview: true } })).toEqual({ count: 1 });
    expect(
      await ask<LetterJob>("/dlq/discard", { method: "POST", body: discarded, status: 202 }).then(({ id }) =>
        ended(id),
      ),
    ).toMatchObject({ kind: "discard", state: "done", total: 1, done: 1 });
    expect(await letters("state=discarded")).toMatchObject([
      { decidedBy: "TTLC_ADMIN_KEY", why: "a test of TikTok's" },
    ]);
    expect(await run("redrive", { ids: [dead?.id] })).toMatchObject({ total: 0, done: 0 });
    expect(await letters("state=new")).toHaveLength(1);
  });

  it("of a service that takes none back are refused", async () => {
    await keepLetters(db, [letter(1, { stage: "rules", stream: "ttlc:events", group: "rules" })]);
    expect(await redriveAll()).toMatchObject({ done: 1, failed: 1 });
    expect(await letters("")).toMatchObject([{ state: "failed", lastError: "rules takes no letters back" }]);
  });

  it("wait while who takes them back is away, and the run says so", async () => {
    await keepLetters(db, [letter(6_000_001)]);
    await broker.destroyService("ingest");
    const { id } = await ask<LetterJob>("/dlq/redrive", {
      method: "POST",
      body: { filter: { sessionId } },
      status: 202,
    });
    await waitFor(async () =>
      expect(await ask(`/dlq/redrives/${id}`)).toMatchObject({
        state: "running",
        reason: "waits: ingest is unavailable",
      }),
    );
    expect(await letters("")).toMatchObject([{ state: "redriving" }]);
    expect(await ask(`/dlq/redrives/${id}`, { method: "DELETE" })).toMatchObject({ state: "cancelled", done: 0 });
    broker.createService(ingest);
    await waitFor(async () => expect(await letters("")).toMatchObject([{ state: "redriven" }]));
    expect(await ask(`/dlq/redrives/${id}`)).toMatchObject({ state: "cancelled", done: 1, reason: null });
  });

  it("whose entry was trimmed cannot come back, and say so", async () => {
    await keepLetters(db, [letter(1, { reason: "TRIMMED", payload: JSON.stringify({ sessionId }) })]);
    const [dead] = await letters("");
    expect(await ask(`/dlq/${dead?.id}`)).toMatchObject({ trial: { outcome: "impossible" } });
    expect(await redriveAll()).toMatchObject({ done: 1, failed: 1 });
  });

  it("go back by the ten thousand, about a megabyte at a time", async () => {
    const payload = JSON.stringify({ sessionId, text: "x".repeat(3_000) });
    await db.query(sql`
      insert into dead_letters (position, stage, reason, error, payload, failed_at, session_id)
      select n, 'forwarder', 'DELIVERY_FAILED', 'answered 410', ${payload}, now(), ${sessionId}
      from generate_series(1, 10000) n`);
    expect(await redriveAll()).toMatchObject({ state: "done", total: 10_000, done: 10_000, failed: 0 });
    const ids = delivered.flat().map(({ id }) => id);
    expect(ids).toHaveLength(10_000);
    expect(new Set(ids).size).toBe(10_000);
    const sizes = delivered.map((call) => call.reduce((sum, each) => sum + each.payload.length, 0));
    expect(Math.max(...sizes)).toBeLessThan(2 ** 20);
  });

  it("are only those of simulated rooms for who may see no others", async () => {
    await keepLetters(db, [letter(5_000_001)]);
    const scope = { simulated: true };
    const query = { filter: { sessionId }, limit: 10 };
    expect(await broker.call("storage.letters", query)).toMatchObject({ items: [{ sessionId }] });
    expect(await broker.call("storage.letters", { ...query, scope })).toEqual({ items: [], next: null });
    expect(await broker.call("storage.countLetters", { filter: { sessionId }, scope })).toEqual({ count: 0 });
  });

  it.each([
    ["neither ids nor a filter", {}],
    ["both", { ids: ["1-0"], filter: {} }],
    ["a filter of other fields", { filter: { colour: "red" } }],
    ["no letters a second", { filter: {}, rate: 0 }],
  ])("are not redriven for %s", async (_what, body) => {
    expect(await ask("/dlq/redrive", { method: "POST", body, status: 400 })).toMatchObject({
      error_code: "VALIDATION_ERROR",
    });
  });
});
