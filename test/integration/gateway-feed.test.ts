import { connect, type Socket } from "node:net";
import { sql } from "@databases/pg";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { Config } from "../../contracts/config.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import { type EventFilter, eventMatcher } from "../../lib/event-filter.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { feedLimits } from "../../services/gateway/live-feed.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { SocketReader, SseReader } from "../support/feed-readers.ts";
import { append, aRoom, fakeIngest, KEY, makeLoginCode, tailIsUp, urlOf, withClient } from "../support/gateway.ts";
import { seeded } from "../support/random.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Feed, openFeed } from "../support/sse.ts";
import { waitFor } from "../support/wait-for.ts";

const key = { "x-api-key": KEY };

let redis: TestRedis;
let database: TestDatabase;
let config: Config;
let broker: ServiceBroker;
let rooms: RoomStatus[];
let streams = 0;

beforeAll(async () => {
  Object.assign(feedLimits, { recheckMs: 200 }); // instead of 5 s
  redis = await startTestRedis();
  database = await createDatabase();
  config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  const pool = openPool(database.url);
  await pool.query(sql`select ensure_week('2026-03-01')`);
  await pool.dispose();
  rooms = [];
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, fakeIngest(rooms), gateway]) broker.createService(service);
  await broker.start();
  await withClient(config, (client) => tailIsUp(client, broker.nodeID));
});

afterAll(async () => {
  await broker.stop();
  await database.drop();
  await redis.stop();
});

/** A stream of its own for a test, known to ingest as live. */
function newStream(): { streamId: string; uniqueId: string } {
  const room = { streamId: `stream-${++streams}`, uniqueId: `anna${streams}` };
  rooms.push(aRoom(room));
  return room;
}

const chats = (streamId: string, from: number, to: number): UnifiedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, i) => makeEvent("CHAT", { streamId, seqNo: from + i }));
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqNos = (feed: Feed) => feed.events().map(({ seqNo }) => seqNo);

const listen = (streamId: string, query = "", headers: Record<string, string> = {}) =>
  openFeed(`${urlOf(broker)}/streams/${streamId}/events${query}`, { ...key, ...headers });

/** Appends events to a stream; resolves with their positions. */
const add = (events: UnifiedEvent[]) => withClient(config, (client) => append(client, events));

/** Resolves once storage has all entries of ttlc:events and said so. */
const stored = () =>
  withClient(config, (client) =>
    waitFor(async () => {
      const { position } = await broker.call<{ position: string }>("storage.boundary");
      const [newest] = await client.xrevrange("ttlc:events", "+", "-", "COUNT", 1);
      if (position !== newest?.[0]) throw new Error(`stored up to ${position}`);
    }),
  );

it("a feed says how it wants to be treated, then tells where the room stands", async () => {
  const { streamId } = newStream();
  const feed = await listen(streamId);
  await feed.until(() => expect(feed.frames).toMatchObject([{ event: "state", data: { streamId, state: "live" } }]));
  expect(feed.text()).toMatch(/^retry: 1000\n\n/);
  expect(Object.fromEntries(feed.response.headers)).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  feed.close();
});

it("HEAD tells what it would be, without beginning it", async () => {
  const { streamId } = newStream();
  const response = await fetch(`${urlOf(broker)}/streams/${streamId}/events`, { method: "HEAD", headers: key });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
});

it("events arrive as they were appended, each batch with the position it reaches", async () => {
  const { streamId } = newStream();
  const feed = await listen(streamId);
  const events = chats(streamId, 1, 3);
  const positions = await add(events);
  await feed.until(() => expect(feed.events()).toEqual(events));
  expect(positions).toContain(feed.position());
  feed.close();
});

it("the state of the room is shown when it changes", async () => {
  const { streamId, uniqueId } = newStream();
  const feed = await listen(streamId);
  await broker.broadcast("room.changed", aRoom({ uniqueId, state: "reconnecting", attempt: 2 }));
  await feed.until(() =>
    expect(feed.frames.filter(({ event }) => event === "state").map(({ data }) => data.state)).toEqual([
      "live",
      "reconnecting",
    ]),
  );
  feed.close();
});

it("a page begins with the most recent events", async () => {
  const { streamId } = newStream();
  await add(chats(streamId, 1, 10));
  await stored();
  const feed = await listen(streamId, "?recent=3");
  await add(chats(streamId, 11, 11));
  await feed.until(() => expect(seqNos(feed)).toEqual([8, 9, 10, 11]));
  feed.close();
});

it("an event comes with what its sender told before, heard by nobody, from Postgres or just now", async () => {
  const { streamId } = newStream();
  const of = (type: "CHAT" | "LIKE", seqNo: number, n: number, told = {}) =>
    makeEvent(type, { streamId, seqNo, user: { ...viewer(n), ...told } });
  const moderator = { isModerator: true, followRole: 0 };
  await add([of("CHAT", 1, 1, moderator), of("LIKE", 2, 1)]);
  await stored();
  const feed = await listen(streamId, "?recent=1");
  await feed.until(() => expect(seqNos(feed)).toEqual([2]));
  await add([of("LIKE", 3, 1), of("CHAT", 4, 2, { followRole: 2, isFollower: true })]);
  await add([of("LIKE", 5, 2), of("CHAT", 6, 1, { followRole: 0 }), of("LIKE", 7, 1)]);
  await feed.until(() => expect(seqNos(feed)).toEqual([2, 3, 4, 5, 6, 7]));
  expect(feed.events().map((event) => (event as ServedEvent).inherited)).toEqual([
    ...[{ isModerator: true }, { isModerator: true }, undefined],
    ...[{ isFollower: true, followRole: 2 }, undefined, undefined],
  ]);
  feed.close();
});

it("a client goes on after its Last-Event-ID, whatever the address says", async () => {
  const { streamId } = newStream();
  const positions = await add(chats(streamId, 1, 5));
  const feed = await listen(streamId, `?after=${positions[0]}`, { "last-event-id": String(positions[2]) });
  await feed.until(() => expect(seqNos(feed)).toEqual([4, 5]));
  feed.close();
});

it("what was trimmed from the stream comes from Postgres", async () => {
  const { streamId } = newStream();
  const positions = await add(chats(streamId, 1, 700));
  await stored();
  await withClient(config, (client) => client.xtrim("ttlc:events", "MAXLEN", 10));
  const feed = await listen(streamId, `?after=${positions[0]}`);
  await feed.until(() => expect(seqNos(feed)).toHaveLength(699));
  expect(seqNos(feed)).toEqual(numbers(2, 700));
  const batches = feed.frames.filter(({ event }) => event === "batch");
  expect(Math.max(...batches.map(({ data }) => data.length))).toBeLessThanOrEqual(200);
  feed.close();
});

it("a position that the log has not reached yet begins with the present, and says what that means", async () => {
  const { streamId } = newStream();
  const feed = await listen(streamId, "?after=7999999999999-0");
  await feed.until(() =>
    expect(feed.frames).toMatchObject([{ event: "state" }, { event: "gap", data: { from: "7999999999999-0" } }]),
  );
  await add(chats(streamId, 1, 1));
  await feed.until(() => expect(seqNos(feed)).toEqual([1]));
  feed.close();
});

it("a session is followed alone when it is asked for", async () => {
  const { streamId } = newStream();
  const sessionId = "00000000-0000-4000-8000-0000000000ff";
  const feed = await listen(streamId, `?sessionId=${sessionId}`);
  const replayed = makeEvent("CHAT", { streamId, seqNo: 1, sessionId, source: "replay" });
  await add([...chats(streamId, 2, 2), replayed]);
  await feed.until(() => expect(feed.events()).toEqual([replayed]));
  feed.close();
});

it("every gateway shows everything", async () => {
  const { streamId } = newStream();
  const other = testConfig({ REDIS_URL: redis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  await withBroker([gateway], other, async (second) => {
    await second.waitForServices(["ingest", "storage"]);
    await withClient(config, (client) => tailIsUp(client, second.nodeID));
    const feeds = [await listen(streamId), await openFeed(`${urlOf(second)}/streams/${streamId}/events`, key)];
    await add(chats(streamId, 1, 20));
    for (const feed of feeds) {
      await feed.until(() => expect(seqNos(feed)).toEqual(numbers(1, 20)));
      feed.close();
      await feed.ended;
    }
  });
});

it("a tail whose group is gone fetches what it missed", async () => {
  const { streamId } = newStream();
  const feed = await listen(streamId);
  await withClient(config, async (client) => {
    const lose = client.multi().xgroup("DESTROY", "ttlc:events", `api:${broker.nodeID}`);
    for (const event of chats(streamId, 1, 5)) lose.xadd("ttlc:events", "*", "event", JSON.stringify(event));
    await lose.exec();
  });
  await feed.until(() => expect(seqNos(feed)).toEqual([1, 2, 3, 4, 5]));
  await add(chats(streamId, 6, 6));
  await feed.until(() => expect(seqNos(feed)).toEqual([1, 2, 3, 4, 5, 6]));
  feed.close();
});

it("a client that comes back after a restart of the gateway sees every event once", async () => {
  const { streamId } = newStream();
  const before = await listen(streamId);
  await add(chats(streamId, 1, 3));
  await before.until(() => expect(seqNos(before)).toEqual([1, 2, 3]));

  await broker.destroyService("gateway");
  await before.ended;
  await add(chats(streamId, 4, 6));
  broker.createService(gateway);
  await broker.waitForServices("gateway");

  const after = await listen(streamId, "", { "last-event-id": String(before.position()) });
  await withClient(config, (client) => tailIsUp(client, broker.nodeID));
  await add(chats(streamId, 7, 8));
  await after.until(() => expect(seqNos(after)).toEqual([4, 5, 6, 7, 8]));
  after.close();
});

it("wherever a client begins and whatever it wants, it gets that once, on both transports, over a restart", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const random = seeded(seed);
    const { streamId } = newStream();
    const types = ["CHAT", "GIFT", "LIKE"] as const;
    const made = (count: number, from: number) =>
      numbers(from, from + count - 1).map((seqNo) =>
        makeEvent(types[random(3)] as EventType, {
          ...{ streamId, seqNo, user: viewer(random(3)), source: random(8) === 0 ? "replay" : "live" },
        }),
      );
    const all: { position: string; event: UnifiedEvent }[] = [];
    const append = async (count: number) => {
      const events = made(count, all.length + 1);
      const positions = await add(events);
      events.forEach((event, i) => {
        all.push({ event, position: positions[i] as string });
      });
    };
    await append(300); // more than a page, of which Postgres has some and the stream the rest
    await stored();
    await withClient(config, (client) => client.xtrim("ttlc:events", "MAXLEN", random(200)));
    await append(40);

    const readers = numbers(1, 6).map((n) => {
      const at = random(all.length);
      const filter: EventFilter = {
        ...(random(2) ? { types: types.filter(() => random(2)) } : {}),
        ...(random(3) ? {} : { userId: viewer(random(3)).userId }),
        ...(random(3) ? {} : { q: `viewer ${random(3)}` }),
      };
      if (filter.types?.length === 0) filter.types = ["GIFT"];
      const start = at === 0 ? "0-0" : (all[at - 1]?.position as string);
      const wanted = eventMatcher(filter);
      return {
        reader: new (n % 2 ? SseReader : SocketReader)({ streamId, filter, start }),
        due: () =>
          all.slice(at).flatMap(({ event }) => (event.source === "live" && wanted(event) ? [event.seqNo] : [])),
      };
    });
    const settled = () =>
      waitFor(() => {
        for (const { reader, due } of readers) expect([seed, reader.seen()]).toEqual([seed, due()]);
      });
    await Promise.all(readers.map(({ reader }) => reader.open(urlOf(broker), key)));
    await append(20);
    if (seed > 1) await settled(); // in the first one they are cut off while they catch up
    await Promise.all([broker.destroyService("gateway"), append(20)]);
    await Promise.all(readers.map(({ reader }) => reader.leave()));
    broker.createService(gateway);
    await broker.waitForServices("gateway");
    await append(20);
    await Promise.all(readers.map(({ reader }) => reader.open(urlOf(broker), key)));
    await withClient(config, (client) => tailIsUp(client, broker.nodeID));
    await append(20);
    await settled();
    await Promise.all(readers.map(({ reader }) => reader.leave()));
  }
});

it("a logout ends the feed of that browser, and of no other", async () => {
  const { streamId } = newStream();
  await withClient(config, (client) => makeLoginCode(client, "feed-code"));
  const login = await fetch(`${urlOf(broker)}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "feed-code" }),
  });
  const cookie = String(login.headers.get("set-cookie")).split(";")[0] as string;
  const url = `${urlOf(broker)}/streams/${streamId}/events`;
  const [browser, other] = [await openFeed(url, { cookie }), await openFeed(url, key)];
  await fetch(`${urlOf(broker)}/auth/logout`, { method: "POST", headers: { cookie, "x-ttlc": "1" } });
  await browser.ended;
  await add(chats(streamId, 1, 1));
  await other.until(() => expect(seqNos(other)).toEqual([1]));
  expect(seqNos(browser)).toEqual([]);
  other.close();
});

it("a client that never reads is held at its limit while others go on, and told what it lost", async () => {
  const { streamId } = newStream();
  const stalled = await stall(`/streams/${streamId}/events`);
  const other = await listen(streamId);
  const big = { message: "x".repeat(10_000) };
  const count = 3_000; // 30 MB: more than the kernel keeps for a connection
  for (let from = 1; from <= count; from += 100) {
    await add(numbers(from, from + 99).map((seqNo) => makeEvent("CHAT", { streamId, seqNo, payload: big })));
  }
  await other.until(() => expect(other.events()).toHaveLength(count));
  other.close();

  const { until, text } = readOn(stalled);
  await until(/event: gap\ndata: .*\n/);
  await add(chats(streamId, count + 1, count + 1));
  await until(new RegExp(`"seqNo":${count + 1},`));
  const [, from, to] = /event: gap\ndata: \{"from":"([\d-]+)","to":"([\d-]+)"\}/.exec(text()) ?? [];
  const positions = await withClient(config, (client) => client.xrange("ttlc:events", String(from), String(to)));
  const received = new Set([...text().matchAll(/"seqNo":(\d+),/g)].map(([, seqNo]) => Number(seqNo)));
  const lost = positions.slice(1).map(([, fields]) => JSON.parse(String(fields[1])) as UnifiedEvent);
  expect(lost.filter((event) => event.streamId === streamId && received.has(event.seqNo))).toEqual([]);
  expect(received.size + lost.length).toBe(count + 1);
  stalled.destroy();
});

describeDurable("a restart of Redis", () => {
  it("costs connected clients nothing", async () => {
    const { streamId } = newStream();
    const feed = await listen(streamId);
    await add(chats(streamId, 1, 3));
    await feed.until(() => expect(seqNos(feed)).toEqual([1, 2, 3]));

    await redis.kill("SIGTERM");
    await redis.start();
    await add(chats(streamId, 4, 9)); // before anybody else is back
    await feed.until(() => expect(seqNos(feed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(feed.frames.some(({ event }) => event === "gap")).toBe(false);
    feed.close();
  });
});

it("a stop ends feeds at once, telling them to come back, and does not wait for them", async () => {
  const own = testConfig({ REDIS_URL: redis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  const { streamId } = newStream();
  const second = new ServiceBroker(brokerOptions(own));
  const service = second.createService(gateway) as unknown as { _trackedContexts: unknown[] };
  await second.start();
  await second.waitForServices(["ingest", "storage"]);
  const feed = await openFeed(`${urlOf(second)}/streams/${streamId}/events`, key);
  const stalled = await stall(`/streams/${streamId}/events`, urlOf(second));
  expect(service._trackedContexts).toEqual([]); // what Moleculer would wait for
  await second.stop();
  await feed.ended;
  expect(feed.text()).toMatch(/retry: 1000\n\n$/);
  stalled.destroy();
});

/** An SSE connection on which nothing is read. */
function stall(path: string, url = urlOf(broker)): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\n\r\n`);
    });
    socket.on("error", reject);
    socket.once("readable", () => resolve(socket)); // the answer has begun
  });
}

/** Reads what has waited, and all that follows. */
function readOn(socket: Socket) {
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    text += chunk;
  });
  return {
    text: () => text,
    until: (pattern: RegExp) => waitFor(() => expect(pattern.test(text)).toBe(true), 30_000),
  };
}
