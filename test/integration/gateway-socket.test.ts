import { connect } from "node:net";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Config } from "../../contracts/config.ts";
import { socketFrameSchemas } from "../../contracts/feed.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { feedLimits } from "../../services/gateway/live-feed.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { append, aRoom, fakeIngest, KEY, makeLoginCode, tailIsUp, urlOf, withClient } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { openFeed } from "../support/sse.ts";
import { openSocket, refusedSocket, type SocketFeed } from "../support/websocket.ts";

const key = { "x-api-key": KEY };

let redis: TestRedis;
let config: Config;
let broker: ServiceBroker;
let url: string;
const rooms: RoomStatus[] = [];
/** Keys that storage knows, and whose they are. */
const keys = new Map<string, string>([["an-ops-key", "ops"]]);
let streams = 0;

/** Storage that has nothing but keys: everything is in the stream still. */
const storage: ServiceSchema = {
  name: "storage",
  actions: {
    findKey: ({ params }) => {
      const [name, role] = [...keys].find(([secret]) => sha256(secret) === params.hash) ?? [];
      return role ? { keyId: sha256(name as string), name, role, channelIds: [], types: null, expiresAt: null } : null;
    },
    belongs: () => null,
    stream: () => null,
    streams: () => ({ items: [], next: null }),
    boundary: () => ({ position: "0-0" }),
    recent: () => ({ after: "0-0" }),
    roles: () => [],
  },
};

beforeAll(async () => {
  Object.assign(feedLimits, { recheckMs: 200 }); // instead of 5 s
  redis = await startTestRedis();
  const overrides = { REDIS_URL: redis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal", FEED_MAX_PER_KEY: "8" };
  config = testConfig(overrides);
  await withClient(config, (client) => client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM"));
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, fakeIngest(rooms), gateway]) broker.createService(service);
  await broker.start();
  await withClient(config, (client) => tailIsUp(client, broker.nodeID));
  url = urlOf(broker);
});

afterAll(async () => {
  await broker.stop();
  await redis.stop();
});

function newStream(): string {
  const streamId = `stream-${++streams}`;
  rooms.push(aRoom({ streamId, uniqueId: `anna${streams}` }));
  return streamId;
}

const add = (events: UnifiedEvent[]) => withClient(config, (client) => append(client, events));
const some = (type: EventType, streamId: string, seqNo: number, more = {}) =>
  makeEvent(type, { streamId, seqNo, user: viewer(seqNo), ...more });
const seqNos = (events: UnifiedEvent[]) => events.map(({ seqNo }) => seqNo);

async function close({ ws, closed }: SocketFeed): Promise<void> {
  ws.close();
  await closed;
}

it("a socket is welcomed, and gets nothing else before it asks", async () => {
  const socket = await openSocket(url, key);
  await socket.ask({ request: "ping" });
  expect(socket.frames).toEqual([
    { type: "welcome", connectionId: expect.any(String), keepaliveSeconds: 15 },
    { type: "response", id: 1, status: "ok" },
  ]);
  await close(socket);
});

it("a subscription brings the room's state, what it asked for of the past, and what comes", async () => {
  const streamId = newStream();
  const [first] = await add([some("CHAT", streamId, 1), some("CHAT", streamId, 2), some("LIKE", streamId, 3)]);
  const socket = await openSocket(url, key);
  const { status, subscription } = await socket.ask({
    ...{ request: "subscribe", stream: streamId, after: first },
    filter: { types: ["CHAT"] },
  });
  expect([status, typeof subscription]).toEqual(["ok", "string"]);
  await socket.until(() => expect(seqNos(socket.events(subscription))).toEqual([2]));
  const positions = await add([some("CHAT", streamId, 4), some("LIKE", streamId, 5)]);
  await socket.until(() => expect(seqNos(socket.events(subscription))).toEqual([2, 4]));
  await socket.until(() => expect(positions).toContain(socket.position(subscription)));
  expect(socket.frames.slice(1, 3)).toMatchObject([
    { type: "response", subscription },
    { type: "state", subscription, room: { streamId, state: "live" } },
  ]);
  const isFrame = createAjv().compile({ oneOf: [...socketFrameSchemas] });
  for (const frame of socket.frames) expect([frame, isFrame(frame)]).toEqual([frame, true]);
  await close(socket);
});

it("one connection carries several subscriptions, each of which ends by itself", async () => {
  const [one, other] = [newStream(), newStream()];
  const socket = await openSocket(url, key);
  const a = (await socket.ask({ request: "subscribe", stream: one })).subscription;
  const b = (await socket.ask({ request: "subscribe", stream: other })).subscription;
  const gifts = (await socket.ask({ request: "subscribe", stream: one, filter: { types: ["GIFT"] } })).subscription;
  expect(await socket.ask({ request: "subscribe", stream: one })).toMatchObject({
    ...{ status: "error", code: 409, error: { error_code: "ALREADY_SUBSCRIBED" } },
  });
  await add([some("GIFT", one, 1), some("CHAT", other, 2)]);
  await socket.until(() => {
    expect([a, b, gifts].map((name) => seqNos(socket.events(name)))).toEqual([[1], [2], [1]]);
  });
  expect(await socket.ask({ request: "unsubscribe", subscription: a })).toMatchObject({ status: "ok" });
  expect(await socket.ask({ request: "unsubscribe", subscription: a })).toMatchObject({ status: "error", code: 404 });
  await add([some("GIFT", one, 3)]);
  await socket.until(() => expect(seqNos(socket.events(gifts))).toEqual([1, 3]));
  expect(seqNos(socket.events(a))).toEqual([1]);
  await close(socket);
});

it("both transports filter alike and speak of the same positions", async () => {
  const streamId = newStream();
  const query = "types=GIFT,CHAT&q=viewer%202&source=all";
  const feed = await openFeed(`${url}/streams/${streamId}/events?${query}`, key);
  const socket = await openSocket(url, key);
  const filter = { types: ["GIFT", "CHAT"], q: "Viewer 2", source: "all" };
  const { subscription } = await socket.ask({ request: "subscribe", stream: streamId, filter });
  const of = (type: EventType, n: number, source: "live" | "replay" = "live") =>
    makeEvent(type, { streamId, seqNo: n, source, user: viewer(n) });
  await add([of("CHAT", 1), of("CHAT", 2), of("LIKE", 2), of("GIFT", 20), of("CHAT", 21, "replay"), of("CHAT", 3)]);
  const wanted = [2, 20, 21];
  await feed.until(() => expect(seqNos(feed.events())).toEqual(wanted));
  await socket.until(() => expect(seqNos(socket.events())).toEqual(wanted));
  expect(socket.position(subscription)).toBe(feed.position());
  feed.close();
  await close(socket);
});

it("ops sees no people, and may not look for them", async () => {
  const streamId = newStream();
  const ops = { "x-api-key": "an-ops-key" };
  const feed = await openFeed(`${url}/streams/${streamId}/events`, ops);
  const socket = await openSocket(url, ops);
  await socket.ask({ request: "subscribe", stream: streamId });
  const whole = await openFeed(`${url}/streams/${streamId}/events`, key);
  await add([some("CHAT", streamId, 1)]);
  for (const { events, until } of [feed, socket]) {
    await until(() => expect(events()).toMatchObject([{ seqNo: 1, user: null, masked: true, payload: {} }]));
  }
  await whole.until(() => expect(whole.events()).toMatchObject([{ seqNo: 1, user: viewer(1) }]));
  const refused = await fetch(`${url}/streams/${streamId}/events?q=anna`, { headers: ops });
  expect([refused.status, await refused.json()]).toMatchObject([403, { error_code: "PEOPLE_HIDDEN" }]);
  expect(await socket.ask({ request: "subscribe", stream: streamId, filter: { userId: "1" } })).toMatchObject({
    ...{ code: 403, error: { error_code: "PEOPLE_HIDDEN" } },
  });
  for (const { close } of [feed, whole]) close();
  await close(socket);
});

it("a command runs a route with the rights that it has over HTTP", async () => {
  const streamId = newStream();
  const [admin, ops] = [await openSocket(url, key), await openSocket(url, { "x-api-key": "an-ops-key" })];
  const overHttp = await (await fetch(`${url}/streams/${streamId}`, { headers: key })).json();
  expect(await admin.ask({ request: "call", route: "getStream", input: { id: streamId } })).toEqual({
    ...{ type: "response", id: 1, status: "ok", code: 200, result: overHttp },
  });
  const refusals = [
    await admin.ask({ request: "call", route: "getStream", input: { id: "nobody" } }),
    await admin.ask({ request: "call", route: "getStream" }),
    await admin.ask({ request: "call", route: "getStream", input: { id: "\ud800" } }),
    await admin.ask({ request: "call", route: "getStream", input: { id: { toString: 1 } } }),
    await admin.ask({ request: "subscribe", stream: "\ud800" }),
    await admin.ask({ request: "call", route: "connectRoom", input: { uniqueId: "anna" } }),
    await admin.ask({ request: "call", route: "nothing" }),
    await ops.ask({ request: "call", route: "getMe" }),
    await ops.ask({ request: "call", route: "listSessionEvents", input: {} }),
  ];
  expect(refusals.map(({ code, error }) => [code, error?.error_code])).toEqual([
    ...[[404, "NOT_FOUND"], ...Array(4).fill([400, "VALIDATION_ERROR"]), [403, "NOT_A_COMMAND"], [404, "NOT_FOUND"]],
    ...[
      [200, undefined],
      [400, "VALIDATION_ERROR"],
    ],
  ]);
  await close(admin);
  await close(ops);
});

it("frames that are no requests are refused in the one shape, and too many of them end it", async () => {
  const socket = await openSocket(url, key);
  for (const bad of ["{", '{"id":7}', '{"id":8,"request":"dance"}', '{"id":9,"request":"subscribe"}'])
    socket.ws.send(bad);
  socket.ws.send(Buffer.from("bytes"), { binary: true });
  const answers = () => socket.frames.filter(({ status }) => status === "error");
  await socket.until(() => expect(answers()).toHaveLength(5));
  expect(answers().map(({ id, code, error }) => [id, code, error.error_code])).toEqual([
    ...[
      [null, 400, "BAD_JSON"],
      [7, 400, "VALIDATION_ERROR"],
      [8, 400, "VALIDATION_ERROR"],
    ],
    ...[
      [9, 400, "VALIDATION_ERROR"],
      [null, 400, "BAD_JSON"],
    ],
  ]);
  for (let i = 0; i < 5; i++) socket.ws.send("no");
  expect(await socket.closed).toBe(4400);
});

it("a frame above 64 KiB ends it", async () => {
  const socket = await openSocket(url, key);
  socket.ws.send(`"${"x".repeat(65_536)}"`);
  expect(await socket.closed).toBe(1009);
});

it("an upgrade is refused as a request would be, before anything is spoken", async () => {
  const cookie = await logIn();
  const refusals = [
    await refusedSocket(`${url}/ws`),
    await refusedSocket(`${url}/ws`, { "x-api-key": "wrong" }),
    await refusedSocket(`${url}/ws?ticket=wrong`),
    await refusedSocket(`${url}/ws`, { cookie, origin: "https://elsewhere.example" }),
    await refusedSocket(`${url}/ws`, { cookie, origin: "null" }),
  ];
  expect(refusals.map(({ status, body }) => [status, body.error_code])).toEqual([
    ...[
      [401, "NO_CREDENTIALS"],
      [401, "INVALID_KEY"],
      [401, "INVALID_TICKET"],
    ],
    ...[
      [403, "CSRF"],
      [403, "CSRF"],
    ],
  ]);
  await close(await openSocket(url, { cookie, origin: url }));
});

it("what offers another protocol, or asks for another path, is an ordinary request", async () => {
  const get = (path: string, headers: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
      });
      socket.on("error", reject).once("data", (data) => {
        resolve(String(data).split("\r\n", 1)[0] as string);
        socket.destroy();
      });
    });
  const socket = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x";
  expect(await get("/healthz", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c")).toBe("HTTP/1.1 200 OK");
  expect(await get("/healthz", socket)).toBe("HTTP/1.1 200 OK");
  expect(await get("/ws", "Accept: */*")).toBe("HTTP/1.1 404 Not Found");
  expect(await get("/ws", `X-API-Key: ${KEY}\r\n${socket}`)).toBe("HTTP/1.1 400 Bad Request");
});

it("one key has only so many connections, of both kinds together", async () => {
  keys.set("a-busy-key", "ops");
  const busy = { "x-api-key": "a-busy-key" };
  const streamId = newStream();
  const feeds = [];
  for (let i = 0; i < 7; i++) feeds.push(await openFeed(`${url}/streams/${streamId}/events`, busy));
  const socket = await openSocket(url, busy);
  expect(await refusedSocket(`${url}/ws`, busy)).toMatchObject({ status: 429, body: { error_code: "TOO_MANY_FEEDS" } });
  const refused = await fetch(`${url}/streams/${streamId}/events`, { headers: busy });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
  const figures = await (await fetch(`${url}/metrics`, { headers: key })).text();
  expect(figures).toMatch(/ttlc_feed_clients\{transport="websocket"\} 1/);
  for (const feed of feeds) feed.close();
  await close(socket);
});

it("a key that is revoked ends what it opened", async () => {
  keys.set("a-short-lived-key", "ops");
  const socket = await openSocket(url, { "x-api-key": "a-short-lived-key" });
  const streamId = newStream();
  const feed = await openFeed(`${url}/streams/${streamId}/events`, { "x-api-key": "a-short-lived-key" });
  keys.delete("a-short-lived-key");
  expect(await socket.closed).toBe(4401);
  expect(socket.frames.at(-1)).toMatchObject({ type: "revoked", error: { error_code: "REVOKED" } });
  await feed.ended;
});

it("a stop tells every socket that the gateway goes, and does not wait for one that does not read", async () => {
  const own = testConfig({ REDIS_URL: redis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  const second = new ServiceBroker(brokerOptions(own));
  second.createService(gateway);
  await second.start();
  const [socket, stalled] = [await openSocket(urlOf(second), key), await openSocket(urlOf(second), key)];
  stalled.ws.pause();
  await second.stop();
  expect(await socket.closed).toBe(1001);
  stalled.ws.terminate();
});

async function logIn(): Promise<string> {
  await withClient(config, (client) => makeLoginCode(client, "socket-code"));
  const login = await fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "socket-code" }),
  });
  return String(login.headers.get("set-cookie")).split(";")[0] as string;
}
