import { randomUUID } from "node:crypto";
import { type ConnectionPool, sql } from "@databases/pg";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { AuditEntry } from "../../contracts/keys.ts";
import type { Rule, RuleTest } from "../../contracts/rule.ts";
import type { EventExplanation } from "../../contracts/rule-explain.ts";
import type { RuleDiff } from "../../contracts/rule-shadow.ts";
import type { RuleTrials } from "../../contracts/rule-trials.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
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
import { makeKey } from "../support/tenants.ts";
import { waitFor } from "../support/wait-for.ts";

let redis: TestRedis;
let database: TestDatabase;
let db: ConnectionPool;
let client: Redis;
let broker: ServiceBroker;
let url: string;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  db = openPool(database.url);
  client = new Redis(redis.url);
  const config = { REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" };
  broker = new ServiceBroker(brokerOptions(testConfig(config)));
  for (const service of [storage, { ...rules, settings: { patienceMs: 300 } }, gateway]) broker.createService(service);
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

const ask = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method,
    headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
const get = async <Answer>(path: string) => (await (await ask("GET", path)).json()) as Answer;
const answerOf = async <Answer>(status: number, asked: Promise<Response>): Promise<Answer> => {
  const response = await asked;
  const text = await response.text();
  expect([response.status, text]).toEqual([status, text]);
  return (text === "" ? null : JSON.parse(text)) as Answer;
};

let rooms = 0;

/** A room of a channel of its own, which has just begun. */
class Room {
  readonly streamId = `73000000000000${String(++rooms).padStart(5, "0")}`;
  readonly sessionId = randomUUID();
  #seqNo = 0;
  readonly #seen: string[] = [];
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
    const timestamp = new Date().toISOString();
    const seqNo = ++this.#seqNo;
    const { streamId, sessionId } = this;
    return makeEvent(eventType, {
      streamId,
      sessionId,
      seqNo,
      timestamp,
      ingestedAt: timestamp,
      user: viewer(1),
      ...fields,
    });
  }

  gift(coins: number, payload: object = {}, fields: object = {}): UnifiedEvent {
    return this.event("GIFT", { payload: { coins, ...payload }, ...fields });
  }

  /** Resolves once they are stored, and the rules were asked. */
  async say(...events: UnifiedEvent[]): Promise<void> {
    await append(client, events);
    this.#seen.push(...events.map(({ eventId }) => eventId));
    await waitFor(async () => {
      const [{ stored }] = await db.query(sql`
        select count(*)::int as stored from events where stream_id = ${this.streamId}`);
      expect(stored).toBe(new Set(this.#seen).size);
      for (const { name, pending, lag } of await groups()) {
        if (name === "rules") expect([pending, lag]).toEqual([0, 0]);
      }
    });
  }

  save(changes: object = {}): Promise<Rule> {
    return answerOf<Rule>(201, ask("POST", "/rules", { ...thank, channelId: this.channelId, ...changes }));
  }
}

async function groups(): Promise<{ name: string; pending: number; lag: number | null }[]> {
  const rows = (await client.xinfo("GROUPS", "ttlc:events")) as unknown[][];
  return rows.map((row) => {
    const field = (name: string) => row[row.indexOf(name) + 1];
    return { name: field("name") as string, pending: field("pending") as number, lag: field("lag") as number | null };
  });
}

const thank = {
  name: "Thank",
  eventType: "GIFT",
  condition: { ">=": [{ var: "payload.coins" }, 100] },
  action: { type: "log", template: "{username} gave {coins}" },
};

/** By the name of the rule. */
async function explained({ eventId }: UnifiedEvent): Promise<Record<string, unknown[]>> {
  const { rules } = await answerOf<EventExplanation>(200, ask("GET", `/events/${eventId}/explain`));
  return Object.fromEntries(
    rules.map(({ name, matched, versionThen, why, decided }) => {
      return [name, [matched, versionThen, why, decided.map(({ state, reason }) => reason ?? state)]];
    }),
  );
}

describe("a shadow", () => {
  it("decides beside the rule without acting, is compared with it, and takes its place in one call", async () => {
    const room = await Room.open();
    const rule = await room.save();
    const path = `/rules/${rule.ruleId}`;
    await answerOf(404, ask("GET", `${path}/diff`));
    const draft = { ...thank, name: "Thank for more", condition: { ">": [{ var: "payload.coins" }, 150] } };
    const better = { ...draft, action: { type: "announce", template: "Thanks {username}!" } };
    const shadowed = await answerOf<Rule>(201, ask("POST", `${path}/shadow`, { draft: better }));
    expect(shadowed).toMatchObject({ name: "Thank", version: 1, shadow: { draft: { name: "Thank for more" } } });
    const { since } = shadowed.shadow ?? {};
    const [small, big, replayed] = [room.gift(120), room.gift(200), room.gift(300, {}, { isHistory: true })];
    await room.say(small, big, replayed);
    expect(await answerOf<RuleDiff>(200, ask("GET", `${path}/diff`))).toMatchObject({
      ...{ version: 1, both: 1, onlyLive: 1, onlyShadow: 0 },
      items: [
        {
          eventId: big.eventId,
          live: { state: "done", reason: null, rendered: "viewer1 gave 200" },
          shadow: { state: "skipped", reason: "shadow", rendered: "Thanks viewer1!" },
        },
        { eventId: small.eventId, live: { state: "done" }, shadow: null },
      ],
    });
    expect(await get(`${path}/diff?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`)).toMatchObject({ items: [] });
    await answerOf(412, ask("POST", `${path}/promote`, { since }, { "if-match": '"2"' }));
    const promoted = await answerOf<Rule>(200, ask("POST", `${path}/promote`, { since }, { "if-match": '"1"' }));
    expect(promoted).toMatchObject({ version: 2, name: "Thank for more", mode: "live" });
    expect(promoted).not.toHaveProperty("shadow");
    await answerOf(404, ask("DELETE", `${path}/shadow`));
    await room.say(room.gift(120));
    expect(await get(path)).toMatchObject({ fired24h: 2 });
  });

  it("that nobody read does not take its place, and the audit tells what came of both", async () => {
    const room = await Room.open();
    const { ruleId } = await room.save();
    const shadow = async (type: string) => {
      const draft = { ...thank, action: { type, template: "x" } };
      const rule = await answerOf<Rule>(201, ask("POST", `/rules/${ruleId}/shadow`, { draft }));
      return rule.shadow?.since;
    };
    const promote = (since?: string) => ask("POST", `/rules/${ruleId}/promote`, { since }, { "if-match": '"1"' });
    const [seen, unseen] = [await shadow("log"), await shadow("announce")];
    await answerOf(400, promote());
    expect(await answerOf(412, promote(seen))).toMatchObject({ details: { since: unseen } });
    expect(await get(`/rules/${ruleId}`)).toMatchObject({ version: 1, action: { type: "log" } });
    await answerOf(200, promote(unseen));
    const { items } = await get<Page<AuditEntry>>("/audit?limit=4");
    expect(items.map(({ action, status, details }) => [action, status, details])).toEqual([
      ["promoteRule", 200, expect.objectContaining({ version: 2, action: "announce" })],
      ["promoteRule", 412, {}],
      ["shadowRule", 201, expect.objectContaining({ version: 1, action: "announce" })],
      ["shadowRule", 201, expect.objectContaining({ version: 1, action: "log" })],
    ]);
  });

  it("ends without a trace in the rule, and has no place beside one that is a shadow itself", async () => {
    const room = await Room.open();
    const { ruleId } = await room.save();
    await answerOf(201, ask("POST", `/rules/${ruleId}/shadow`, { draft: thank }));
    await answerOf(204, ask("DELETE", `/rules/${ruleId}/shadow`));
    expect(await get(`/rules/${ruleId}`)).not.toHaveProperty("shadow");
    const dark = await room.save({ mode: "shadow" });
    await answerOf(400, ask("POST", `/rules/${dark.ruleId}/shadow`, { draft: thank }));
    const wrong = { ...thank, action: { type: "log", template: "{nobody}" } };
    await answerOf(400, ask("POST", `/rules/${ruleId}/shadow`, { draft: wrong }));
    await answerOf(404, ask("POST", `/rules/${randomUUID()}/shadow`, { draft: thank }));
  });
});

it("moderators do not see the whole address of a webhook", async () => {
  const room = await Room.open();
  const { secret } = await makeKey(broker, "moderator", [room]);
  const draft = { ...thank, action: { type: "webhook", url: "https://93.184.216.34/hooks/top-secret" } };
  const { ruleId } = await room.save(draft);
  await answerOf(201, ask("POST", `/rules/${ruleId}/shadow`, { draft }));
  for (const path of ["/rules", `/rules/${ruleId}`, `/rules/${ruleId}/versions`, `/rules/${ruleId}/diff`]) {
    expect(JSON.stringify(await get(path))).toContain("top-secret");
    const seen = await answerOf(200, ask("GET", path, undefined, { "x-api-key": secret }));
    expect(JSON.stringify(seen)).toContain("https://93.184.216.34/…");
    expect(JSON.stringify(seen)).not.toContain("top-secret");
  }
});

describe("trying a rule on what was", () => {
  it("takes the last events of its type, the newest first, and streaks at their end", async () => {
    const room = await Room.open();
    const streak = (streakState: string) => ({ streakId: "c".repeat(64), streakState });
    const gifts = [room.gift(50), room.gift(500, streak("progress")), room.gift(900, streak("final")), room.gift(100)];
    await room.say(...gifts, room.event("CHAT", {}), room.event("FOLLOW", {}));
    const [first, progress, final, last] = gifts.map(({ eventId }) => eventId);
    const tried = async (body: object) => {
      const { errors, items } = await answerOf<RuleTrials>(200, ask("POST", "/rules/test", { draft: thank, ...body }));
      return [errors, items.map(({ event, matched, renderedTemplate }) => [event.eventId, matched, renderedTemplate])];
    };
    const all = [
      [last, true, "viewer1 gave 100"],
      [final, true, "viewer1 gave 900"],
      [first, false, "viewer1 gave 50"],
    ];
    for (const where of [{ sessionId: room.sessionId }, { streamId: room.streamId }]) {
      expect(await tried(where)).toEqual([[], all]);
      expect(await tried({ ...where, last: 2 })).toEqual([[], all.slice(0, 2)]);
    }
    const { ruleId } = await room.save();
    expect(await tried({ draft: undefined, ruleId, streamId: room.streamId, last: 1 })).toEqual([[], all.slice(0, 1)]);
    const frames = { ...thank, condition: { "==": [{ var: "payload.streakState" }, "progress"] } };
    const [, seen] = await tried({ draft: frames, streamId: room.streamId });
    expect(seen).toContainEqual([progress, true, "viewer1 gave 500"]);
    const wrong = { ...thank, condition: { nothing: [] } };
    expect(await tried({ draft: wrong, streamId: room.streamId })).toEqual([
      [{ path: "condition", message: expect.any(String) }],
      [],
    ]);
  });

  it("is for what one may see, changes nothing and is counted with the reads", async () => {
    const [room, other] = [await Room.open(), await Room.open()];
    await room.say(room.gift(100));
    const { secret } = await makeKey(broker, "moderator", [other]);
    const { ruleId } = await other.save();
    const before = await get<Page<AuditEntry>>("/audit?limit=1");
    for (const [body, key, status] of [
      [{ draft: thank, sessionId: room.sessionId }, secret, 404],
      [{ draft: thank, streamId: room.streamId }, secret, 404],
      [{ draft: thank, sessionId: randomUUID() }, KEY, 404],
      [{ draft: thank, streamId: "nothing" }, KEY, 404],
      [{ ruleId: randomUUID(), streamId: room.streamId }, KEY, 404],
      [{ draft: thank, streamId: room.streamId, sessionId: room.sessionId }, KEY, 400],
      [{ draft: thank, streamId: room.streamId, last: 201 }, KEY, 400],
      [{ ruleId, streamId: other.streamId }, secret, 200],
    ] as const) {
      await answerOf(status, ask("POST", "/rules/test", body, { "x-api-key": key }));
    }
    const response = await ask("POST", "/rules/test", { ruleId, streamId: other.streamId }, { "x-api-key": secret });
    expect(response.headers.get("ratelimit-policy")).toContain('"read"');
    expect((await get<Page<AuditEntry>>("/audit?limit=1")).items).toEqual(before.items);
  });
});

describe("explaining an event", () => {
  it("tells of every rule that waits for it whether it matched, and what was decided", async () => {
    const room = await Room.open();
    await room.save({ name: "acts" });
    await room.save({ name: "cools", cooldown: 3_600 });
    await room.save({ name: "says", action: { type: "announce", template: "Thanks {username}" } });
    await room.save({ name: "wants more", condition: { ">": [{ var: "payload.coins" }, 100] } });
    await room.save({ name: "chats", eventType: "CHAT", condition: undefined, matchAll: true });
    await room.save({ name: "off", enabled: false });
    const [first, second] = [room.gift(100), room.gift(100)];
    await room.say(first, second);
    const later = await room.save({ name: "later" });
    expect(await explained(second)).toEqual({
      acts: [true, 1, "decided", ["done"]],
      cools: [true, 1, "decided", ["cooldown"]],
      says: [true, 1, "decided", ["no_capability"]],
      "wants more": [false, 1, "no_match", []],
      later: [true, null, "made_later", []],
    });
    const { rules } = await get<EventExplanation>(`/events/${second.eventId}/explain`);
    expect(rules.find(({ name }) => name === "wants more")?.failing).toEqual([
      { path: ">", holds: false, reads: { "payload.coins": 100 } },
    ]);
    const question = { eventId: first.eventId, ruleId: later.ruleId };
    expect(await answerOf<RuleTest>(200, ask("POST", "/rules/test", question))).toMatchObject({
      ...{ matched: true, renderedTemplate: "viewer1 gave 100" },
    });
  });

  it("keeps telling what was decided after the rule was changed, and once for a gift streak", async () => {
    const room = await Room.open();
    const rule = await room.save();
    const streak = (streakState: string) => ({ streakId: "b".repeat(64), streakState });
    const [progress, final, again] = ["progress", "final", "final"].map((state) => room.gift(500, streak(state)));
    await room.say(progress as UnifiedEvent, final as UnifiedEvent, again as UnifiedEvent);
    const changed = { ...thank, enabled: false };
    await answerOf(200, ask("PUT", `/rules/${rule.ruleId}`, changed, { "if-match": '"1"' }));
    expect(await explained(final as UnifiedEvent)).toEqual({ Thank: [true, 1, "decided", ["done"]] });
    expect(await explained(again as UnifiedEvent)).toEqual({ Thank: [true, 1, "streak_acted", ["done"]] });
  });

  it("waits for one that is about to be stored, as a test of a rule does", async () => {
    const room = await Room.open();
    const gift = room.gift(500);
    const asked = ask("GET", `/events/${gift.eventId}/explain`);
    const tested = ask("POST", "/rules/test", { draft: thank, eventId: gift.eventId });
    await append(client, [gift]);
    expect(await answerOf(200, asked)).toMatchObject({ event: { eventId: gift.eventId } });
    expect(await answerOf(200, tested)).toMatchObject({ matched: true });
  });

  it("is for what exists, and for one rule and one event at a time", async () => {
    await answerOf(404, ask("GET", `/events/${"0".repeat(64)}/explain`));
    await answerOf(404, ask("POST", "/rules/test", { draft: thank, eventId: "0".repeat(64) }));
    await answerOf(404, ask("POST", "/rules/test", { ruleId: randomUUID(), eventId: "0".repeat(64) }));
    await answerOf(400, ask("POST", "/rules/test", { draft: thank }));
    const both = { draft: thank, ruleId: randomUUID(), eventId: "0".repeat(64) };
    await answerOf(400, ask("POST", "/rules/test", both));
  });
});
