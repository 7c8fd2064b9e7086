import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { Delivery, Destination, DestinationTest, NewDestination } from "../../contracts/destination.ts";
import type { Letter, LetterDetail, LetterJob } from "../../contracts/letters.ts";
import type { EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import brokerOptions from "../../moleculer.config.ts";
import forwarder from "../../services/forwarder/forwarder.service.ts";
import { prune } from "../../services/forwarder/upkeep.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { append, KEY, urlOf } from "../support/gateway.ts";
import { type Behaviour, drip, flood, type Received, Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** Hours in a few milliseconds; an attempt has half a second. */
const settings = {
  pace: { retry: { initialMs: 2, maxMs: 10, multiplier: 2, jitter: 0 }, leaseMs: 2_000, lookMs: 40, gatherMs: 5 },
  egress: { connectMs: 250, headersMs: 250, totalMs: 300 },
  streams: { claimIdleMs: 200 },
};

let redis: TestRedis;
let database: TestDatabase;
let receiver: Receiver;
let client: Redis;
let db: ConnectionPool;
let broker: ServiceBroker;
let channelId: string;
let streamId: string;
let seqNo = 0;
let rooms = 0;
/** The path of this test at the receiver. */
let path: string;

beforeAll(async () => {
  [redis, database, receiver] = await Promise.all([startTestRedis(), createDatabase(), new Receiver().start()]);
  client = new Redis(redis.url);
  db = openPool(database.url);
  const config = testConfig({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    LOG_LEVEL: "fatal",
    EGRESS_ALLOW: receiver.host,
    TTLC_ADMIN_KEY: KEY,
  });
  broker = new ServiceBroker(brokerOptions(config));
  broker.createService(storage);
  broker.createService({ ...forwarder, settings });
  broker.createService(gateway);
  await broker.start();
});
afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await receiver.stop();
  await redis.stop();
  await database.drop();
});

/** Each test has a room and a channel of its own. */
beforeEach(async () => {
  streamId = `73000000000000${++rooms}`;
  path = `/${rooms}`;
  ({ channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    uniqueId: `streamer${rooms}`,
    simulated: false,
  }));
  await send("CONNECTED", { payload: { channelId } });
});

const event = (type: EventType, fields: object = {}): UnifiedEvent =>
  makeEvent(type, { streamId, seqNo: ++seqNo, timestamp: new Date().toISOString(), ...fields });
const send = (type: EventType, fields: object = {}) => append(client, [event(type, fields)]);
const chats = (count: number) => Array.from({ length: count }, () => event("CHAT", { user: viewer(1) }));
const create = (wish: object = {}) =>
  broker.call<NewDestination, object>("forwarder.create", {
    channelId,
    name: "mine",
    url: receiver.url(path),
    ...wish,
  });
const one = ({ destinationId }: Destination) => broker.call<Destination, object>("forwarder.one", { destinationId });
const delivered = (at = path): UnifiedEvent[] => receiver.at(at).flatMap(({ json }) => json);
const deliveriesOf = async ({ destinationId }: Destination) =>
  (await broker.call<Page<Delivery>, object>("forwarder.deliveries", { destinationId })).items;
const letters = () =>
  db.query(sql`select * from dead_letters where stage = 'forwarder' order by position`) as Promise<
    { destination: string; reason: string; payload: string; entry_id: string; error: string }[]
  >;
const lettersOf = async ({ destinationId }: Destination) =>
  (await letters()).filter(({ destination }) => destination === destinationId);
const statesOf = async (destination: Destination) => (await deliveriesOf(destination)).map(({ state }) => state);
/** As if so much time had passed since. */
const later = ({ destinationId }: Destination, time: string) =>
  db.query(sql`
    update destination_cursors
    set failing_since = failing_since - ${time}::interval, not_before = not_before - ${time}::interval
    where destination_id = ${destinationId}`);
/** What verifies as the receiver's own library does it. */
const verify = ({ body, headers }: Received, secret: string) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe("what a destination gets", () => {
  it("is what comes from then on, in order, signed", async () => {
    const before = await append(client, chats(2));
    await waitFor(async () => expect(await broker.call("storage.boundary")).toMatchObject({ position: before.at(-1) }));
    const destination = await create();
    const events = chats(250);
    await append(client, events);
    await waitFor(() => expect(delivered()).toHaveLength(250));
    expect(delivered()).toEqual(events);
    for (const request of receiver.at(path)) {
      expect(verify(request, destination.secret)).toEqual(request.json);
      expect(request.id).toMatch(/^msg_[0-9a-z]+$/);
      expect(request.headers).toMatchObject({ "content-type": "application/json", "user-agent": "ttlc" });
    }
    const pending = (await client.xpending("ttlc:events", "forwarder")) as unknown[];
    expect(pending[0]).toBe(0);
  });

  it("is what it wants, of its channel, live", async () => {
    await create({ eventFilter: { types: ["GIFT"], minCoins: 100 } });
    const gift = (coins: number, fields: object = {}) =>
      event("GIFT", { payload: { coins, diamondCount: coins }, ...fields });
    const wanted = [gift(100), gift(5_000)];
    const replayed = gift(300, { source: "replay", sessionId: "00000000-0000-4000-8000-00000000dead" });
    const old = gift(200, { isHistory: true });
    const elsewhere = gift(999, { streamId: "7399999999999999" });
    const [first, second] = wanted as [UnifiedEvent, UnifiedEvent];
    await append(client, [event("CHAT"), gift(99), first, replayed, old, elsewhere, second]);
    await waitFor(() => expect(delivered()).toHaveLength(2));
    expect(delivered()).toEqual(wanted);
  });

  it("comes in the envelope that it asked for", async () => {
    await create({ envelope: "cloudevents", url: receiver.url(`${path}/cloud`) });
    await create({ envelope: "euler", url: receiver.url(`${path}/euler`) });
    const [said] = chats(1) as [UnifiedEvent];
    await append(client, [said]);
    await waitFor(() => expect(receiver.at(`${path}/cloud`)).toHaveLength(1));
    await waitFor(() => expect(receiver.at(`${path}/euler`)).toHaveLength(1));
    const [cloud] = receiver.at(`${path}/cloud`) as [Received];
    expect(cloud.headers["content-type"]).toBe("application/cloudevents-batch+json");
    expect(cloud.json).toMatchObject([{ specversion: "1.0", id: said.eventId, type: "dev.ttlc.chat.v1", data: said }]);
    const [euler] = receiver.at(`${path}/euler`) as [Received];
    expect(euler.json.messages).toMatchObject([{ type: "WebcastChatMessage", data: { comment: "hello" } }]);
  });
});

describe("a destination that fails", () => {
  it("gets the same batch again, under the same id, with a new signature (W10)", async () => {
    receiver.will(path, 500, 503, 429, 408, 204);
    const destination = await create();
    await append(client, chats(3));
    await waitFor(() => expect(receiver.at(path)).toHaveLength(5));
    const requests = receiver.at(path);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    for (const request of requests) verify(request, destination.secret);
    await waitFor(async () => expect(await deliveriesOf(destination)).toMatchObject([{ state: "delivered" }]));
    const [{ lastAttempts }] = (await deliveriesOf(destination)) as [Delivery];
    expect(lastAttempts.map(({ status }) => status)).toEqual([500, 503, 429, 408, 204]);
    expect(await one(destination)).toMatchObject({ state: "ok", failures: 0, failingSince: null });
    expect(await lettersOf(destination)).toEqual([]);
  });

  it("by hanging, redirecting or a huge head gets it again too, and reaches nothing else", async () => {
    const canary = `${path}/canary`;
    receiver.will(
      path,
      () => {}, // hangs
      (response) => response.writeHead(307, { location: receiver.url(canary) }).end(),
      (response) => response.setHeader("x-huge", "x".repeat(17_000)).end(),
      (response) => response.destroy(),
      204,
    );
    const destination = await create();
    await append(client, chats(1));
    await waitFor(async () =>
      expect(await deliveriesOf(destination)).toMatchObject([{ state: "delivered", attempts: 5 }]),
    );
    const [{ lastAttempts }] = (await deliveriesOf(destination)) as [Delivery];
    expect(lastAttempts.map(({ error }) => error)).toEqual([
      "it did not begin its answer in time",
      "it answered 307",
      "the head of its answer is too large",
      "no connection: ECONNRESET",
      null,
    ]);
    expect(new Set(receiver.at(path).map(({ id }) => id)).size).toBe(1);
    expect(receiver.at(canary)).toEqual([]);
  });

  it.each<[string, Exclude<Behaviour, number>]>([
    ["hangs after its head", (response) => response.writeHead(200).flushHeaders()],
    ["drips", (response) => drip(response.writeHead(202))],
    ["is a flood", (response) => flood(response.writeHead(200))],
    ["breaks off", (response) => response.writeHead(200, { "content-length": 9 }).write("x", () => response.destroy())],
  ])("that says 2xx has taken it, though the rest of its answer %s", async (_, behaviour) => {
    let isOver = false;
    receiver.will(path, (response, received) => {
      response.on("close", () => (isOver = true));
      behaviour(response, received);
    });
    const destination = await create();
    await append(client, chats(1));
    await waitFor(async () => expect(await deliveriesOf(destination)).toMatchObject([{ state: "delivered" }]));
    const [{ lastAttempts }] = (await deliveriesOf(destination)) as [Delivery];
    expect(lastAttempts.at(-1)).toMatchObject({ status: expect.any(Number), error: null });
    expect(await one(destination)).toMatchObject({ state: "ok", failures: 0 });
    await waitFor(() => expect(isOver).toBe(true));
  });

  it("for a long time gets everything in the end, in order, while another gets it at once", async () => {
    receiver.will(path, 503);
    const destination = await create();
    await create({ url: receiver.url(`${path}/well`) });
    const events = chats(450);
    await append(client, events);
    await waitFor(() => expect(delivered(`${path}/well`)).toEqual(events));
    await waitFor(async () => expect(await one(destination)).toMatchObject({ state: "down" }));
    await waitFor(async () => expect(((await client.xpending("ttlc:events", "forwarder")) as unknown[])[0]).toBe(0));
    const refused = receiver.at(path).length;
    expect(new Set(receiver.at(path).map(({ id }) => id)).size).toBe(1);
    await client.xtrim("ttlc:events", "MAXLEN", 0); // it needs nothing of it any more
    receiver.will(path, 204);
    const taken = () => new Map(receiver.at(path).map(({ id, json }) => [id, json]));
    await waitFor(() => expect([...taken().values()].flat()).toEqual(events));
    expect(refused).toBeGreaterThan(4);
    expect(await lettersOf(destination)).toEqual([]);
  });

  it("by refusing a batch for good loses that one to the dead letters, once, until it is sent again", async () => {
    receiver.will(path, 404, 204);
    const destination = await create();
    await append(client, chats(1));
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(1));
    const later = chats(1);
    await append(client, later);
    await waitFor(() => expect(receiver.at(path)).toHaveLength(2));
    const [refused] = receiver.at(path) as [Received];
    const [letter] = await lettersOf(destination);
    expect(letter).toMatchObject({ reason: "DELIVERY_FAILED", error: "it answered 404" });
    const { webhookId, through } = JSON.parse(letter?.payload as string);
    expect(webhookId).toBe(refused.id);
    expect(letter?.entry_id).toBe(through);

    const redrive = (payload = letter?.payload) =>
      broker.call("forwarder.redrive", {
        run: "00000000-0000-4000-8000-00000000000a",
        letters: [{ id: "1-1", payload }],
      });
    expect(await redrive()).toEqual({ refused: [] });
    await waitFor(() => expect(receiver.at(path)).toHaveLength(3));
    expect(receiver.at(path)[2]).toMatchObject({ id: refused.id, body: refused.body });
    await waitFor(async () =>
      expect((await deliveriesOf(destination)).map(({ state }) => state)).toEqual(["delivered", "delivered"]),
    );
    expect(await redrive()).toEqual({ refused: [] });
    for (const other of ['{"webhookId":"msg_nobodys"}', "{}", "no JSON"]) {
      expect(await redrive(other)).toEqual({ refused: [{ id: "1-1", error: expect.any(String) }] });
    }
    expect((await deliveriesOf(destination)).map(({ state }) => state)).toEqual(["delivered", "delivered"]);
    expect(await lettersOf(destination)).toHaveLength(1);
  });

  it("by refusing one after the other is down: the sixth waits, and all that comes after it", async () => {
    receiver.will(path, 404);
    const destination = await create();
    const events = chats(800);
    await append(client, events);
    const ids = () => new Set(receiver.at(path).map(({ id }) => id));
    await waitFor(async () => expect(await one(destination)).toMatchObject({ state: "down" }));
    await waitFor(() => expect(receiver.at(path).length).toBeGreaterThan(9));
    expect(ids().size).toBe(6);
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(5));
    const { failingSince, nextAttemptAt } = await one(destination);
    expect(failingSince).not.toBeNull();
    expect(nextAttemptAt).not.toBeNull();
    receiver.will(path, 204, 400, 204);
    await waitFor(async () => expect(await one(destination)).toMatchObject({ state: "ok", failures: 0 }));
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(6));
    await waitFor(() => expect(ids().size).toBe(8));
    expect([...new Map(receiver.at(path).map(({ id, json }) => [id, json])).values()].flat()).toEqual(events);
  });

  it("by refusing one batch does not fail: what fails in another week is its first failure", async () => {
    receiver.will(path, 404, 503, 204);
    const destination = await create();
    await append(client, chats(1));
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(1));
    expect(await one(destination)).toMatchObject({ state: "ok", failures: 0, failingSince: null });
    await later(destination, "6 days");
    await append(client, chats(1));
    await waitFor(async () => expect(await statesOf(destination)).toEqual(["delivered", "refused"]));
    expect(receiver.at(path)).toHaveLength(3);
  });

  it("once before we were away for days is tried on", async () => {
    receiver.will(path, (response) => response.writeHead(503, { "retry-after": "3600" }).end(), 503, 204);
    const destination = await create();
    await append(client, chats(1));
    await waitFor(async () => expect(await one(destination)).toMatchObject({ failures: 1 }));
    await later(destination, "6 days");
    await waitFor(async () => expect(await statesOf(destination)).toEqual(["delivered"]));
    expect(await one(destination)).toMatchObject({ state: "ok", disabledReason: null });
  });

  it("by refusing all is forgiven with a new address: its first refusal there is one", async () => {
    receiver.will(path, 404);
    const destination = await create();
    await append(client, chats(501));
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(5));
    const moved = receiver.url(`${path}/moved`);
    receiver.will(`${path}/moved`, 503, 503, 503, 503, 503, 404, 204);
    await broker.call("forwarder.change", { destinationId: destination.destinationId, url: moved });
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(6));
  });

  it("gets a batch again whose record is kept no longer: it is made again from its letter", async () => {
    receiver.will(path, 404, 404, 204);
    const destination = await create();
    const events = chats(3);
    await append(client, events);
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(1));
    const [letter] = await lettersOf(destination);
    await db.query(sql`delete from deliveries where destination_id = ${destination.destinationId}`);
    const redrive = (fields: object = {}) =>
      broker.call("forwarder.redrive", {
        run: "00000000-0000-4000-8000-00000000000a",
        letters: [{ id: "1-1", payload: letter?.payload, destination: destination.destinationId, ...fields }],
      });
    const gone = { destination: "00000000-0000-4000-8000-0000000000ff" };
    expect(await redrive(gone)).toEqual({ refused: [{ id: "1-1", error: "its destination is gone" }] });
    expect(await redrive()).toEqual({ refused: [] });
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(2));
    expect(await redrive({ id: "2-1" })).toEqual({ refused: [] });
    await waitFor(async () =>
      expect(await deliveriesOf(destination)).toMatchObject([{ state: "delivered", events: 3 }]),
    );
    expect(receiver.at(path).map(({ json }) => json)).toEqual([events, events, events]);
    expect(new Set(receiver.at(path).map(({ id }) => id)).size).toBe(1);
  });

  it("is shown the last 500 of its batches, and all of the last day that were refused", async () => {
    const { destinationId } = await create({ enabled: false });
    await db.query(sql`
      insert into deliveries (webhook_id, destination_id, after, through, events, state, finished_at, letter_at)
      select 'msg_' || ${rooms} || state || of || n, ${destinationId}, 0, 1, 1, state, now() - of::interval,
        case when state = 'refused' then now() end
      from generate_series(1, 260) n, (values ('2d'), ('9m')) ages(of), (values ('refused'), ('delivered')) states(state)`);
    await prune(db);
    const kept = await db.query(sql`
      select state, count(*)::int from deliveries where destination_id = ${destinationId} group by state order by state`);
    expect(kept).toEqual([
      { state: "delivered", count: 500 },
      { state: "refused", count: 500 },
    ]);
    await db.query(sql`
      insert into deliveries (webhook_id, destination_id, after, through, events, state, finished_at, letter_at)
      select 'msg_z' || ${rooms} || n, ${destinationId}, 0, 1, 1, 'refused', now(), now() from generate_series(1, 600) n`);
    await prune(db);
    const [{ count }] = await db.query(sql`
      select count(*)::int from deliveries where destination_id = ${destinationId} and state = 'refused'`);
    expect(count).toBe(860);
  });

  it("with 410 is disabled: what it refused is a dead letter, what comes after it waits until somebody enables it", async () => {
    receiver.will(path, 410, 204);
    const destination = await create();
    const { destinationId } = destination;
    await append(client, chats(1));
    await waitFor(async () =>
      expect(await one(destination)).toMatchObject({ state: "disabled", disabledReason: "GONE" }),
    );
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(1));
    expect(await broker.call("forwarder.states")).toMatchObject({ givenUp: ["GONE"] });
    const [gone] = receiver.at(path) as [Received];
    const missed = chats(2);
    await append(client, missed);
    await broker.call("forwarder.resume", { destinationId });
    await waitFor(() => expect(delivered().slice(1)).toEqual(missed));
    const redrive = async () => {
      const payload = (await lettersOf(destination))[0]?.payload;
      const run = "00000000-0000-4000-8000-00000000000a";
      return broker.call("forwarder.redrive", { run, letters: [{ id: "1-1", payload, destination: destinationId }] });
    };
    expect(await redrive()).toEqual({ refused: [] });
    await waitFor(async () => expect(new Set(await statesOf(destination))).toEqual(new Set(["delivered"])));
    expect(await redrive()).toEqual({ refused: [] });
    expect(receiver.at(path).at(-1)).toMatchObject({ id: gone.id, body: gone.body });
    expect(receiver.at(path).filter(({ id }) => id === gone.id)).toHaveLength(2);
  });

  it("is enabled with what comes from now on: the batch under way is a letter, also one that was sent again", async () => {
    receiver.will(path, 404, 503);
    const destination = await create();
    const { destinationId } = destination;
    const fromNow = () => broker.call("forwarder.resume", { destinationId, from: "now" });
    const redrive = async (id: string) => {
      const payload = (await lettersOf(destination))[0]?.payload;
      await broker.call("forwarder.redrive", {
        run: "00000000-0000-4000-8000-00000000000a",
        letters: [{ id, payload, destination: destinationId }],
      });
    };
    await append(client, chats(201));
    await waitFor(async () => expect(await one(destination)).toMatchObject({ state: "down" }));
    await fromNow();
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(2));
    await redrive("1-1");
    await waitFor(async () => expect(await one(destination)).toMatchObject({ state: "down" }));
    await fromNow();
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(3));
    receiver.will(path, 204);
    const later = chats(1);
    await append(client, later);
    await waitFor(() => expect(delivered().at(-1)).toEqual(later[0]));
    await waitFor(async () => expect(await statesOf(destination)).toEqual(["delivered", "refused", "refused"]));
    await redrive("2-1");
    await waitFor(async () => expect(await statesOf(destination)).toEqual(["delivered", "refused", "delivered"]));
  });

  it("that is refused again does not keep up what is new", async () => {
    receiver.will(path, (response, { json }) => {
      response.writeHead(json.some(({ eventType }: UnifiedEvent) => eventType === "LIKE") ? 400 : 204).end();
    });
    const destination = await create();
    const { destinationId } = destination;
    for (let i = 1; i <= 6; i++) {
      await send("LIKE", { user: viewer(1) });
      await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(i));
      await append(client, chats(1));
      await waitFor(() => expect(delivered().filter(({ eventType }) => eventType === "CHAT")).toHaveLength(i));
    }
    const found = await lettersOf(destination);
    const letters = found.map(({ payload }, i) => ({ id: `${i + 1}-1`, payload, destination: destinationId }));
    await broker.call("forwarder.redrive", { run: "00000000-0000-4000-8000-00000000000b", letters });
    await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(12));
    const later = chats(1);
    await append(client, later);
    await waitFor(() => expect(delivered().at(-1)).toEqual(later[0]));
    expect(await one(destination)).toMatchObject({ state: "ok" });
  });

  it("is a letter once when it is left out while it is refused", async () => {
    const destination = await create();
    const { destinationId } = destination;
    const fromNow = async () => {
      await broker.call("forwarder.resume", { destinationId, from: "now" });
      await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(1));
    };
    receiver.will(path, (response) => void fromNow().finally(() => response.writeHead(404).end()), 204);
    await append(client, chats(1));
    await waitFor(async () => expect(await deliveriesOf(destination)).toMatchObject([{ attempts: 1 }]));
    await append(client, chats(1));
    await waitFor(async () => expect(await statesOf(destination)).toEqual(["delivered", "refused"]));
    const owed = sql`select 1 from deliveries where destination_id = ${destinationId} and state = 'refused' and letter_at is null`;
    await waitFor(async () => expect(await db.query(owed)).toEqual([]));
    expect(await client.xlen("ttlc:dlq")).toBe((await letters()).length);
    expect(await lettersOf(destination)).toHaveLength(1);
  });

  it.each([
    [500, 0],
    [404, 5],
  ])(
    "with %i for days is disabled, and goes on with the same batch when somebody enables it (W18)",
    async (status, count) => {
      receiver.will(path, status);
      const destination = await create();
      const events = chats(600);
      await append(client, events);
      await waitFor(async () => expect((await one(destination)).failures).toBeGreaterThan(0));
      await db.query(sql`
      update destination_cursors set failing_since = now() - interval '6 days'
      where destination_id = ${destination.destinationId}`);
      await waitFor(async () => expect(await one(destination)).toMatchObject({ disabledReason: "FAILING" }));
      const { id, body } = receiver.at(path).at(-1) as Received;
      receiver.will(path, 204);
      await broker.call("forwarder.change", { destinationId: destination.destinationId, enabled: true });
      const taken = () => new Map(receiver.at(path).map((received) => [received.id, received.json]));
      await waitFor(() => expect([...taken().values()].flat()).toEqual(events));
      expect(
        receiver
          .at(path)
          .filter((received) => received.id === id)
          .every((received) => received.body === body),
      ).toBe(true);
      await waitFor(async () => expect(await lettersOf(destination)).toHaveLength(count));
    },
  );
});

it("an entry that was trimmed before a forwarder had it is no loss: it leaves no letter", async () => {
  await create();
  const [position] = (await append(client, chats(1))) as [string];
  await waitFor(() => expect(delivered()).toHaveLength(1));
  await client.xclaim("ttlc:events", "forwarder", "a dead one", 0, position, "FORCE", "JUSTID");
  await client.xdel("ttlc:events", position);
  const pending = async () => ((await client.xpending("ttlc:events", "forwarder")) as unknown[])[0];
  expect(await pending()).toBe(1);
  await waitFor(async () => expect(await pending()).toBe(0));
  expect((await letters()).filter(({ reason }) => reason === "TRIMMED")).toEqual([]);
});

describe("what a person does", () => {
  it("never shows a secret again, and lets both sign after a rotation", async () => {
    const destination = await create();
    const { destinationId } = destination;
    expect(JSON.stringify(await broker.call("forwarder.list", { scope: { channelIds: [channelId] } }))).not.toContain(
      "whsec_",
    );
    const rotated = await broker.call<NewDestination, object>("forwarder.rotate", { destinationId });
    expect(rotated.secrets).toMatchObject([{ expiresAt: null }, { expiresAt: expect.any(String) }]);
    await append(client, chats(1));
    await waitFor(() => expect(receiver.at(path)).toHaveLength(1));
    const [request] = receiver.at(path) as [Received];
    verify(request, destination.secret);
    verify(request, rotated.secret);
    await broker.call("forwarder.rotate", { destinationId, overlapHours: 0 });
    await append(client, chats(1));
    await waitFor(() => expect(receiver.at(path)).toHaveLength(2));
    expect(() => verify(receiver.at(path)[1] as Received, rotated.secret)).toThrow();
  });

  it("tests it", async () => {
    const { destinationId, secret } = await create();
    const test = () => broker.call<DestinationTest, object>("forwarder.test", { destinationId });
    expect(await test()).toMatchObject({ delivered: true, status: 204, error: null });
    verify(receiver.at(path)[0] as Received, secret);
    receiver.will(path, 418);
    expect(await test()).toMatchObject({ delivered: false, status: 418, error: "it answered 418" });
    expect(receiver.at(path)).toHaveLength(2);
  });

  it("changes, disables and removes it", async () => {
    const destination = await create();
    const { destinationId } = destination;
    const change = (wish: object) => broker.call<Destination, object>("forwarder.change", { destinationId, ...wish });
    expect(await change({ enabled: false })).toMatchObject({ state: "disabled", disabledReason: "BY_HAND" });
    await append(client, chats(1));
    const moved = receiver.url(`${path}/moved`);
    expect(await change({ enabled: true, url: moved, name: "moved" })).toMatchObject({ name: "moved", state: "ok" });
    await waitFor(() => expect(delivered(`${path}/moved`)).toHaveLength(1));
    expect(receiver.at(path)).toEqual([]);
    await broker.call("forwarder.remove", { destinationId });
    await expect(one(destination)).rejects.toMatchObject({ code: 404 });
  });

  it("is refused an address that nothing may be sent to", async () => {
    for (const url of ["http://127.0.0.1:1/", "https://10.0.0.5/", "https://localhost/", "ftp://example.net/"]) {
      await expect(create({ url })).rejects.toMatchObject({ code: 422, type: "EGRESS_REFUSED" });
    }
  });

  it("is refused more than twenty of a channel, and one of no channel", async () => {
    for (let i = 0; i < 20; i++) await create({ enabled: false });
    await expect(create()).rejects.toMatchObject({ type: "TOO_MANY_DESTINATIONS" });
    await expect(create({ channelId: undefined })).rejects.toMatchObject({ type: "CHANNEL_NEEDED" });
    const scope = { channelIds: [channelId] };
    await expect(create({ channelId: undefined, scope })).rejects.toMatchObject({ type: "TOO_MANY_DESTINATIONS" });
  });
});

describe("the API", () => {
  const ask = async (method: string, at: string, body?: object) => {
    const headers = { "x-api-key": KEY, ...(body && { "content-type": "application/json" }) };
    const response = await fetch(urlOf(broker) + at, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };

  it("makes a destination, shows its secret once, and how it does", async () => {
    const made = await ask("POST", "/destinations", { channelId, name: "mine", url: receiver.url(path) });
    expect(made).toMatchObject({ status: 201, body: { channelId, state: "ok", envelope: "unified", eventFilter: {} } });
    const { destinationId, secret, ...shown } = made.body;
    const at = `/destinations/${destinationId}`;
    expect(made.headers.get("location")).toBe(at);
    expect((await ask("GET", at)).body).toEqual({ destinationId, ...shown });
    expect(await ask("POST", `${at}/test`)).toMatchObject({ status: 200, body: { delivered: true } });
    verify(receiver.at(path)[0] as Received, secret);
    await append(client, chats(1));
    await waitFor(async () => {
      const { body } = await ask("GET", `${at}/deliveries?state=delivered`);
      expect(body).toMatchObject({ items: [{ events: 1, lastAttempts: [{ status: 204 }] }], next: null });
    });
    const rotated = await ask("POST", `${at}/rotate-secret`, { overlapHours: 1 });
    expect(rotated.body.secret).not.toBe(secret);
    expect(await ask("PATCH", at, { enabled: false })).toMatchObject({ body: { disabledReason: "BY_HAND" } });
    expect(await ask("POST", `${at}/enable`, { from: "now" })).toMatchObject({ body: { enabled: true } });
    const { items } = (await ask("GET", "/destinations?limit=500")).body as Page<Destination>;
    expect(items.find((one) => one.destinationId === destinationId)).toMatchObject({ name: "mine" });
    expect(JSON.stringify(items)).not.toContain("whsec_");
    const own = await broker.call("storage.belongs", { kind: "destination", id: destinationId });
    expect(own).toEqual({ channelId, simulated: false });
    expect((await ask("DELETE", at)).status).toBe(204);
    expect(await ask("GET", at)).toMatchObject({ status: 404, body: { error_code: "NOT_FOUND" } });
  });

  it.each([
    [422, "EGRESS_REFUSED", { url: "http://169.254.169.254/" }],
    [400, "VALIDATION_ERROR", { url: "https://93.184.216.34/", envelope: "xml" }],
    [400, "VALIDATION_ERROR", { url: "https://93.184.216.34/", eventFilter: { types: ["NOTHING"] } }],
    [400, "VALIDATION_ERROR", { url: "https://93.184.216.34/", name: "a\0b" }],
    [400, "VALIDATION_ERROR", { url: "https://93.184.216.34/", eventFilter: { q: "\ud800" } }],
    [400, "CHANNEL_NEEDED", { url: "https://93.184.216.34/", channelId: undefined }],
    [404, "NOT_FOUND", { url: "https://93.184.216.34/", channelId: "00000000-0000-4000-8000-0000000000ff" }],
  ])("answers %i %s for %j", async (status, error_code, wish) => {
    const answer = await ask("POST", "/destinations", { channelId, name: "mine", ...wish });
    expect(answer).toMatchObject({ status, body: { error_code } });
  });

  it("tells of what was disabled, without saying whose", async () => {
    receiver.will(path, 410);
    const destination = await create();
    await append(client, chats(1));
    await waitFor(async () => expect(await one(destination)).toMatchObject({ disabledReason: "GONE" }));
    const { alarms } = (await ask("GET", "/health")).body;
    expect(alarms).toContainEqual(expect.stringMatching(/^destination_disabled: nothing is forwarded to \d/));
  });
});

it("counts what it did", async () => {
  const metrics = (await broker.call("forwarder.counted")) as { name: string; values: { value: number }[] }[];
  const value = (name: string) => metrics.find((metric) => metric.name === `ttlc_forwarder_${name}`)?.values[0]?.value;
  expect(value("forwarded_total")).toBeGreaterThan(1_000);
  expect(value("retried_total")).toBeGreaterThan(10);
  const refused = (await letters()).filter(({ error }) => /^it answered 4|^left out$/.test(error));
  expect(value("dead_lettered_total")).toBe(refused.length);
});

describe("a dead letter of a destination", () => {
  const letterOf = async (destination: Destination, nth = 0) => {
    const found = await waitFor(async () => {
      const { items } = await broker.call<Page<Letter>, object>("storage.letters", {
        filter: { stage: "forwarder" },
        limit: 100,
      });
      const own = items.filter((letter) => letter.destination === destination.destinationId).reverse();
      expect(own.length).toBeGreaterThan(nth);
      return own;
    });
    return found[nth] as Letter;
  };
  const whole = ({ id }: Letter) => broker.call<LetterDetail, object>("storage.letter", { id });
  const redriven = async ({ id }: Letter) => {
    const wanted = { kind: "redrive", ids: [id], askedBy: "a test" };
    const job = await broker.call<LetterJob, object>("storage.startLetterJob", wanted);
    return waitFor(async () => {
      const now = await broker.call<LetterJob, object>("storage.letterJob", { id: job.id });
      expect(now.state).toBe("done");
      return now;
    });
  };

  it("that is refused again is a letter that names the one it was", async () => {
    receiver.will(path, 404);
    const destination = await create();
    await append(client, chats(1));
    const first = await letterOf(destination);
    expect(await whole(first)).toMatchObject({ entry: { events: "1" }, trial: { outcome: "sent", error: null } });
    await redriven(first);
    const second = await letterOf(destination, 1);
    expect(await whole(second)).toMatchObject({ state: "new", redriveOf: first.id, lineage: [{ id: first.id }] });
    expect(await whole(first)).toMatchObject({ state: "failed", failedAs: second.id });
    const payload = (await lettersOf(destination))[0]?.payload;
    const late = { run: "00000000-0000-4000-8000-00000000000a", letters: [{ id: first.id, payload }] };
    expect(await broker.call("forwarder.redrive", late)).toEqual({ refused: [] });
    expect(await deliveriesOf(destination)).toMatchObject([{ state: "refused" }]);
    receiver.will(path, 204);
    await redriven(second);
    await waitFor(async () => expect(await whole(second)).toMatchObject({ trial: { outcome: "sent_already" } }));
    expect(new Set(receiver.at(path).map(({ id }) => id)).size).toBe(1);
  });

  it("of which nothing is left says so, and sends nothing: its destination is neither well nor failing for it", async () => {
    receiver.will(path, 404);
    const destination = await create();
    const { destinationId } = destination;
    await append(client, chats(1));
    const letter = await letterOf(destination);
    await broker.call("forwarder.change", { destinationId, eventFilter: { types: ["GIFT"] } });
    const error = "none of its events is left, or wanted by its destination any more";
    expect(await whole(letter)).toMatchObject({ trial: { outcome: "impossible", error } });
    await db.query(sql`update destination_cursors set failures = 3 where destination_id = ${destinationId}`);
    await redriven(letter);
    await waitFor(async () => expect(await statesOf(destination)).toEqual(["empty"]));
    expect(await one(destination)).toMatchObject({ failures: 3 });
    expect(await whole(letter)).toMatchObject({ trial: { outcome: "impossible", error } });
    expect(receiver.at(path)).toHaveLength(1);
  });

  it("of one that is disabled stays open, and says so; of one that is gone it cannot come back", async () => {
    receiver.will(path, 404, 204);
    const destination = await create();
    const { destinationId } = destination;
    await append(client, chats(1));
    const letter = await letterOf(destination);
    await db.query(sql`delete from deliveries where destination_id = ${destinationId}`); // it may be too old to be kept
    await broker.call("forwarder.change", { destinationId, enabled: false });
    const error = expect.stringContaining("its destination is disabled");
    expect(await whole(letter)).toMatchObject({ trial: { outcome: "refused", error } });
    expect(await redriven(letter)).toMatchObject({ done: 1, failed: 1 });
    expect(await whole(letter)).toMatchObject({ state: "failed", failedAs: null, lastError: error });
    expect(receiver.at(path)).toHaveLength(1);
    await broker.call("forwarder.change", { destinationId, enabled: true });
    expect(await redriven(letter)).toMatchObject({ done: 1, failed: 0 });
    await waitFor(() => expect(receiver.at(path)).toHaveLength(2));
    await broker.call("forwarder.remove", { destinationId });
    expect(await whole(letter)).toMatchObject({ trial: { outcome: "impossible", error: "its destination is gone" } });
  });
});
