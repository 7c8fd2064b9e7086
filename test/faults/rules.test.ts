import type { ServerResponse } from "node:http";
import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { Rule, RuleAction, RuleActionItem } from "../../contracts/rule.ts";
import brokerOptions from "../../moleculer.config.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { append } from "../support/gateway.ts";
import { Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

/** Longer than a process is given to come back with what it took. */
const PATIENT = 60_000;

let redis: TestRedis;
let database: TestDatabase;
let receiver: Receiver;
let euler: Receiver;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let channelId: string;
let streamId: string;
let path: string;
let rooms = 0;
let seqNo = 0;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  [receiver, euler] = await Promise.all([new Receiver().start(), new Receiver().start()]);
  db = openPool(database.url);
  client = new Redis(redis.url);
  broker = new ServiceBroker(
    brokerOptions(testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" })),
  );
  broker.createService(storage);
  await broker.start();
});
afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await Promise.all([receiver.stop(), euler.stop(), redis.stop()]);
  await database.drop();
});

/** Each test has a room and a channel of its own. */
beforeEach(async () => {
  streamId = `730000000000000080${++rooms}`;
  path = `/${rooms}`;
  const streamer = { uniqueId: `streamer${rooms}`, simulated: false };
  ({ channelId } = await broker.call<{ channelId: string }, object>("storage.channel", streamer));
  await append(client, [makeEvent("CONNECTED", { streamId, payload: { channelId } })]);
});

/** The rules service in a process of its own. */
async function start(name: string): Promise<Ttlc> {
  const started = await startTtlc({
    ...{ REDIS_URL: redis.url, DATABASE_URL: database.url, EGRESS_ALLOW: receiver.host },
    ...{ EULER_API_URL: euler.host, EULER_API_KEY: "key", EULER_OAUTH_TOKEN: "token", EULER_ACCOUNT: "bot" },
    ...{ TTLC_SERVICES: "rules", TTLC_NODE_ID: name },
  });
  await broker.waitForServices("rules");
  return started;
}

const save = (action: RuleAction = { type: "webhook", url: receiver.url(path) }): Promise<Rule> =>
  broker.call<Rule, object>("rules.create", {
    ...{ channelId, by: "test" },
    draft: {
      ...{ name: "act", enabled: true, eventType: "CHAT", matchAll: true, cooldown: 0, perUserCooldown: 0 },
      ...{ limits: {}, mode: "live", action },
    },
  });
const chats = (count: number) =>
  Array.from({ length: count }, () => {
    const timestamp = new Date().toISOString();
    return makeEvent("CHAT", { streamId, seqNo: ++seqNo, timestamp, ingestedAt: timestamp, user: viewer(1) });
  });
async function endingsOf({ ruleId }: Rule): Promise<[state: string, reason: string | null][]> {
  const question = { ruleId, scope: {}, limit: 500 };
  const { items } = await broker.call<Page<RuleActionItem>, object>("rules.actions", question);
  return items.map(({ state, reason }) => [state, reason]);
}
const times = (count: number, state: string, reason: string | null = null) =>
  Array.from({ length: count }, () => [state, reason]);
/** How often each webhook-id came. */
const sent = () => Map.groupBy(receiver.at(path), ({ id }) => id);

describe("kill -9 of the rules service", () => {
  it("between sending and writing down: chat and bans are unknown, webhooks come again under their id", async () => {
    const first = await start("rules-1");
    const at = `/webcast/rooms/${streamId}`;
    const [said, banned] = [`${at}/chat`, `${at}/moderation/bans?tiktok_user_id=${viewer(1).userId}`];
    receiver.will(path, () => {}, 204); // the first is never answered
    for (const place of [said, banned]) euler.will(place, () => {}, 204);
    const hook = await save();
    const announce = await save({ type: "announce", template: "hello" });
    const ban = await save({ type: "moderate", measure: "ban", reason: "x" });
    await append(client, chats(1));
    await waitFor(() => {
      expect([receiver.at(path), euler.at(said), euler.at(banned)].map(({ length }) => length)).toEqual([1, 1, 1]);
    });
    await first.kill();
    await start("rules-2");

    await waitFor(async () => {
      expect(await endingsOf(hook)).toEqual(times(1, "done"));
      expect(await endingsOf(announce)).toEqual(times(1, "unknown", "interrupted"));
      expect(await endingsOf(ban)).toEqual(times(1, "unknown", "interrupted"));
    }, PATIENT);
    const [one, again, ...more] = receiver.at(path);
    expect([again?.id, again?.body, more]).toEqual([one?.id, one?.body, []]);
    expect([euler.at(said).length, euler.at(banned).length]).toEqual([1, 1]);
  });

  it("between deciding and writing down: nothing of it is kept, and each is sent once when its entries come again", async () => {
    const first = await start("rules-1");
    const rule = await save();
    const locked = Promise.withResolvers<void>();
    const killed = Promise.withResolvers<void>();
    onTestFinished(() => killed.resolve());
    const locking = asOwner(db, async (tx) => {
      await tx.query(sql`lock table action_queue in exclusive mode`);
      locked.resolve();
      await killed.promise;
    });
    await locked.promise;
    await append(client, chats(20));
    await waitFor(async () => {
      const waiting = await asOwner(db, (tx) =>
        tx.query(sql`
        select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into actions_log%'`),
      );
      expect(waiting).not.toEqual([]);
    });
    await first.kill();
    killed.resolve();
    await locking;
    expect(await db.query(sql`select 1 from actions_log where rule_id = ${rule.ruleId}`)).toEqual([]);
    await start("rules-2");
    await waitFor(async () => expect(await endingsOf(rule)).toEqual(times(20, "done")), PATIENT);
    await waitFor(async () => expect((await client.xpending("ttlc:events", "rules"))[0]).toBe(0), PATIENT);
    expect(receiver.at(path)).toHaveLength(20);
    expect(sent().size).toBe(20);
  });

  it("beside another: nothing is lost, and nothing comes twice but what the dead one had under way", async () => {
    const [first] = await Promise.all([start("rules-1"), start("rules-2")]);
    const rule = await save();
    const held = new Map<string, ServerResponse>();
    receiver.will(path, ...Array(20).fill(204), (response: ServerResponse, { id }: { id: string }) => {
      held.set(id, response);
    });
    for (let i = 0; i < 12; i++) await append(client, chats(5));
    await waitFor(() => expect(held.size).toBeGreaterThan(4)); // one process has four at a time
    await first.kill();
    receiver.will(path, 204);
    for (const response of held.values()) response.writeHead(204).end();

    await waitFor(async () => expect(await endingsOf(rule)).toEqual(times(60, "done")), PATIENT);
    const twice = [...sent()].flatMap(([id, received]) => (received.length > 1 ? [[id, received.length]] : []));
    expect(sent().size).toBe(60);
    expect(twice.length).toBeGreaterThan(0);
    expect(twice.length).toBeLessThanOrEqual(4);
    for (const [id, count] of twice) expect([held.has(id as string), count]).toEqual([true, 2]);
  });
});
