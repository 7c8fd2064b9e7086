import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { Rule, RuleActionItem, RuleTest } from "../../contracts/rule.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import type { EventExplanation } from "../../contracts/rule-explain.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { OutageError } from "../../lib/errors.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { append, KEY, urlOf } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";
import { openSocket } from "../support/websocket.ts";

const STREAM = "7300000000000000009";
const SESSION = "00000000-0000-4000-8000-000000000009";

let redis: TestRedis;
let database: TestDatabase;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let url: string;
let channelId: string;
let seqNo = 0;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  db = openPool(database.url);
  client = new Redis(redis.url);
  broker = new ServiceBroker(
    brokerOptions(
      testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" }),
    ),
  );
  for (const service of [storage, rules, gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
  ({ channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    uniqueId: "anna",
    simulated: false,
  }));
  await append(client, [now("CONNECTED", { payload: { provider: "direct", channelId, uniqueId: "anna" } })]);
});

afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await redis.stop();
  await database.drop();
});

beforeEach(async () => {
  for (const { ruleId, version } of (await get<Page<Rule>>("/rules")).items) {
    await ask("DELETE", `/rules/${ruleId}`, undefined, { "if-match": `"${version}"` });
  }
});

/** Something that happens in the room just now. */
function now(eventType: UnifiedEvent["eventType"], fields: object = {}): UnifiedEvent {
  const timestamp = new Date().toISOString();
  return makeEvent(eventType, {
    streamId: STREAM,
    sessionId: SESSION,
    seqNo: ++seqNo,
    timestamp,
    ingestedAt: timestamp,
    user: viewer(1),
    ...fields,
  });
}

const gift = (coins: number, payload: object = {}, fields: object = {}) =>
  now("GIFT", { payload: { coins, ...payload }, ...fields });

const ask = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method,
    headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
const get = async <Answer>(path: string) => (await (await ask("GET", path)).json()) as Answer;

const thank = {
  name: "Thank",
  eventType: "GIFT",
  condition: { ">=": [{ var: "payload.coins" }, 100] },
  action: { type: "log", template: "{username} gave {coins}" },
};
async function save(changes: object = {}): Promise<Rule> {
  const response = await ask("POST", "/rules", { ...thank, channelId, ...changes });
  expect([response.status, await response.clone().json()]).toMatchObject([201, { version: 1 }]);
  return (await response.json()) as Rule;
}

/** Decisions of a rule, the oldest first, once there are so many. */
async function decided(
  { ruleId }: Rule,
  count: number,
): Promise<[state: string, reason: string | null, rendered: string | null][]> {
  let items: RuleActionItem[] = [];
  await waitFor(async () => {
    ({ items } = await get<Page<RuleActionItem>>(`/actions?ruleId=${ruleId}`));
    expect(items).toHaveLength(count);
  });
  return items.reverse().map(({ state, reason, rendered }) => [state, reason, rendered]);
}

describe("a rule that is saved", () => {
  it("acts on what happens from then on, and says so", async () => {
    const rule = await save();
    await append(client, [gift(99), gift(100), now("CHAT"), gift(500)]);
    expect(await decided(rule, 2)).toEqual([
      ["done", null, "viewer1 gave 100"],
      ["done", null, "viewer1 gave 500"],
    ]);
    expect(await get(`/rules/${rule.ruleId}`)).toMatchObject({ fired24h: 2, lastFiredAt: expect.any(String) });
  });

  it("does nothing about what came before, however late it is asked about that", async () => {
    const before = new Date(Date.now() - 1).toISOString();
    const rule = await save();
    const late = gift(100, {}, { ingestedAt: before });
    await append(client, [late, gift(101)]);
    expect(await decided(rule, 1)).toEqual([["done", null, "viewer1 gave 101"]]);
    await waitFor(async () => {
      const { rules: explained } = await get<EventExplanation>(`/events/${late.eventId}/explain`);
      expect(explained).toMatchObject([{ ruleId: rule.ruleId, matched: true, why: "made_later" }]);
    });
  });

  it("is asked as it was when the event came", async () => {
    const rule = await save();
    const change = await ask("PUT", `/rules/${rule.ruleId}`, { ...thank, enabled: false }, { "if-match": '"1"' });
    expect(change.status).toBe(200);
    const on = gift(100, {}, { ingestedAt: rule.createdAt });
    await append(client, [on, gift(101)]);
    expect(await decided(rule, 1)).toEqual([["done", null, "viewer1 gave 100"]]);
  });

  it("holds in every process of the service from the answer on", async () => {
    const apart = new ServiceBroker({
      ...brokerOptions(testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: "fatal" })),
      transporter: null, // it hears nothing of the others
    });
    for (const service of [storage, rules]) apart.createService(service);
    await apart.start();
    for (let round = 0; round < 4; round++) {
      const rule = await save();
      for (let i = 0; i < 6; i++) await append(client, [gift(100)]); // now one of them gets it, now the other
      await decided(rule, 6);
    }
    await apart.stop();
  });

  it("acts once for an effect, however often its entry comes", async () => {
    const rule = await save();
    const event = gift(100);
    await append(client, [event, event, gift(1_000, { streakId: "a".repeat(64), streakState: "final" })]);
    await append(client, [gift(2_000, { streakId: "a".repeat(64), streakState: "final" }), gift(101)]);
    expect((await decided(rule, 3)).map(([, , rendered]) => rendered)).toEqual([
      "viewer1 gave 100",
      "viewer1 gave 1000",
      "viewer1 gave 101",
    ]);
  });

  it("has its decisions listed with or without what a cooldown held back", async () => {
    const rule = await save({ cooldown: 3_600 });
    await append(client, [gift(100), gift(200)]);
    await decided(rule, 2);
    const rendered = async (query: string) =>
      (await get<Page<RuleActionItem>>(`/actions?ruleId=${rule.ruleId}${query}`)).items.map((item) => item.rendered);
    expect(await rendered("&held=false")).toEqual(["viewer1 gave 100"]);
    expect(await rendered("&held=true")).toEqual(["viewer1 gave 200"]);
  });

  it("never acts on replays, history, or what is late; and records why", async () => {
    const rule = await save({ action: { type: "announce", template: "thanks" } });
    const old = new Date(Date.now() - 120_000).toISOString();
    await append(client, [
      gift(100, {}, { source: "replay" }),
      gift(100, {}, { isHistory: true }),
      gift(100, {}, { timestamp: old }),
      gift(100),
    ]);
    expect((await decided(rule, 4)).map(([state, reason]) => [state, reason])).toEqual([
      ["skipped", "replay"],
      ["skipped", "history"],
      ["skipped", "stale"],
      ["skipped", "no_capability"],
    ]);
  });

  it("reads what earlier messages of a person told", async () => {
    const rule = await save({
      eventType: "LIKE",
      condition: { or: [{ var: "user.isModerator" }, { var: "inherited.isModerator" }] },
      action: { type: "log", template: "{username} likes" },
    });
    const moderator = { ...viewer(7), isModerator: true, followRole: 0 };
    await append(client, [
      now("CHAT", { user: moderator }),
      now("LIKE", { user: viewer(8) }),
      now("LIKE", { user: viewer(7) }),
    ]);
    expect(await decided(rule, 1)).toEqual([["done", null, "viewer7 likes"]]);
  });

  it("spares moderators while storage cannot say who is one: it waits", async () => {
    await append(client, [now("CHAT", { user: { ...viewer(57), isModerator: true, followRole: 0 } })]);
    const condition = { "!": { var: "inherited.isModerator" } };
    const rule = await save({ eventType: "LIKE", condition, action: { type: "log", template: "{username}" } });
    const call = broker.call.bind(broker) as (...args: unknown[]) => Promise<never>;
    let refused = 0;
    const spy = vi
      .spyOn(broker, "call")
      .mockImplementation((...args: unknown[]) =>
        args[0] === "storage.roles" && refused++ === 0 ? Promise.reject(new OutageError("postgres")) : call(...args),
      );
    await append(client, [now("LIKE", { user: viewer(57) }), now("LIKE", { user: viewer(58) })]);
    expect(await decided(rule, 1)).toEqual([["done", null, "viewer58"]]);
    expect(refused).toBeGreaterThan(1);
    spy.mockRestore();
  });

  it("decides again what could not be written down, and nothing twice", async () => {
    const rule = await save({ cooldown: 3_600 });
    await db.query(sql`set role none; alter table actions_log rename to actions_away; set role ttlc_service`);
    await append(client, [gift(100), gift(200)]);
    await waitFor(async () => {
      const [, pending] = (await client.xpending("ttlc:events", "rules")) as [number, unknown];
      expect(pending).not.toBeNull();
    });
    await db.query(sql`set role none; alter table actions_away rename to actions_log; set role ttlc_service`);
    const states = (await decided(rule, 2)).map(([state, reason]) => `${state} ${reason}`); // of whichever came again first
    expect(states.sort()).toEqual(["done null", "skipped cooldown"]);
  });
});

it("rules are listed with the newest first, page by page, while more are made", async () => {
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await save()).ruleId);
  const seen: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const page: Page<Rule> = await get(`/rules?limit=2${after && `&after=${after}`}`);
    seen.push(...page.items.map(({ ruleId }) => ruleId));
    after = page.next;
    if (seen.length === 2) await save();
  }
  expect(seen).toEqual(made);
});

describe("changing a rule", () => {
  it("needs its version, and keeps every one", async () => {
    const rule = await save();
    const change = { ...thank, name: "Thanks a lot" };
    expect((await ask("PUT", `/rules/${rule.ruleId}`, change)).status).toBe(428);
    expect((await ask("PUT", `/rules/${rule.ruleId}`, change, { "if-match": '"7"' })).status).toBe(412);
    const changed = await ask("PUT", `/rules/${rule.ruleId}`, change, { "if-match": '"1"' });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, '"2"']);
    const { items } = await get<Page<{ version: number; draft: { name: string } }>>(`/rules/${rule.ruleId}/versions`);
    expect(items.map(({ version, draft }) => [version, draft.name])).toEqual([
      [2, "Thanks a lot"],
      [1, "Thank"],
    ]);
    expect((await ask("DELETE", `/rules/${rule.ruleId}`, undefined, { "if-match": '"2"' })).status).toBe(204);
    expect((await ask("GET", `/rules/${rule.ruleId}`)).status).toBe(404);
  });

  it("takes what was read, as far as it can be changed", async () => {
    const rule = await save();
    await ask("POST", `/rules/${rule.ruleId}/shadow`, { draft: thank });
    const read = await get<Rule>(`/rules/${rule.ruleId}`);
    const put = (body: object, version: number) =>
      ask("PUT", `/rules/${rule.ruleId}`, body, { "if-match": `"${version}"` });
    const changed = await put({ ...read, name: "Thanks", version: 7, channelId: "any" }, 1);
    const { updatedAt: _, ...rest } = read;
    expect([changed.status, await changed.json()]).toMatchObject([200, { ...rest, name: "Thanks", version: 2 }]);
    const inShadow = await put({ ...read, mode: "shadow" }, 2);
    expect([inShadow.status, await inShadow.json()]).toMatchObject([400, { details: [{ field: "mode" }] }]);
    await ask("DELETE", `/rules/${rule.ruleId}/shadow`);
    expect((await put({ ...read, mode: "shadow" }, 2)).status).toBe(200);
  });

  it("that cannot be is refused, with everything that is wrong and where", async () => {
    const wrong = {
      condition: { ">": [{ var: "constructor" }, -1] },
      action: { type: "announce", template: "{nobody}" },
    };
    const response = await ask("POST", "/rules", { ...thank, ...wrong, channelId });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error_code: "VALIDATION_ERROR",
      details: [
        { field: "condition.>.0", message: expect.stringContaining("GIFT events do not have") },
        { field: "action.template", message: expect.stringContaining("{nobody}") },
      ],
    });
  });
});

describe("trying a rule", () => {
  it("on one event tells why it fires or not", async () => {
    const response = await ask("POST", "/rules/test", { draft: thank, event: gift(99) });
    expect(response.status).toBe(200);
    expect((await response.json()) as RuleTest).toEqual({
      matched: false,
      renderedTemplate: "viewer1 gave 99",
      trace: [{ path: ">=", holds: false, reads: { "payload.coins": 99 } }],
      errors: [],
    });
  });

  it("is also a command of a WebSocket", async () => {
    const socket = await openSocket(url, { "x-api-key": KEY });
    const input = { draft: thank, event: gift(100) };
    expect(await socket.ask({ request: "call", route: "testRule", input })).toMatchObject({
      ...{ status: "ok", code: 200, result: { matched: true, renderedTemplate: "viewer1 gave 100" } },
    });
    expect(await socket.ask({ request: "call", route: "createRule", input: thank })).toMatchObject({ code: 403 });
    socket.ws.close();
    await socket.closed;
  });

  it("on a session of the past lists what it would have done, and does nothing", async () => {
    const before = (await get<Page<RuleActionItem>>("/actions")).items.length;
    await append(client, [gift(5_000), gift(6_000)]);
    await waitFor(async () => {
      const [row] = await db.query(sql`select count(*)::int as events from events where event_type = 'GIFT'
        and (payload->>'coins')::int >= 5000`);
      expect(row.events).toBe(2);
    });
    const draft = { ...thank, condition: { ">=": [{ var: "payload.coins" }, 5_000] } };
    const response = await ask("POST", "/rules/backtest", { draft, sessionId: SESSION });
    expect(response.status).toBe(202);
    const { backtestId } = (await response.json()) as Backtest;
    expect(response.headers.get("location")).toBe(`/rules/backtests/${backtestId}`);
    await waitFor(async () => {
      expect(await get<Backtest>(`/rules/backtests/${backtestId}`)).toMatchObject({
        state: "done",
        fired: 2,
        firings: [{ rendered: "viewer1 gave 5000" }, { rendered: "viewer1 gave 6000" }],
      });
    });
    expect((await get<Page<RuleActionItem>>("/actions")).items).toHaveLength(before);
  });
});
