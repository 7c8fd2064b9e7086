import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { Rule, RuleActionItem, WebhookSecret } from "../../contracts/rule.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { recordCommand } from "../../services/rules/commands-log.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { append, KEY, urlOf } from "../support/gateway.ts";
import { flood, type Received, Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const settings = {
  perform: { retry: { initialMs: 2, maxMs: 10, multiplier: 2, jitter: 0 }, lookMs: 20, drainMs: 100 },
};

let redis: TestRedis;
let database: TestDatabase;
let receiver: Receiver;
let other: Receiver;
/** More targets, each a host of its own. */
let others: Receiver[];
let euler: Receiver;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let url: string;
let channelId: string;
let streamId: string;
let seqNo = 0;
let rooms = 0;
/** The path of this test at the receivers. */
let path: string;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  others = await Promise.all([1, 2, 3, 4, 5, 6].map(() => new Receiver().start()));
  [receiver, other, euler] = others.splice(0, 3) as [Receiver, Receiver, Receiver];
  db = openPool(database.url);
  client = new Redis(redis.url);
  await start({ EULER_OAUTH_TOKEN: "token" });
});

/** @param account what it acts as */
async function start(account: Parameters<typeof testConfig>[0]): Promise<void> {
  const config = testConfig({
    ...{ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" },
    EGRESS_ALLOW: [receiver, other, ...others].map(({ host }) => host).join(),
    ...{ EULER_API_URL: euler.host, EULER_API_KEY: "key", EULER_ACCOUNT: "@Bot", ...account },
  });
  broker = new ServiceBroker(brokerOptions(config));
  broker.createService(storage);
  broker.createService({ ...rules, settings });
  broker.createService(gateway);
  await broker.start();
  url = urlOf(broker);
}

afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await Promise.all([receiver, other, ...others, euler, redis].map((server) => server.stop()));
  await database.drop();
});

/** Each test has a room and a channel of its own. */
beforeEach(openRoom);

async function openRoom(): Promise<void> {
  streamId = `7300000000000000${++rooms}`;
  path = `/${rooms}`;
  ({ channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    uniqueId: `streamer${rooms}`,
    simulated: false,
  }));
  await append(client, [now("CONNECTED", { payload: { provider: "direct", channelId, uniqueId: "anna" } })]);
}

/** Something that happens in the room just now. */
function now(eventType: UnifiedEvent["eventType"], fields: object = {}): UnifiedEvent {
  const timestamp = new Date().toISOString();
  const facts = { streamId, seqNo: ++seqNo, timestamp, ingestedAt: timestamp, user: viewer(1) };
  return makeEvent(eventType, { ...facts, ...fields });
}
const chat = (message = "hi") => now("CHAT", { payload: { message } });

const ask = (method: string, at: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(url + at, {
    method,
    headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
const post = (action: object, eventType = "CHAT") =>
  ask("POST", "/rules", { name: "Tell", eventType, matchAll: true, channelId, action });
async function save(action: object = {}, eventType?: string): Promise<Rule> {
  const isWebhook = !("type" in action);
  const response = await post(isWebhook ? { type: "webhook", url: receiver.url(path), ...action } : action, eventType);
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as Rule;
}
async function actionsOf({ ruleId }: Rule): Promise<RuleActionItem[]> {
  const response = await ask("GET", `/actions?ruleId=${ruleId}`);
  return ((await response.json()) as Page<RuleActionItem>).items.reverse();
}
/** Once all that the rule decided came to this. */
const ends = (rule: Rule, ...states: [state: string, reason: string | null][]) =>
  waitFor(async () => expect((await actionsOf(rule)).map(({ state, reason }) => [state, reason])).toEqual(states));
const idsOf = (received: Received[]) => [...new Set(received.map(({ id }) => id))];
const never = () => {};

describe("a webhook", () => {
  it("is the event, signed with the channel's secret", async () => {
    const rule = await save();
    const secret = await ask("POST", "/rules/webhook-secret", { channelId });
    expect(secret.status).toBe(200);
    const event = chat();
    await append(client, [event]);
    await ends(rule, ["done", null]);
    const [received, ...more] = receiver.at(path);
    expect(more).toEqual([]);
    expect(received?.json).toEqual(event);
    const { body, headers } = received as Received;
    const webhook = new Webhook(((await secret.json()) as WebhookSecret).secret);
    expect(webhook.verify(body, headers as Record<string, string>)).toEqual(event);
  });

  it("is the filled-in template, in which a viewer's text stays a text", async () => {
    const rule = await save({ template: '{"said": "{message}", "n": 1}' });
    await append(client, [chat('", "n": 2, "x": "{coins}')]);
    await ends(rule, ["done", null]);
    expect(receiver.at(path)[0]?.json).toEqual({ said: '", "n": 2, "x": "{coins}', n: 1 });
  });

  it("comes again under its id until it is taken, once for each effect", async () => {
    receiver.will(path, 500, 429, (response) => response.destroy(), 204);
    const rule = await save();
    const event = chat();
    await append(client, [event, event]);
    await ends(rule, ["done", null]);
    expect(receiver.at(path)).toHaveLength(4);
    expect(idsOf(receiver.at(path))).toHaveLength(1);
  });

  it.each([400, 404, 410])("that is answered %d is over", async (status) => {
    receiver.will(path, status);
    const rule = await save();
    await append(client, [chat()]);
    await ends(rule, ["failed", `http_${status}`]);
    expect(receiver.at(path)).toHaveLength(1);
  });

  it("that is taken is done, though the rest of the answer never ends", async () => {
    receiver.will(path, (response) => flood(response.writeHead(200)));
    const rule = await save();
    await append(client, [chat()]);
    await ends(rule, ["done", null]);
    expect(receiver.at(path)).toHaveLength(1);
  });

  it("is given up when it is too old", async () => {
    receiver.will(path, 503);
    const rule = await save();
    await append(client, [chat()]);
    await waitFor(() => expect(receiver.at(path).length).toBeGreaterThan(2));
    await db.query(
      sql`update actions_log set decided_at = now() - interval '11 minutes' where rule_id = ${rule.ruleId}`,
    );
    await waitFor(async () => expect((await actionsOf(rule))[0]).toMatchObject({ state: "failed" }));
    expect(await queued(rule)).toBe(0);
  });

  it("that hangs, as another of the channel does, delays no third", async () => {
    const hung: ServerResponse[] = [];
    const hanging = [receiver, other];
    for (const target of hanging) target.will(path, (response) => hung.push(response));
    const unwilling = await Promise.all(hanging.map((target) => save({ url: target.url(path) })));
    await append(
      client,
      Array.from({ length: 20 }, () => chat()),
    );
    await waitFor(() => expect(hung).toHaveLength(6)); // of eight places two are left
    const fine = await save({ url: (others[0] as Receiver).url(path) });
    await append(client, [chat(), chat(), chat()]);
    const done: [string, null] = ["done", null];
    await ends(fine, done, done, done);
    for (const target of hanging) target.will(path, 204);
    for (const response of hung) response.writeHead(204).end();
    for (const rule of unwilling) await ends(rule, ...Array.from({ length: 23 }, () => done));
  });

  it("that hangs delays no other target, nor the stream", async () => {
    const hung: ServerResponse[] = [];
    receiver.will(path, (response) => hung.push(response));
    const hanging = await save();
    const fine = await save({ url: other.url(path) });
    await append(
      client,
      Array.from({ length: 20 }, () => chat()),
    );
    await ends(fine, ...Array.from({ length: 20 }, (): [string, null] => ["done", null]));
    const states = (await actionsOf(hanging)).map(({ state }) => state);
    expect(states).toHaveLength(20);
    expect(new Set(states)).toEqual(new Set(["planned", "executing"]));
    await waitFor(() => expect(receiver.at(path)).toHaveLength(4));
    receiver.will(path, 204);
    for (const response of hung) response.writeHead(204).end();
    await ends(hanging, ...Array.from({ length: 20 }, (): [string, null] => ["done", null]));
  });

  it("that hangs at all targets of a channel delays neither another channel's nor a ban", async () => {
    const hanging = [receiver, ...others];
    const hangingPath = path;
    for (const target of hanging) {
      target.will(hangingPath, never);
      await save({ url: target.url(hangingPath) });
    }
    await append(client, [chat(), chat(), chat(), chat()]);
    const hung = () => hanging.flatMap((target) => target.at(hangingPath)).length;
    await waitFor(() => expect(hung()).toBeGreaterThanOrEqual(7));
    await openRoom();
    const fine = await save({ url: other.url(path) });
    const banned = await save({ type: "moderate", measure: "ban", reason: "x" });
    await append(client, [chat()]);
    for (const rule of [fine, banned]) await ends(rule, ["done", null]);
    expect(hung()).toBeLessThanOrEqual(8);
    for (const target of hanging) {
      target.will(hangingPath, 204);
      target.hangUp();
    }
  });

  it("that hangs delays no other channel's at the same target", async () => {
    const hangingPath = path;
    receiver.will(path, never);
    await save();
    await append(
      client,
      Array.from({ length: 40 }, () => chat()),
    );
    await waitFor(() => expect(receiver.at(path)).toHaveLength(4));
    await openRoom();
    const fine = await save();
    await append(client, [chat(), chat()]);
    await ends(fine, ["done", null], ["done", null]);
    expect(receiver.at(hangingPath)).toHaveLength(4);
    receiver.will(hangingPath, 204);
    receiver.hangUp();
  });

  it("that is to wait holds back what goes to the same target of the channel, as long as that asks for", async () => {
    receiver.will(path, (response) => response.writeHead(429, { "retry-after": "60" }).end(), 204);
    const [asked, fine] = [await save(), await save({ url: other.url(path) })];
    await append(client, [chat()]);
    await waitFor(async () => expect(await actionsOf(asked)).toMatchObject([{ state: "planned", reason: "http_429" }]));
    await append(client, [chat(), chat()]);
    const done: [string, null] = ["done", null];
    await ends(fine, done, done, done);
    const waiting: [string, null] = ["planned", null];
    await ends(asked, ["planned", "http_429"], waiting, waiting);
    expect(receiver.at(path)).toHaveLength(1);
    await db.query(sql`update action_pauses set until = now() where channel_id = ${channelId}`);
    await db.query(sql`update action_queue set due_at = now() where channel_id = ${channelId}`);
    await ends(asked, done, done, done);
    expect(await db.query(sql`select from action_pauses where channel_id = ${channelId}`)).toEqual([]);
  });

  it("that fails again and again is tried one at a time", async () => {
    const hung: ServerResponse[] = [];
    receiver.will(path, ...Array(20).fill(503), (response: ServerResponse) => hung.push(response));
    const [failing, fine] = [await save(), await save({ url: other.url(path) })];
    await append(
      client,
      Array.from({ length: 12 }, () => chat()),
    );
    await waitFor(() => expect(hung).toHaveLength(1));
    await append(client, [chat()]);
    await ends(fine, ...Array.from({ length: 13 }, (): [string, null] => ["done", null]));
    expect(hung).toHaveLength(1);
    receiver.will(path, 204);
    hung[0]?.writeHead(204).end();
    await waitFor(async () => expect(await queued(failing)).toBe(0));
    expect(new Set((await actionsOf(failing)).map(({ state }) => state))).toEqual(new Set(["done"]));
  });

  it("whose sender died is sent by another under the same id, and the dead one's word counts no more", async () => {
    let late: () => void = never;
    receiver.will(path, (response) => (late = () => response.writeHead(400).end()), 204);
    const rule = await save();
    await append(client, [chat()]);
    await waitFor(() => expect(receiver.at(path)).toHaveLength(1));
    await ends(rule, ["executing", null]);
    await db.query(sql`update action_queue set due_at = now()`);
    await ends(rule, ["done", null]);
    late();
    await append(client, [chat()]);
    await ends(rule, ["done", null], ["done", null]);
    expect(idsOf(receiver.at(path).slice(0, 2))).toHaveLength(1);
    expect(receiver.at(path)).toHaveLength(3);
  });

  it("is not sent any more once its rule is deleted", async () => {
    const hung: ServerResponse[] = [];
    receiver.will(path, (response) => hung.push(response));
    const rule = await save();
    for (let i = 0; i < 6; i++) await append(client, [chat()]);
    await waitFor(() => expect(hung).toHaveLength(4));
    expect((await ask("DELETE", `/rules/${rule.ruleId}`, undefined, { "if-match": '"1"' })).status).toBe(204);
    for (const response of hung) response.writeHead(204).end();
    const sent: [string, null] = ["done", null];
    const off: [string, string] = ["failed", "rule_off"];
    await ends(rule, sent, sent, sent, sent, off, off);
    expect(receiver.at(path)).toHaveLength(4);
  });

  it("is not tried again once its rule is switched off", async () => {
    receiver.will(path, 503);
    const rule = await save();
    await append(client, [chat()]);
    await waitFor(() => expect(receiver.at(path).length).toBeGreaterThan(1));
    const action = { type: "webhook", url: receiver.url(path) };
    const off = { name: "Tell", eventType: "CHAT", matchAll: true, enabled: false, action };
    expect((await ask("PUT", `/rules/${rule.ruleId}`, off, { "if-match": '"1"' })).status).toBe(200);
    await ends(rule, ["failed", "rule_off"]);
  });

  it("to an address that nothing is sent to cannot be saved", async () => {
    const response = await post({ type: "webhook", url: "http://169.254.169.254/latest" });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ error_code: "EGRESS_REFUSED" });
  });
});

describe("chat and moderation", () => {
  const chatPath = () => `/webcast/rooms/${streamId}/chat`;
  const announce = { type: "announce", template: "Hello {username}" };

  it("go to the room over Euler, as the account that is configured", async () => {
    const said = await save(announce);
    const muted = await save({ type: "moderate", measure: "timeout", seconds: 90, reason: "x" });
    const banned = await save({ type: "moderate", measure: "ban", reason: "x" });
    await append(client, [chat()]);
    for (const rule of [said, muted, banned]) await ends(rule, ["done", null]);
    const { userId } = viewer(1);
    const moderation = `/webcast/rooms/${streamId}/moderation`;
    expect(euler.at(chatPath())).toMatchObject([
      { method: "POST", json: { content: "Hello viewer1" }, headers: { "x-api-key": "key", "x-oauth-token": "token" } },
    ]);
    expect(euler.at(`${moderation}/mutes?user_id=${userId}&duration=60`)).toMatchObject([{ method: "PUT" }]);
    expect(euler.at(`${moderation}/bans?tiktok_user_id=${userId}`)).toMatchObject([{ method: "PUT" }]);
  });

  it("are never sent again when they may have got there", async () => {
    euler.will(chatPath(), 500, (response) => response.destroy(), 204);
    const rule = await save(announce);
    for (const message of ["a", "b", "c"]) await append(client, [chat(message)]);
    await waitFor(() => expect(euler.at(chatPath())).toHaveLength(3));
    await waitFor(async () =>
      expect((await actionsOf(rule)).map(({ state }) => state).sort()).toEqual(["done", "unknown", "unknown"]),
    );
  });

  it("are sent again when they were refused for the time being, and nothing was done", async () => {
    euler.will(chatPath(), 429, 429, 204);
    const rule = await save(announce);
    await append(client, [chat()]);
    await waitFor(async () => expect(await actionsOf(rule)).toMatchObject([{ state: "done" }]));
    expect(euler.at(chatPath())).toHaveLength(3);
  });

  it("say things in the order in which they were decided, however slow", async () => {
    let first: ServerResponse | undefined;
    euler.will(chatPath(), (response) => (first = response), 204);
    const said = await save({ ...announce, template: "{message}" });
    const banned = await save({ type: "moderate", measure: "ban", reason: "x" });
    await append(client, ["a", "b", "c", "d"].map(chat));
    const done: [string, null] = ["done", null];
    await ends(banned, done, done, done, done);
    await waitFor(() => expect(first).toBeDefined());
    expect(euler.at(chatPath())).toHaveLength(1);
    first?.writeHead(204).end();
    await ends(said, done, done, done, done);
    expect(euler.at(chatPath()).map(({ json }) => json.content)).toEqual(["a", "b", "c", "d"]);
  });

  it("are not sent again after a crash in the middle of it, either", async () => {
    euler.will(chatPath(), never);
    const rule = await save(announce);
    await append(client, [chat()]);
    await waitFor(() => expect(euler.at(chatPath())).toHaveLength(1));
    await db.query(sql`update action_queue set due_at = now()`);
    await ends(rule, ["unknown", "interrupted"]);
    expect(euler.at(chatPath())).toHaveLength(1);
    euler.hangUp();
  });

  it("are not caused by the account itself, nor without words", async () => {
    const rule = await save({ ...announce, template: "{message}" });
    await append(client, [
      now("CHAT", { user: { ...viewer(2), uniqueId: "bot" } }),
      now("CHAT", { user: viewer(3), payload: { message: " " } }),
    ]);
    await ends(rule, ["skipped", "own_account"], ["skipped", "empty"]);
    expect(euler.at(chatPath())).toEqual([]);
  });

  it("say no more than twenty things at once in a channel", async () => {
    const rule = await save(announce);
    await append(
      client,
      Array.from({ length: 24 }, () => chat()),
    );
    await waitFor(async () => {
      const actions = await actionsOf(rule);
      const done = actions.filter(({ state }) => state === "done").length;
      const refused = actions.filter(({ reason }) => reason === "chat_limit").length;
      expect(done).toBeGreaterThanOrEqual(20); // more, as minutes pass
      expect(refused).toBeGreaterThan(0);
      expect(done + refused).toBe(24);
      expect(euler.at(chatPath())).toHaveLength(done);
    });
  });
});

async function queued({ ruleId }: Rule): Promise<number> {
  const [row] = await db.query(sql`
    select count(*)::int as count from action_queue join actions_log using (action_id) where rule_id = ${ruleId}`);
  return row.count;
}

it("what was sent is counted", async () => {
  const text = await (await ask("GET", "/metrics")).text();
  expect(text).toMatch(/ttlc_rules_actions_total\{type="webhook",state="done",node="[^"]+"\} \d+/);
  expect(text).toMatch(/ttlc_rules_retried_total\{type="webhook",node="[^"]+"\} \d+/);
});

it("with a session of the account, rules speak, and moderating is left to a person, whoever planned it", async () => {
  await broker.stop();
  await start({ TIKTOK_SESSION_ID: "hunter2hunter2", TIKTOK_TARGET_IDC: "useast1a" });
  const said = await save({ type: "announce", template: "Hello {username}" });
  const banned = await save({ type: "moderate", measure: "ban", reason: "x" });
  await append(client, [chat()]);
  await ends(said, ["done", null]);
  await ends(banned, ["skipped", "no_capability"]);
  const [{ json, headers }] = euler.at(`/webcast/rooms/${streamId}/chat`) as [Received];
  expect(json).toEqual({ content: "Hello viewer1" });
  expect(headers["x-cookie-header"]).toContain("sessionid=hunter2hunter2");
  expect(headers).not.toHaveProperty("x-oauth-token");

  const deed = { measure: "ban", seconds: null } as const;
  const { actionId } = await db.tx((tx) =>
    recordCommand(tx, {
      ...{ deed, channelId, streamId, sessionId: randomUUID(), userId: "9", evidence: null, givenReason: "x" },
      ...{ actor: { id: "a", name: "Bea", role: "moderator" }, state: "planned", reason: null },
    }),
  );
  await waitFor(async () => {
    const { items } = (await (await ask("GET", "/moderation/open")).json()) as Page<RuleActionItem>;
    expect(items.find((item) => item.actionId === actionId)).toMatchObject({
      state: "skipped",
      reason: "no_capability",
    });
  });
});
