import { randomUUID } from "node:crypto";
import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { type Middleware, ServiceBroker } from "moleculer";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ErrorBody } from "../../contracts/api.ts";
import type { Rule, RuleDraft } from "../../contracts/rule.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import type { UnifiedEvent, User } from "../../contracts/unified-event.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { prepareRule } from "../../services/rules/prepare.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { conditions } from "../support/conditions.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { append, KEY, urlOf } from "../support/gateway.ts";
import { type Random, seeded, shuffled, split } from "../support/random.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { makeKey } from "../support/tenants.ts";
import { waitFor } from "../support/wait-for.ts";

let redis: TestRedis;
let database: TestDatabase;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let url: string;

const open = async () => {};
/** What backtests wait for before they read. */
let gate: () => Promise<void> = open;
const gated: Middleware = {
  name: "gated",
  localAction: (next, { name }) =>
    name === "storage.past"
      ? async function (ctx) {
          await gate();
          return next.call(this, ctx);
        }
      : next,
};

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  db = openPool(database.url);
  client = new Redis(redis.url);
  const config = { REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" };
  broker = new ServiceBroker({ ...brokerOptions(testConfig(config)), middlewares: [gated] });
  for (const service of [storage, rules, gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
});

afterEach(() => {
  gate = open;
});

afterAll(async () => {
  await broker.stop();
  await client.quit();
  await db.dispose();
  await redis.stop();
  await database.drop();
});

const ask = (method: string, path: string, body?: object, key = KEY) =>
  fetch(url + path, {
    method,
    headers: { "x-api-key": key, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
const answerOf = async <Answer>(status: number, asked: Promise<Response>): Promise<Answer> => {
  const response = await asked;
  const text = await response.text();
  expect([response.status, text]).toEqual([status, text]);
  return JSON.parse(text) as Answer;
};
const refusal = async (asked: Promise<Response>) => {
  const { status, error_code } = (await asked.then(async (response) => ({
    status: response.status,
    ...((await response.json()) as ErrorBody),
  }))) as ErrorBody & { status: number };
  return [status, error_code];
};

const draft: RuleDraft = {
  ...{ name: "Thank", enabled: true, eventType: "GIFT", condition: { ">=": [{ var: "payload.coins" }, 100] } },
  ...{ matchAll: false, action: { type: "log", template: "{username} gave {coins}" }, cooldown: 0, perUserCooldown: 0 },
  ...{ limits: {}, mode: "live" },
};

/** Begins one, and resolves once it is over. */
async function backtest(path: string, input: object): Promise<Backtest> {
  const { backtestId } = await answerOf<Backtest>(202, ask("POST", path, input));
  return over(backtestId);
}

const over = (backtestId: string) =>
  waitFor(async () => {
    const found = await answerOf<Backtest>(200, ask("GET", `/rules/backtests/${backtestId}`));
    expect(found.state).not.toBe("running");
    return found;
  });

let rooms = 0;

/** A room of a channel of its own, in which something happens every second. */
class Room {
  readonly streamId = `73000000000000${String(++rooms).padStart(5, "0")}`;
  readonly sessionId = randomUUID();
  readonly #begunAt = Date.now();
  #seqNo = 0;
  channelId = "";

  static async open(): Promise<Room> {
    const room = new Room();
    const uniqueId = `streamer${rooms}`;
    const channel = await broker.call<{ channelId: string }, object>("storage.channel", { uniqueId, simulated: false });
    room.channelId = channel.channelId;
    await room.say(room.event("CONNECTED", { payload: { provider: "direct", channelId: room.channelId, uniqueId } }));
    return room;
  }

  event(eventType: UnifiedEvent["eventType"], fields: object = {}): UnifiedEvent {
    const seqNo = ++this.#seqNo;
    const timestamp = new Date(this.#begunAt + seqNo * 1_000).toISOString();
    const { streamId, sessionId } = this;
    const place = { streamId, sessionId, seqNo, timestamp, ingestedAt: timestamp, user: viewer(1) };
    return makeEvent(eventType, { ...place, ...fields });
  }

  gift(coins: number, fields: object = {}): UnifiedEvent {
    return this.event("GIFT", { payload: { coins }, ...fields });
  }

  /** Resolves once they are stored, and the rules were asked. */
  async say(...events: UnifiedEvent[]): Promise<void> {
    await append(client, events);
    await waitFor(async () => {
      const rows = (await client.xinfo("GROUPS", "ttlc:events")) as unknown[][];
      const groups = rows.map((row) => Object.fromEntries(row.flatMap((_, i) => (i % 2 ? [] : [row.slice(i, i + 2)]))));
      for (const name of ["rules", "storage"]) {
        expect(groups.find((group) => group.name === name)).toMatchObject({ pending: 0, lag: 0 });
      }
    });
  }

  save(changes: Partial<RuleDraft> = {}): Promise<Rule> {
    return answerOf<Rule>(201, ask("POST", "/rules", { ...draft, channelId: this.channelId, ...changes }));
  }
}

describe("a backtest", () => {
  it("of a saved rule looks at several sessions: those of a stream as they were delivered, and streams by themselves", async () => {
    const [room, elsewhere] = [await Room.open(), await Room.open()];
    const again = { sessionId: randomUUID() };
    const { ruleId } = await room.save({ cooldown: 2 });
    await room.say(
      room.gift(100),
      room.gift(200, again),
      room.gift(300),
      room.gift(400, again),
      room.event("CHAT", again),
    );
    await elsewhere.say(elsewhere.gift(500));
    const sessionIds = [again.sessionId, elsewhere.sessionId, room.sessionId];
    const found = await backtest(`/rules/${ruleId}/backtest`, { sessionIds });
    expect(found).toMatchObject({ state: "done", total: 8, events: 8, matched: 5, fired: 3, held: { cooldown: 2 } });
    expect(found.firings.map(({ streamId, rendered }) => [streamId, rendered])).toEqual([
      [room.streamId, "viewer1 gave 100"],
      [room.streamId, "viewer1 gave 300"],
      [elsewhere.streamId, "viewer1 gave 500"],
    ]);
    expect(
      Object.fromEntries(found.sessions.map(({ sessionId, total, fired }) => [sessionId, [total, fired]])),
    ).toEqual({
      [room.sessionId]: [3, 2],
      [again.sessionId]: [3, 0],
      [elsewhere.sessionId]: [2, 1],
    });
    const alone = await backtest(`/rules/${ruleId}/backtest`, again);
    expect(alone.firings.map(({ rendered }) => rendered)).toEqual(["viewer1 gave 200", "viewer1 gave 400"]);
  });

  it("takes a version of a rule, and tells what is not stored", async () => {
    const room = await Room.open();
    const { ruleId } = await room.save();
    const change = { ...draft, condition: { ">": [{ var: "payload.coins" }, 900] } };
    await broker.call<Rule, object>("rules.update", { ruleId, draft: change, version: 1, by: "test" });
    const facts = { from: "", to: "", why: "CRASH", seqNoBefore: 1, seqNoAfter: 2, count: 3 };
    await room.say(room.gift(100), room.event("RAW", { subType: "GAP", payload: { facts }, user: null }));
    const { sessionId } = room;
    expect(await backtest(`/rules/${ruleId}/backtest`, { sessionId })).toMatchObject({ fired: 0 });
    expect(await backtest(`/rules/${ruleId}/backtest`, { sessionId, version: 1 })).toMatchObject({
      fired: 1,
      sessions: [{ sessionId, gaps: 1, deadLettered: 0 }],
    });
    expect(await refusal(ask("POST", `/rules/${ruleId}/backtest`, { sessionId, version: 2_147_483_647 }))).toEqual([
      404,
      "NOT_FOUND",
    ]);
  });

  it("refuses sessions that are unknown, another's or replays, and too many of them", async () => {
    const room = await Room.open();
    const other = await Room.open();
    await room.say(room.gift(100));
    const { sessionId } = room;
    const replay = await broker.call<{ sessionId: string }, object>("storage.startReplay", { sessionId, speed: "max" });
    const { secret } = await makeKey(broker, "streamer", [room]);
    const of = (input: object, key?: string) => refusal(ask("POST", "/rules/backtest", { draft, ...input }, key));
    expect(await of({ sessionIds: [sessionId, randomUUID()] })).toEqual([404, "NOTHING_TO_BACKTEST"]);
    expect(await of({ sessionId: replay.sessionId })).toEqual([404, "NOTHING_TO_BACKTEST"]);
    expect(await of({ sessionIds: [sessionId, other.sessionId] }, secret)).toEqual([404, "NOT_FOUND"]);
    expect(await of({ sessionIds: Array.from({ length: 21 }, () => randomUUID()) })).toEqual([400, "VALIDATION_ERROR"]);
    expect(await of({ sessionId, sessionIds: [sessionId] })).toEqual([400, "VALIDATION_ERROR"]);
    expect(await of({})).toEqual([400, "VALIDATION_ERROR"]);
    expect(await of({ sessionId, draft: { ...draft, condition: true } })).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("is one at a time for each who asks, and can be ended", async () => {
    const room = await Room.open();
    const { sessionId } = room;
    await room.say(room.gift(100));
    const { secret } = await makeKey(broker, "streamer", [room]);
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = () => promise;
    const { backtestId } = await answerOf<Backtest>(202, ask("POST", "/rules/backtest", { draft, sessionId }));
    const second = ask("POST", "/rules/backtest", { draft, sessionId });
    expect(await answerOf<ErrorBody>(409, second)).toMatchObject({
      error_code: "BACKTEST_RUNNING",
      details: { backtestId },
    });
    const theirs = await answerOf<Backtest>(202, ask("POST", "/rules/backtest", { draft, sessionId }, secret));
    const ended = await answerOf<Backtest>(200, ask("DELETE", `/rules/backtests/${backtestId}`));
    expect(ended).toMatchObject({ state: "cancelled", events: 0 });
    const third = await answerOf<Backtest>(202, ask("POST", "/rules/backtest", { draft, sessionId }));
    resolve();
    expect((await over(third.backtestId)).state).toBe("done");
    expect((await over(theirs.backtestId)).state).toBe("done");
    expect((await over(backtestId)).state).toBe("cancelled");
    const late = await answerOf<Backtest>(200, ask("DELETE", `/rules/backtests/${third.backtestId}`));
    expect(late).toMatchObject({ state: "done", fired: 1 });
  });

  it("that nobody goes on with has failed", async () => {
    const room = await Room.open();
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = () => promise;
    const asked = { draft, sessionId: room.sessionId };
    const { backtestId } = await answerOf<Backtest>(202, ask("POST", "/rules/backtest", asked));
    await client.del("ttlc:backtest-of:admin"); // as when its process died, and its lease ran out
    const found = await over(backtestId);
    expect([found.state, found.reason]).toEqual(["failed", expect.stringContaining("ask again")]);
    resolve();
    gate = () => Promise.reject(new Error("away"));
    const failed = await backtest("/rules/backtest", asked);
    expect([failed.state, failed.reason]).toEqual(["failed", expect.stringContaining("log of rules")]);
  });
});

describe("what a backtest finds", () => {
  it.each([1, 2])("is what rules decided when it happened, seed %i", async (seed) => {
    const random = seeded(seed);
    const room = await Room.open();
    const ruleIds: string[] = [];
    for (const some of drafts(random, 25)) {
      const rule = { channelId: room.channelId, draft: some, by: "test" };
      ruleIds.push((await broker.call<Rule, object>("rules.create", rule)).ruleId);
    }
    const again = { sessionId: randomUUID() };
    const events = Array.from({ length: 400 }, () => somethingOf(room, random, random(4) === 0 ? again : {}));
    await room.say(...[...split(events, random)].flatMap((some) => shuffled(some, random)));
    const sessionIds = [room.sessionId, again.sessionId];
    const begun = ruleIds.map((ruleId) => {
      return broker.call<Backtest, object>("rules.backtest", { ruleId, sessionIds, by: ruleId });
    });
    for (const [i, { backtestId }] of (await Promise.all(begun)).entries()) {
      const { fired, held, skipped, firings } = await over(backtestId);
      expect({ fired, held, skipped, firings: firings.map(({ eventId, rendered }) => [eventId, rendered]) }).toEqual(
        await decided(ruleIds[i] as string),
      );
    }
    const [all] = await db.query(sql`
      select array_agg(distinct coalesce(reason, 'done') order by coalesce(reason, 'done')) as reasons from actions_log
      where rule_id = any(${ruleIds})`);
    expect(all.reasons).toEqual(["cooldown", "done", "dry_run", "history", "limit", "user_cooldown"]);
  });
});

/** Rules that may be saved. */
function* drafts(random: Random, count: number): Generator<RuleDraft> {
  const next = conditions(random);
  const some = <Item>(...items: Item[]): Item => items[random(items.length)] as Item;
  for (let made = 0; made < count; ) {
    const condition = some<(inner: unknown) => unknown>(
      (inner) => inner,
      (inner) => ({ or: [inner, { var: "inherited.isModerator" }] }),
      (inner) => ({ and: [inner, { "==": [{ var: "payload.streakState" }, "progress"] }] }),
    )(next());
    const drafted: RuleDraft = {
      ...{ ...draft, condition, mode: some("live", "dry_run") },
      ...{ cooldown: some(0, 0, 5), perUserCooldown: some(0, 0, 20), limits: some({}, {}, { perMinute: 3 }) },
    };
    if (!prepareRule(drafted).rule) continue;
    made++;
    yield drafted;
  }
}

/** Gifts in streaks and otherwise, and chats, of people whose roles change; some late, some of the past. */
function somethingOf(room: Room, random: Random, fields: object): UnifiedEvent {
  const told: Partial<User> = random(3)
    ? {}
    : { followRole: random(3), isModerator: random(2) === 0, gifterLevel: random(20) };
  const user = { ...viewer(random(8)), ...told };
  const isHistory = random(20) === 0;
  if (random(4) === 0) return room.event("CHAT", { user, isHistory, ...fields });
  const streakState = ["none", "progress", "progress", "final"][random(4)];
  const payload = {
    ...{ coins: random(150), giftCount: 1 + random(9), giftName: ["Rose", "Lion", "na"][random(3)], streakState },
    ...(streakState !== "none" && { streakId: sha256(`${room.streamId} ${random(40)}`) }),
  };
  return room.event("GIFT", { user, isHistory, payload, ...fields });
}

/** As actions_log has it, in the shape of a backtest. */
async function decided(ruleId: string) {
  const rows: { reason: string | null; event_id: string; rendered: string }[] = await db.query(sql`
    select reason, event_id, rendered from actions_log where rule_id = ${ruleId} order by action_id`);
  const count = (reason: string) => rows.filter((row) => row.reason === reason).length;
  const fired = rows.filter(({ reason }) => reason === null || reason === "dry_run");
  return {
    fired: fired.length,
    held: { cooldown: count("cooldown"), user_cooldown: count("user_cooldown"), limit: count("limit") },
    skipped: { history: count("history"), stale: 0, own_account: 0, streamer: 0, no_user: 0, empty: 0 },
    firings: fired.map(({ event_id, rendered }) => [event_id, rendered]),
  };
}
