import { randomUUID } from "node:crypto";
import { type ConnectionPool, type SQLQuery, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Letter, LetterDetail, LetterJob, RedriveAnswer } from "../../contracts/letters.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import brokerOptions from "../../moleculer.config.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { append } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

let redis: TestRedis;
let database: TestDatabase;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let channelId: string;
let streamId: string;
let rooms = 0;
let seqNo = 0;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  db = openPool(database.url);
  client = new Redis(redis.url);
  broker = new ServiceBroker(
    brokerOptions(testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" })),
  );
  broker.createService(storage);
  broker.createService({ ...rules, settings: { streams: { maxAttempts: 1 } } });
  await broker.start();
});
afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await redis.stop();
  await database.drop();
});
beforeEach(async () => {
  streamId = `7300000000000000${++rooms}`;
  ({ channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    uniqueId: `streamer${rooms}`,
    simulated: false,
  }));
  await append(client, [at(0, "CONNECTED", { payload: { provider: "direct", channelId, uniqueId: "anna" } })]);
});

/** What happened so many seconds ago, and comes now. */
function at(secondsAgo: number, eventType: UnifiedEvent["eventType"], fields: object): UnifiedEvent {
  const timestamp = new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const facts = { streamId, seqNo: ++seqNo, timestamp, ingestedAt: new Date().toISOString(), user: viewer(1) };
  return makeEvent(eventType, { ...facts, ...fields });
}
const chat = (secondsAgo: number, message: string) => at(secondsAgo, "CHAT", { payload: { message } });

const save = (changes: Partial<RuleDraft>) => {
  const draft = { name: "Tell", enabled: true, eventType: "CHAT", matchAll: true, cooldown: 0, perUserCooldown: 0 };
  const action = { type: "log", template: "{message}" };
  return broker.call("rules.create", {
    channelId,
    by: "test",
    draft: { ...draft, limits: {}, mode: "live", action, ...changes },
  });
};
const decisions = async (): Promise<[state: string, reason: string | null, rendered: string][]> => {
  const rows = await db.query(sql`
    select state, reason, rendered from actions_log where channel_id = ${channelId} order by action_id`);
  return rows.map(({ state, reason, rendered }) => [state, reason, rendered]);
};
const letters = async () =>
  (await broker.call<{ items: Letter[] }, object>("storage.letters", { filter: { streamId }, limit: 10 })).items;

/** From now on Postgres takes no decision for which this does not hold; no outage, and so the entry's own fault. */
const refuse = (unless: SQLQuery) =>
  db.query(sql`
    set role none; alter table actions_log add constraint broken check (${unless}) not valid; set role ttlc_service`);
const allow = () => db.query(sql`set role none; alter table actions_log drop constraint broken; set role ttlc_service`);

/** As a job hands it over. */
const redrive = (...events: UnifiedEvent[]) =>
  broker.call<RedriveAnswer, object>("rules.redrive", {
    run: randomUUID(),
    letters: events.map((event, i) => ({
      ...{ id: `1-${i}`, entryId: `1600000000000-${i}` },
      payload: JSON.stringify({ event: JSON.stringify(event) }),
    })),
  });

it("what rules gave up is decided once its letter is redriven, and once only", async () => {
  await save({});
  await refuse(sql`false`);
  await append(client, [chat(2, "one"), chat(1, "two")]);
  await waitFor(async () =>
    expect(await letters()).toMatchObject([
      { stage: "rules", reason: "HANDLER_FAILED", state: "new" },
      { stage: "rules", reason: "HANDLER_FAILED", state: "new" },
    ]),
  );
  await allow();
  expect(await decisions()).toEqual([]);
  for (const total of [2, 0]) {
    const request = { kind: "redrive", filter: { streamId }, rate: 1_000, askedBy: "ops" };
    const { id } = await broker.call<LetterJob, object>("storage.startLetterJob", request);
    await waitFor(async () =>
      expect(await broker.call("storage.letterJob", { id })).toMatchObject({ state: "done", total, failed: 0 }),
    );
  }
  expect(await letters()).toMatchObject([{ state: "redriven" }, { state: "redriven" }]);
  expect((await decisions()).sort()).toEqual([
    ["done", null, "one"],
    ["done", null, "two"],
  ]);
});

it("a letter that is handed over twice, as after a lost answer, is decided about once", async () => {
  await save({});
  const event = chat(0, "one");
  for (let i = 0; i < 2; i++) expect(await redrive(event, event)).toEqual({ refused: [] });
  expect(await decisions()).toEqual([["done", null, "one"]]);
});

it("what is late by then stays inside", async () => {
  await save({ cooldown: 60, action: { type: "announce", template: "{message}" } });
  await redrive(chat(120, "late"));
  await append(client, [chat(0, "now")]);
  await waitFor(async () =>
    expect(await decisions()).toEqual([
      ["skipped", "stale", "late"],
      ["skipped", "no_capability", "now"],
    ]),
  );
});

it("a letter tells what a redrive would decide, and decides nothing", async () => {
  const cold = { cooldown: 60 };
  await save({ name: "Log", ...cold });
  await save({ name: "Say", action: { type: "announce", template: "{message}" } });
  await save({ name: "Never", condition: { "==": [{ var: "payload.message" }, "no"] }, matchAll: false });
  await save({ name: "Try", mode: "dry_run", action: { type: "webhook", url: "https://93.184.216.34/" } });
  await refuse(sql`false`);
  const events = [chat(120, "one"), chat(120, "two")];
  await append(client, events);
  await waitFor(async () => expect(await letters()).toHaveLength(2));
  await allow();
  const trialOf = async ({ id = "" }: Partial<Letter> = {}) => {
    const letter = await broker.call<LetterDetail, object>("storage.letter", { id });
    const { outcome, rules } = letter.trial;
    return [outcome, ...rules.map(({ name, state, reason, actionId }) => [name, reason ?? state ?? actionId])];
  };
  const [newest, oldest] = await letters();
  const would = [
    ["Log", "done"],
    ["Say", "stale"],
    ["Try", "dry_run"],
  ];
  expect(await trialOf(oldest)).toEqual(["decided", ...would]);
  expect(await decisions()).toEqual([]);
  await redrive(events[0] as UnifiedEvent);
  const ids = await db.query(sql`select action_id from actions_log where channel_id = ${channelId} order by action_id`);
  expect(await trialOf(oldest)).toEqual([
    "decided_already",
    ...["Log", "Say", "Try"].map((name, i) => [name, ids[i].action_id]),
  ]);
  expect(await trialOf(newest)).toEqual(["decided", ["Log", "cooldown"], ...would.slice(1)]);
  expect(await decisions()).toHaveLength(3);
  const payload = JSON.stringify({ event: JSON.stringify(at(0, "FOLLOW", {})) });
  const rehearse = (letter: object) => broker.call<object, object>("rules.rehearse", { id: "1-0", ...letter });
  expect(await rehearse({ entryId: "1600000000000-9", payload })).toMatchObject({ outcome: "unmatched", rules: [] });
  expect(await rehearse({ payload })).toMatchObject({ outcome: "refused", reason: "PARSE_ERROR" });
});

it("what can be no event is refused, as is what cannot be written down, and the others are decided about", async () => {
  await save({});
  const broken = { ...chat(0, "broken"), eventType: "NONE" } as unknown as UnifiedEvent;
  await refuse(sql`rendered <> 'bad'`);
  const { refused } = await redrive(chat(0, "one"), chat(0, "bad"), broken, chat(0, "two"));
  await allow();
  expect(refused).toEqual([
    { id: "1-2", error: expect.stringContaining("eventType") },
    { id: "1-1", error: expect.stringContaining("violates check constraint") },
  ]);
  expect(await decisions()).toEqual([
    ["done", null, "one"],
    ["done", null, "two"],
  ]);
});
