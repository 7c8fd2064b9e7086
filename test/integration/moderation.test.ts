import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type ConnectionPool, type SQLQuery, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { ModerationTarget } from "../../contracts/moderation.ts";
import type { OpenAction } from "../../contracts/open-action.ts";
import type { Rule, RuleActionItem } from "../../contracts/rule.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { append, KEY, urlOf } from "../support/gateway.ts";
import { Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { makeKey } from "../support/tenants.ts";
import { waitFor } from "../support/wait-for.ts";
import { openSocket } from "../support/websocket.ts";

const settings = { perform: { lookMs: 20, drainMs: 100 }, patienceMs: 200 };

let redis: TestRedis;
let database: TestDatabase;
let euler: Receiver;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let url: string;
let seqNo = 0;
let rooms = 0;
/** A room of each test's own, with somebody in it who said something. */
let room: Room;

interface Room {
  channelId: string;
  streamId: string;
  /** What the first two people said. */
  said: UnifiedEvent[];
}

beforeAll(async () => {
  [redis, database, euler] = await Promise.all([startTestRedis(), createDatabase(), new Receiver().start()]);
  db = openPool(database.url);
  client = new Redis(redis.url);
  const config = testConfig({
    ...{ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" },
    ...{ EULER_API_URL: euler.host, EULER_API_KEY: "key", EULER_OAUTH_TOKEN: "token", EULER_ACCOUNT: "@Bot" },
    RATE_LIMIT_PER_MIN: "1000",
  });
  broker = new ServiceBroker(brokerOptions(config));
  broker.createService(storage);
  broker.createService({ ...rules, settings });
  broker.createService(gateway);
  await broker.start();
  url = urlOf(broker);
});

afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await Promise.all([euler.stop(), redis.stop()]);
  await database.drop();
});

beforeEach(async () => {
  room = await openRoom();
});

/** A room in which the streamer, the account and five viewers said something; resolves once that is stored. */
async function openRoom({ simulated = false, at = new Date() } = {}): Promise<Room> {
  const streamId = `73000000000000000${++rooms + 10}`;
  const owner = { ...viewer(100 + rooms), uniqueId: `streamer${rooms}` };
  const { channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    ...{ uniqueId: owner.uniqueId, ownerId: owner.userId, simulated },
  });
  const instant = at.toISOString();
  const facts = {
    ...{ streamId, sessionId: randomUUID(), timestamp: instant, ingestedAt: instant },
    provider: simulated ? ("simulator" as const) : ("direct" as const),
  };
  const { userId, uniqueId, displayName } = owner;
  const connected = { provider: facts.provider, channelId, uniqueId, owner: { userId, uniqueId, displayName } };
  const people = [viewer(1), viewer(2), viewer(3), viewer(4), viewer(5), owner, { ...viewer(99), uniqueId: "bot" }];
  const said = people.map((user) => makeEvent("CHAT", { ...facts, seqNo: ++seqNo, user, payload: { message: "hi" } }));
  await append(client, [makeEvent("CONNECTED", { ...facts, seqNo: ++seqNo, payload: connected }), ...said]);
  await waitFor(async () => {
    const found = await broker.call<ModerationTarget | null, object>("storage.target", {
      streamId,
      userId: "6800000099",
    });
    expect(found?.person).toMatchObject({ uniqueId: "bot" });
  });
  return { channelId, streamId, said };
}

/** Something in the room just now. */
function happening(eventType: UnifiedEvent["eventType"], fields: object): UnifiedEvent {
  const instant = new Date().toISOString();
  const { sessionId } = room.said[0] as UnifiedEvent;
  const facts = { streamId: room.streamId, sessionId, timestamp: instant, ingestedAt: instant };
  return makeEvent(eventType, { ...facts, seqNo: ++seqNo, ...fields });
}

const changeStream = (change: SQLQuery) =>
  asOwner(db, (tx) => tx.query(sql`update streams set ${change} where stream_id = ${room.streamId}`));

const ask = (method: string, path: string, body?: object, key = KEY) =>
  fetch(url + path, {
    method,
    headers: { "x-api-key": key, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
const idOf = (n: number) => viewer(n).userId;
const timeout = (n: number, more: object = {}) => ({
  ...{ streamId: room.streamId, userId: idOf(n), seconds: 60, reason: "links" },
  ...more,
});
const ban = (n: number, more: object = {}) => ({
  streamId: room.streamId,
  userId: idOf(n),
  reason: "threats",
  ...more,
});

/** Commands, and answers what was written down. */
async function told(what: "timeout" | "ban" | "undo", body: object): Promise<RuleActionItem> {
  const response = await ask("POST", `/moderation/${what}`, body);
  expect(response.status, await response.clone().text()).toBe(202);
  return (await response.json()) as RuleActionItem;
}
const read = async <Answer>(path: string): Promise<Answer> => (await (await ask("GET", path)).json()) as Answer;
const now = ({ actionId }: RuleActionItem) => read<RuleActionItem>(`/actions/${actionId}`);
/** Once it came to this. */
const becomes = (action: RuleActionItem, state: string, reason: string | null = null) =>
  waitFor(async () => expect(await now(action)).toMatchObject({ state, reason }));
const undo = ({ actionId }: RuleActionItem) => told("undo", { actionId });
const openOnes = async () => (await read<Page<RuleActionItem>>("/moderation/open")).items;

async function refused(response: Response, status: number, code: string): Promise<void> {
  const { error_code, message, correlation_id, ...more } = (await response.json()) as Record<string, unknown>;
  expect([response.status, error_code]).toEqual([status, code]);
  expect([typeof message, typeof correlation_id]).toEqual(["string", "string"]);
  expect(Object.keys(more).filter((name) => name !== "details")).toEqual([]);
}

const mutes = (n: number, seconds?: number) =>
  `/webcast/rooms/${room.streamId}/moderation/mutes?user_id=${idOf(n)}${seconds ? `&duration=${seconds}` : ""}`;
const bans = (n: number) => `/webcast/rooms/${room.streamId}/moderation/bans?tiktok_user_id=${idOf(n)}`;
const methodsAt = (path: string) => euler.at(path).map(({ method }) => method);

describe("a command", () => {
  it("is written down with who, why and what it is because of, and sent once", async () => {
    const { id, secret } = await makeKey(broker, "moderator", [room], { name: "Bea" });
    const eventId = room.said[0]?.eventId;
    const response = await ask("POST", "/moderation/timeout", timeout(1, { eventId }), secret);
    expect(response.status).toBe(202);
    const action = (await response.json()) as RuleActionItem;
    expect(response.headers.get("location")).toBe(`/actions/${action.actionId}`);
    expect(action).toMatchObject({
      ...{ streamId: room.streamId, sessionId: room.said[0]?.sessionId, eventId, userId: idOf(1) },
      ...{ type: "moderate", measure: "timeout", seconds: 60, state: "planned", reason: null, givenReason: "links" },
      ...{ ruleId: null, actor: { id, name: "Bea", role: "moderator" }, undoes: null, undoneBy: null, resolved: null },
    });
    await becomes(action, "done");
    expect(euler.at(mutes(1, 60))).toMatchObject([
      { method: "PUT", body: "", headers: { "x-api-key": "key", "x-oauth-token": "token" } },
    ]);
    const banned = await told("ban", ban(2));
    await becomes(banned, "done");
    expect(methodsAt(bans(2))).toEqual(["PUT"]);
    const found = await read<Page<RuleActionItem>>(`/actions?userId=${idOf(1)}&type=moderate&by=person`);
    expect(found.items.filter(({ streamId }) => streamId === room.streamId)).toMatchObject([
      { actionId: action.actionId, state: "done" },
    ]);
    expect((await read<Page<RuleActionItem>>(`/actions?by=rule&eventId=${eventId}`)).items).toEqual([]);
  });

  it("is asked for once under one Idempotency-Key, and on a WebSocket too", async () => {
    const headers = { "x-api-key": KEY, "content-type": "application/json", "idempotency-key": randomUUID() };
    const body = JSON.stringify(ban(1));
    for (let time = 0; time < 2; time++) await fetch(`${url}/moderation/ban`, { method: "POST", headers, body });
    await waitFor(() => expect(methodsAt(bans(1))).toEqual(["PUT"]));
    const socket = await openSocket(url, { "x-api-key": KEY });
    const answer = await socket.ask({ request: "call", route: "timeOutPerson", input: timeout(2, { seconds: 5 }) });
    expect(answer).toMatchObject({ status: "ok", code: 202, result: { seconds: 5 } });
    socket.ws.close();
    await becomes(answer.result, "done");
    expect(methodsAt(mutes(2, 5))).toEqual(["PUT"]);
    expect(methodsAt(bans(1))).toEqual(["PUT"]);
  });

  it("that may have got there is unknown, and never sent again", async () => {
    euler.will(bans(1), 500, 204);
    const action = await told("ban", ban(1));
    await becomes(action, "unknown", "http_500");
    await db.query(sql`update action_queue set due_at = now()`);
    await becomes(await told("ban", ban(2)), "done");
    expect(methodsAt(bans(1))).toEqual(["PUT"]);
  });

  it("is sent whatever another room, that the account does not moderate, refuses", async () => {
    euler.will(bans(1), 403);
    for (let time = 0; time < 6; time++) await becomes(await told("ban", ban(1)), "failed", "http_403");
    room = await openRoom();
    await becomes(await told("ban", ban(1)), "done");
  });

  it("does nothing to the streamer or the account that acts", async () => {
    const streamer = room.said[5]?.user?.userId;
    expect(await told("ban", ban(1, { userId: streamer }))).toMatchObject({ state: "skipped", reason: "streamer" });
    const own = await told("timeout", timeout(99));
    expect(own).toMatchObject({ state: "skipped", reason: "own_account" });
    expect(euler.at(bans(1))).toEqual([]);
    expect((await openOnes()).filter(({ streamId }) => streamId === room.streamId)).toEqual([]);
    await refused(await ask("POST", "/moderation/undo", { actionId: own.actionId }), 409, "NOT_UNDOABLE");
  });

  it("is refused for evidence of another person or broadcast", async () => {
    const other = await openRoom();
    for (const eventId of [room.said[1]?.eventId, other.said[0]?.eventId]) {
      await refused(await ask("POST", "/moderation/ban", ban(1, { eventId })), 422, "EVIDENCE_MISMATCH");
    }
    expect(euler.at(bans(1))).toEqual([]);
  });

  it("waits for evidence that is about to be stored, and is given with what is not, which it says", async () => {
    const said = happening("CHAT", { user: viewer(1) });
    const given = told("timeout", timeout(1, { eventId: said.eventId }));
    await append(client, [said]);
    expect(await given).toMatchObject({ eventId: said.eventId, unconfirmed: false, eventAt: said.timestamp });
    const eventId = sha256(randomUUID());
    const action = await told("ban", ban(1, { eventId }));
    expect(action).toMatchObject({ eventId, unconfirmed: true, state: "planned" });
    await becomes(action, "done");
  });

  it.each([
    ["a length that TikTok has not", () => timeout(1, { seconds: 59 })],
    ["no reason", () => timeout(1, { reason: " " })],
    ["too much", () => timeout(1, { state: "done" })],
  ])("is refused for %s", async (_, body) => {
    await refused(await ask("POST", "/moderation/timeout", body()), 400, "VALIDATION_ERROR");
  });

  it("is refused for whom the channel never saw, and in what is no room", async () => {
    await refused(await ask("POST", "/moderation/ban", ban(777)), 404, "NOT_FOUND");
    await refused(await ask("POST", "/moderation/ban", ban(1, { streamId: "nothing" })), 404, "NOT_FOUND");
    await refused(await ask("GET", "/moderation/capabilities?streamId=nothing"), 404, "NOT_FOUND");
    await refused(await ask("GET", "/actions/999999999"), 404, "NOT_FOUND");
    await refused(await ask("POST", "/moderation/undo", { actionId: "999999999" }), 404, "NOT_FOUND");
    const closing = { actionId: "999999999", outcome: "dismissed" };
    await refused(await ask("POST", "/moderation/resolve", closing), 404, "NOT_FOUND");
  });

  it("is refused in a broadcast that is long over", async () => {
    room = await openRoom({ at: new Date(Date.now() - 1_860_000) });
    await refused(await ask("POST", "/moderation/ban", ban(1)), 409, "STREAM_ENDED");
    const can = await read(`/moderation/capabilities?streamId=${room.streamId}`);
    expect(can).toMatchObject({ ban: { can: false, reason: "stream_ended" } });
  });

  it("reaches nobody in another's channel", async () => {
    const action = await told("ban", ban(1));
    const { secret } = await makeKey(broker, "moderator", [await openRoom()]);
    const { actionId } = action;
    for (const [method, path, body] of [
      ["POST", "/moderation/ban", ban(1)],
      ["POST", "/moderation/timeout", timeout(1)],
      ["POST", "/moderation/undo", { actionId }],
      ["POST", "/moderation/resolve", { actionId, outcome: "dismissed" }],
      ["GET", `/actions/${actionId}`, undefined],
      ["GET", `/moderation/capabilities?streamId=${room.streamId}`, undefined],
    ] as const) {
      await refused(await ask(method, path, body, secret), 404, "NOT_FOUND");
    }
    await becomes(action, "done");
  });
});

describe("what is done to one person", () => {
  it("goes one by one, and nobody else waits", async () => {
    let undoing: ServerResponse | undefined;
    euler.will(bans(1), 204, (response) => (undoing = response), 204);
    const first = await told("ban", ban(1));
    await becomes(first, "done");
    const lifted = await undo(first);
    await waitFor(() => expect(undoing).toBeDefined());
    const second = await told("ban", ban(1));
    const other = await told("ban", ban(2));
    await becomes(other, "done");
    expect(await now(second)).toMatchObject({ state: "planned" });
    undoing?.writeHead(204).end();
    for (const action of [lifted, second]) await becomes(action, "done");
    expect(methodsAt(bans(1))).toEqual(["PUT", "DELETE", "PUT"]);
  });

  it("by a rule as by a person, and waits no longer than it is known what became of it", async () => {
    const { channelId, streamId } = room;
    const action = { type: "moderate", measure: "timeout", seconds: 300, reason: "x" };
    await ask("POST", "/rules", { name: "test", eventType: "FOLLOW", matchAll: true, channelId, action });
    euler.will(mutes(3, 300), () => {});
    const instant = new Date().toISOString();
    const follow = { streamId, seqNo: ++seqNo, timestamp: instant, ingestedAt: instant, user: viewer(3) };
    await append(client, [makeEvent("FOLLOW", follow)]);
    await waitFor(() => expect(methodsAt(mutes(3, 300))).toEqual(["PUT"]));
    const corrected = await told("timeout", timeout(3, { seconds: 5 }));
    await becomes(await told("timeout", timeout(2)), "done");
    expect(await now(corrected)).toMatchObject({ state: "planned" });
    await db.query(sql`update action_queue set due_at = now() where channel_id = ${channelId}`); // as if its process had died
    await becomes(corrected, "done");
    const [byRule] = (await read<Page<RuleActionItem>>(`/actions?by=rule&userId=${idOf(3)}`)).items;
    expect(byRule).toMatchObject({ streamId, state: "unknown", reason: "interrupted" });
    euler.hangUp();
  });
});

it("what a rule has waiting for a person is given up for what a moderator commands", async () => {
  const { channelId, streamId } = room;
  const action = { type: "moderate", measure: "timeout", seconds: 300, reason: "x" };
  await ask("POST", "/rules", { name: "test", eventType: "FOLLOW", matchAll: true, channelId, action });
  euler.will(mutes(4, 300), (response) => response.writeHead(429, { "retry-after": "30" }).end());
  const instant = new Date().toISOString();
  const follow = { streamId, seqNo: ++seqNo, timestamp: instant, ingestedAt: instant, user: viewer(4) };
  await append(client, [makeEvent("FOLLOW", follow)]);
  const byRule = async () => (await read<Page<RuleActionItem>>(`/actions?by=rule&userId=${idOf(4)}`)).items;
  await waitFor(async () => expect(await byRule()).toMatchObject([{ state: "planned", reason: "http_429" }]));
  await becomes(await told("ban", ban(4)), "done");
  expect(await byRule()).toMatchObject([{ state: "failed", reason: "superseded" }]);
});

describe("undo", () => {
  it("lifts what was done, once, however many ask", async () => {
    const action = await told("ban", ban(1));
    await becomes(action, "done");
    const [first, ...rest] = await Promise.all(Array.from({ length: 8 }, () => undo(action)));
    expect(first).toMatchObject({ measure: "unban", userId: idOf(1), undoes: action.actionId });
    expect(new Set([first, ...rest].map((item) => item?.actionId)).size).toBe(1);
    await becomes(first as RuleActionItem, "done");
    expect(await now(action)).toMatchObject({ state: "done", undoneBy: first?.actionId });
    expect(methodsAt(bans(1))).toEqual(["PUT", "DELETE"]);
    const again = await ask("POST", "/moderation/undo", { actionId: first?.actionId });
    await refused(again, 409, "NOT_UNDOABLE");
  });

  it("lifts what may have been done", async () => {
    euler.will(mutes(1, 60), 502);
    const action = await told("timeout", timeout(1));
    await becomes(action, "unknown", "http_502");
    await becomes(await undo(action), "done");
    expect(methodsAt(mutes(1))).toEqual(["DELETE"]);
  });

  it("can be tried again when it failed or nobody knows", async () => {
    euler.will(mutes(1), 403, 502, 204);
    const action = await told("timeout", timeout(1));
    await becomes(action, "done");
    await becomes(await undo(action), "failed", "http_403");
    expect(await now(action)).toMatchObject({ undoneBy: null });
    const second = await undo(action);
    await becomes(second, "unknown", "http_502");
    expect(await now(action)).toMatchObject({ undoneBy: second.actionId });
    const third = await undo(action);
    await becomes(third, "done");
    expect(await now(action)).toMatchObject({ undoneBy: third.actionId });
    expect(await undo(action)).toMatchObject({ actionId: third.actionId });
  });

  it("of a ban goes on after the broadcast, of a timeout does not", async () => {
    const [banned, muted] = [await told("ban", ban(1)), await told("timeout", timeout(2))];
    for (const action of [banned, muted]) await becomes(action, "done");
    await changeStream(sql`last_at = now() - interval '1 hour'`);
    await becomes(await undo(banned), "done");
    expect(methodsAt(bans(1))).toEqual(["PUT", "DELETE"]);
    await refused(await ask("POST", "/moderation/undo", { actionId: muted.actionId }), 409, "STREAM_ENDED");
    const can = await read(`/moderation/capabilities?streamId=${room.streamId}`);
    expect(can).toMatchObject({ ban: { reason: "stream_ended" }, undo: { can: true } });
  });

  it("for which there was no means waits for a person, and is sent once there are", async () => {
    const action = await told("ban", ban(1));
    await becomes(action, "done");
    await changeStream(sql`simulated = true`);
    const waiting = await undo(action);
    expect(waiting).toMatchObject({ state: "skipped", reason: "no_capability" });
    expect((await undo(action)).actionId).toBe(waiting.actionId);
    expect(await now(action)).toMatchObject({ undoneBy: null });
    await changeStream(sql`simulated = false`);
    const sent = await undo(action);
    await becomes(sent, "done");
    expect(await now(action)).toMatchObject({ undoneBy: sent.actionId });
  });

  it("keeps back what is planned, and does not overtake what is under way", async () => {
    const hung = new Map<number, ServerResponse>();
    for (const n of [1, 2, 3, 4]) euler.will(bans(n), (response) => hung.set(n, response));
    const under = await Promise.all([1, 2, 3, 4].map((n) => told("ban", ban(n)))); // as many as go on at once
    await waitFor(() => expect(hung.size).toBe(4));
    const planned = await told("ban", ban(5));
    const keptBack = await undo(planned);
    expect(keptBack).toMatchObject({ state: "done", measure: "unban", undoes: planned.actionId });
    expect(await now(planned)).toMatchObject({ state: "failed", reason: "undone", undoneBy: keptBack.actionId });
    const waiting = await undo(under[0] as RuleActionItem);
    euler.will(bans(1), 204);
    for (const n of [2, 3, 4]) hung.get(n)?.writeHead(204).end();
    for (const action of under.slice(1)) await becomes(action, "done");
    expect(await now(waiting)).toMatchObject({ state: "planned" });
    hung.get(1)?.writeHead(204).end();
    await becomes(waiting, "done");
    expect(methodsAt(bans(1))).toEqual(["PUT", "DELETE"]);
    expect(euler.at(bans(5))).toEqual([]);
  });

  it("lifts what a rule did, and nothing else that it did", async () => {
    const { channelId, streamId } = room;
    const save = (action: object) =>
      ask("POST", "/rules", { name: "test", eventType: "FOLLOW", matchAll: true, channelId, action });
    await save({ type: "moderate", measure: "timeout", seconds: 90, reason: "{username}" });
    await save({ type: "log", template: "x" });
    const instant = new Date().toISOString();
    const follow = { streamId, seqNo: ++seqNo, timestamp: instant, ingestedAt: instant, user: viewer(1) };
    await append(client, [makeEvent("FOLLOW", follow)]);
    const decided = await waitFor(async () => {
      const { items } = await read<Page<RuleActionItem>>(`/actions?by=rule&userId=${idOf(1)}`);
      expect(items.map(({ state }) => state)).toEqual(["done", "done"]);
      return items;
    });
    const [logged] = decided.filter(({ type }) => type === "log");
    const [muted] = decided.filter(({ type }) => type === "moderate");
    expect(muted).toMatchObject({ measure: "timeout", seconds: 60, actor: null, rendered: "viewer1" });
    const lifted = await undo(muted as RuleActionItem);
    expect(lifted).toMatchObject({ ruleId: null, measure: "unmute" });
    await becomes(lifted, "done");
    await refused(await ask("POST", "/moderation/undo", { actionId: logged?.actionId }), 409, "NOT_UNDOABLE");
  });
});

it("a rule does nothing to the streamer, either", async () => {
  const { channelId, streamId } = room;
  const action = { type: "moderate", measure: "ban", reason: "x" };
  await ask("POST", "/rules", { name: "test", eventType: "FOLLOW", matchAll: true, channelId, action });
  const user = room.said[5]?.user;
  const instant = new Date().toISOString();
  const follow = { streamId, seqNo: ++seqNo, timestamp: instant, ingestedAt: instant };
  await append(client, [makeEvent("FOLLOW", { ...follow, user: user ?? null })]);
  await waitFor(async () => {
    const { items } = await read<Page<RuleActionItem>>(`/actions?by=rule&userId=${user?.userId}`);
    expect(items).toMatchObject([{ state: "skipped", reason: "streamer" }]);
  });
});

describe("what there is no means for", () => {
  it("waits for a person, who closes it", async () => {
    room = await openRoom({ simulated: true });
    const can = await read(`/moderation/capabilities?streamId=${room.streamId}`);
    expect(can).toMatchObject({ timeout: { can: false, reason: "no_capability" }, seconds: [5, 30, 60, 300] });
    const [first, second] = [await told("ban", ban(1)), await told("timeout", timeout(2))];
    for (const action of [first, second]) expect(action).toMatchObject({ state: "skipped", reason: "no_capability" });
    const open = [second, first].map((action) => ({ ...action, ruleName: null, event: null }));
    expect((await openOnes()).slice(0, 2)).toEqual(open);
    const page = await read<Page<RuleActionItem>>("/moderation/open?limit=1");
    const next = await read<Page<RuleActionItem>>(`/moderation/open?limit=1&after=${page.next}`);
    expect([...page.items, ...next.items]).toEqual(open);
    const { id, secret } = await makeKey(broker, "moderator", [room], { name: "Cem" });
    const close = () =>
      ask("POST", "/moderation/resolve", { actionId: first.actionId, outcome: "done_by_hand" }, secret);
    const closed = await close();
    expect(closed.status).toBe(200);
    expect(await closed.json()).toMatchObject({
      actionId: first.actionId,
      resolved: { outcome: "done_by_hand", at: expect.any(String), by: { id, name: "Cem", role: "moderator" } },
    });
    await refused(await close(), 409, "NOT_OPEN");
    const mine = await ask("GET", "/moderation/open", undefined, secret);
    expect(((await mine.json()) as Page<RuleActionItem>).items).toEqual(open.slice(0, 1));
    expect(euler.at(bans(1))).toEqual([]);
  });

  it("is what rules want that stand: to people first, with why; and is dismissed of a rule in one", async () => {
    room = await openRoom({ simulated: true });
    const { secret } = await makeKey(broker, "moderator", [room]);
    const saved = async (name: string, action: object) => {
      const given = { name, eventType: "FOLLOW", matchAll: true, channelId: room.channelId, action };
      return ((await (await ask("POST", "/rules", given)).json()) as Rule).ruleId;
    };
    const ban = { type: "moderate", measure: "ban", reason: "{username} again" };
    const [bans, says] = [await saved("Bans", ban), await saved("Says", { type: "announce", template: "{username}" })];
    const [changed, deleted] = [await saved("Changed", ban), await saved("Deleted", ban)];
    const facts = { provider: "simulator" as const };
    await append(
      client,
      [1, 2].map((n) => happening("FOLLOW", { ...facts, user: viewer(n) })),
    );
    const waiting = async () => {
      const page = await ask("GET", "/moderation/open", undefined, secret);
      const { items } = (await page.json()) as Page<OpenAction>;
      return items.map(({ ruleName, rendered, event }) => [ruleName, rendered, event?.user?.userId]);
    };
    const of = (name: string, why: string) => [2, 1].map((n) => [name, `viewer${n}${why}`, idOf(n)]);
    await waitFor(async () => expect(await waiting()).toHaveLength(8));
    await fetch(`${url}/rules/${changed}`, {
      method: "PUT",
      headers: { "x-api-key": KEY, "content-type": "application/json", "if-match": '"1"' },
      body: JSON.stringify({ name: "Changed", eventType: "FOLLOW", matchAll: true, action: ban }),
    });
    await fetch(`${url}/rules/${deleted}`, { method: "DELETE", headers: { "x-api-key": KEY, "if-match": '"1"' } });
    expect(await waiting()).toEqual([...of("Bans", " again"), ...of("Says", "")]);
    await db.query(sql`update actions_log set decided_at = decided_at - interval '61 s' where rule_id = ${says}`);
    expect(await waiting()).toEqual(of("Bans", " again"));

    const resolve = (body: object, key = secret) => ask("POST", "/moderation/resolve", body, key);
    await refused(await resolve({ ruleId: bans, outcome: "done_by_hand" }), 400, "VALIDATION_ERROR");
    await refused(await resolve({ outcome: "dismissed" }), 400, "VALIDATION_ERROR");
    const another = await makeKey(broker, "moderator", [await openRoom()]);
    await refused(await resolve({ ruleId: bans, outcome: "dismissed" }, another.secret), 404, "NOT_FOUND");
    await refused(await resolve({ ruleId: randomUUID(), outcome: "dismissed" }, KEY), 404, "NOT_FOUND");
    for (const resolved of [2, 0]) {
      const answer = await resolve({ ruleId: bans, outcome: "dismissed" });
      expect([answer.status, await answer.json()]).toEqual([200, { ruleId: bans, resolved }]);
    }
    expect(await waiting()).toEqual([]);
  });

  it("is nothing in a room with an account", async () => {
    const fine = { can: true, reason: null, why: null };
    expect(await read(`/moderation/capabilities?streamId=${room.streamId}`)).toEqual({
      ...{ streamId: room.streamId, timeout: fine, ban: fine, undo: fine, seconds: [5, 30, 60, 300] },
    });
  });
});

it("commands are counted", async () => {
  const text = await (await ask("GET", "/metrics")).text();
  expect(text).toMatch(/ttlc_rules_commands_total\{measure="ban",state="done",node="[^"]+"\} \d+/);
  expect(text).toMatch(/ttlc_rules_commands_total\{measure="timeout",state="skipped",node="[^"]+"\} \d+/);
});
