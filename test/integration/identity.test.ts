import { sql } from "@databases/pg";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../contracts/access.ts";
import type { ErrorBody, Page } from "../../contracts/api.ts";
import type { Config } from "../../contracts/config.ts";
import type { AuditEntry, Key, Me, NewKey, Ticket } from "../../contracts/keys.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { feedLimits } from "../../services/gateway/live-feed.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, sha256 } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { append, fakeIngest, KEY, tailIsUp, urlOf, withClient } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { openFeed } from "../support/sse.ts";
import { makeKey, makeTenants, type Tenant } from "../support/tenants.ts";

let redis: TestRedis;
let database: TestDatabase;
let config: Config;
let broker: ServiceBroker;
let url: string;
let pool: ReturnType<typeof openPool>;
let tenants: Record<"mine" | "other" | "show", Tenant>;

const { recheckMs } = feedLimits;

beforeAll(async () => {
  feedLimits.recheckMs = 100; // the feed below must end, not when
  redis = await startTestRedis();
  database = await createDatabase();
  config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  pool = openPool(database.url);
  await pool.query(sql`select ensure_week('2026-03-01')`);
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, fakeIngest([]), gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
  const simulated = false;
  tenants = await makeTenants(broker, config, { mine: { simulated }, other: { simulated }, show: { simulated: true } });
});

afterAll(async () => {
  feedLimits.recheckMs = recheckMs;
  await broker.stop();
  await pool.dispose();
  await database.drop();
  await redis.stop();
});

/** A request as JSON, by a key or other headers. */
async function ask<Answer = ErrorBody>(
  who: string | Record<string, string>,
  route: string,
  body?: object,
): Promise<{ status: number; body: Answer; headers: Headers }> {
  const [method = "", path = ""] = route.split(" ");
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(typeof who === "string" ? { "x-api-key": who } : who),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

/** Status and error_code of a refusal. */
const refusal = async (...request: Parameters<typeof ask>) => {
  const { status, body } = await ask(...request);
  return [status, body.error_code];
};

const keyFor = async (role: Role, ...whose: (keyof typeof tenants)[]) =>
  (
    await makeKey(
      broker,
      role,
      whose.map((each) => tenants[each]),
    )
  ).secret;
const only = (whose: keyof typeof tenants) => [tenants[whose].channelId];
const isIn = async (key: string) => (await ask(key, "GET /auth/me")).status === 200;

/** The cookie of a session that was begun by a key. */
async function signIn(key: string): Promise<{ cookie: string }> {
  const { headers } = await ask({}, "POST /auth/login", { key });
  return { cookie: String(headers.get("set-cookie")).split(";")[0] as string };
}

describe("a key", () => {
  it("is shown once, kept as a hash, and known by how it begins", async () => {
    const wish = { name: "Chat bot", role: "moderator", channelIds: only("mine") };
    const made = await ask<NewKey>(KEY, "POST /keys", wish);
    const { key, secret } = made.body;
    expect(made.status).toBe(201);
    expect(secret).toMatch(/^ttlc_[\w-]{43}$/);
    expect(key).toMatchObject({ ...wish, kind: "program", prefix: secret.slice(0, 11), types: null });
    expect(key.createdBy).toEqual({ id: null, name: "TTLC_ADMIN_KEY" });
    const { body } = await ask<Page<Key>>(KEY, "GET /keys");
    expect(body.items.find(({ id }) => id === key.id)).toEqual(key);
    expect(JSON.stringify(body)).not.toContain(secret);
    const [row] = await pool.query(sql`select * from api_keys where key_id = ${key.id}`);
    expect(row.hash).toBe(sha256(secret));
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it("tells who it is and what it may", async () => {
    const { body } = await ask<Me>(await keyFor("viewer", "mine"), "GET /auth/me");
    expect(body).toMatchObject({
      name: "a viewer",
      role: "viewer",
      channels: [{ channelId: tenants.mine.channelId, uniqueId: "mine.streamer", simulated: false }],
      rights: { "rooms.read": "aggregates", "analytics.read": "aggregates" },
      expiresAt: null,
    });
  });

  it("is replaced at once", async () => {
    const { id, secret } = await makeKey(broker, "viewer", [tenants.mine], { kind: "program" });
    const { body } = await ask<NewKey>(KEY, `POST /keys/${id}/rotate`);
    expect([await isIn(secret), await isIn(body.secret)]).toEqual([false, true]);
    expect(body.key).toMatchObject({ id, rotatedAt: expect.any(String), previousUntil: null });
  });

  it("is replaced while the one before works on for as long as was asked for", async () => {
    const { id, secret } = await makeKey(broker, "viewer", [tenants.mine], { kind: "program" });
    const { body } = await ask<NewKey>(KEY, `POST /keys/${id}/rotate`, { overlapSeconds: 3600 });
    expect([await isIn(secret), await isIn(body.secret)]).toEqual([true, true]);
    expect((await ask<Me>(secret, "GET /auth/me")).body.expiresAt).toBe(body.key.previousUntil);
    await pool.query(sql`update api_keys set old_until = now() where key_id = ${id}`);
    expect([await isIn(secret), await isIn(body.secret)]).toEqual([false, true]);
  });

  it("that was replaced manages no keys, nor does a session that it began", async () => {
    const { id, secret } = await makeKey(broker, "streamer", [tenants.mine], { kind: "program" });
    const session = { ...(await signIn(secret)), "x-ttlc": "1" };
    const { body } = await ask<NewKey>(secret, `POST /keys/${id}/rotate`, { overlapSeconds: 3600 });
    const wish = { name: "x", role: "viewer", channelIds: only("mine") };
    const overlay = { name: "x", channelId: tenants.mine.channelId, types: ["GIFT"] };
    for (const old of [secret, session]) {
      expect((await ask(old, "GET /keys")).status).toBe(200);
      expect(await refusal(old, "POST /keys", wish)).toEqual([403, "KEY_REPLACED"]);
      expect(await refusal(old, "POST /team", wish)).toEqual([403, "KEY_REPLACED"]);
      expect(await refusal(old, "POST /overlays", overlay)).toEqual([403, "KEY_REPLACED"]);
      expect(await refusal(old, `PATCH /keys/${id}`, { name: "y" })).toEqual([403, "KEY_REPLACED"]);
      expect(await refusal(old, `POST /keys/${id}/rotate`)).toEqual([403, "KEY_REPLACED"]);
      expect(await refusal(old, `DELETE /keys/${id}`)).toEqual([403, "KEY_REPLACED"]);
    }
    expect((await ask(body.secret, `PATCH /keys/${id}`, { name: "y" })).status).toBe(200);
  });

  it("changes its own name, and ends earlier, but neither later nor as more", async () => {
    const { id, secret } = await makeKey(broker, "streamer", [tenants.mine], { kind: "program" });
    const change = (to: object) => refusal(secret, `PATCH /keys/${id}`, to);
    expect(await change({ name: "Renamed", expiresAt: inAnHour() })).toEqual([200, undefined]);
    for (const more of [{ expiresAt: null }, { expiresAt: "2099-01-01T00:00:00Z" }, { role: "viewer" }]) {
      expect(await change(more)).toEqual([403, "OWN_KEY"]);
    }
    expect(await change({ channelIds: only("mine") })).toEqual([403, "OWN_KEY"]);
  });

  it("that ends leads to none that ends later", async () => {
    const { id, secret } = await makeKey(broker, "streamer", [tenants.mine]);
    const lasting = await makeKey(broker, "viewer", [tenants.mine], { kind: "program" });
    const { expiresAt } = (await ask<Key>(KEY, `PATCH /team/${id}`, { expiresAt: inAnHour() })).body;
    const wish = { name: "x", role: "viewer", channelIds: only("mine") };
    const later = { expiresAt: "2099-01-01T00:00:00Z" };
    for (const who of [secret, { ...(await signIn(secret)), "x-ttlc": "1" }]) {
      expect((await ask<NewKey>(who, "POST /keys", wish)).body.key.expiresAt).toBe(expiresAt);
      expect(await refusal(who, "POST /keys", { ...wish, ...later })).toEqual([403, "EXPIRES_TOO_LATE"]);
      expect(await refusal(who, `PATCH /keys/${lasting.id}`, later)).toEqual([403, "EXPIRES_TOO_LATE"]);
      expect(await refusal(who, `PATCH /keys/${lasting.id}`, { expiresAt: null })).toEqual([403, "EXPIRES_TOO_LATE"]);
      expect(await refusal(who, `POST /keys/${lasting.id}/rotate`)).toEqual([403, "EXPIRES_TOO_LATE"]);
    }
    expect((await ask(secret, `POST /team/${id}/rotate`)).status).toBe(200);
  });

  it("ends when it is over, and goes on when that is put off", async () => {
    const wish = { name: "Short", role: "viewer", channelIds: only("mine"), expiresAt: inAnHour() };
    const { key, secret } = (await ask<NewKey>(KEY, "POST /keys", wish)).body;
    expect(await isIn(secret)).toBe(true);
    await pool.query(sql`update api_keys set expires_at = now() where key_id = ${key.id}`);
    expect(await refusal(secret, "GET /auth/me")).toEqual([401, "INVALID_KEY"]);
    const changed = await ask<Key>(KEY, `PATCH /keys/${key.id}`, { expiresAt: null });
    expect(changed.body.expiresAt).toBeNull();
    expect(await isIn(secret)).toBe(true);
  });

  it("is gone for everybody once it was revoked", async () => {
    const { id, secret } = await makeKey(broker, "viewer", [tenants.mine], { kind: "program" });
    expect((await ask(KEY, `DELETE /keys/${id}`)).status).toBe(204);
    expect(await isIn(secret)).toBe(false);
    for (const route of [`DELETE /keys/${id}`, `POST /keys/${id}/rotate`]) {
      expect(await refusal(KEY, route)).toEqual([404, "NOT_FOUND"]);
    }
    expect((await ask<Page<Key>>(KEY, "GET /keys")).body.items.map((key) => key.id)).not.toContain(id);
  });

  it.each([
    ["over already", { role: "viewer", expiresAt: "2020-01-01T00:00:00Z" }, 400, "VALIDATION_ERROR"],
    ["over on no date", { role: "viewer", expiresAt: "2999-02-39T00:00:00Z" }, 400, "VALIDATION_ERROR"],
    ["without a name", { role: "viewer", name: "  " }, 400, "VALIDATION_ERROR"],
    ["with a name that ends a line", { role: "viewer", name: "a\nb" }, 400, "VALIDATION_ERROR"],
    ["of a role that nobody has", { role: "root" }, 400, "VALIDATION_ERROR"],
    ["of an overlay", { role: "overlay" }, 400, "VALIDATION_ERROR"],
    ["that would reach nothing", { role: "moderator", channelIds: [] }, 400, "CHANNELS_REQUIRED"],
    ["that would reach more than it says", { role: "ops" }, 400, "CHANNELS_NOT_ALLOWED"],
    [
      "for nobody's channel",
      { role: "viewer", channelIds: [`${"0".repeat(8)}-0000-4000-8000-${"0".repeat(12)}`] },
      404,
      "NOT_FOUND",
    ],
  ])("%s is not made", async (_, wish, status, code) => {
    const body = { name: "x", channelIds: only("mine"), ...wish };
    expect(await refusal(KEY, "POST /keys", body)).toEqual([status, code]);
  });

  it("is listed page by page, the newest first", async () => {
    for (let made = 0; made < 3; made++) await makeKey(broker, "viewer", [tenants.mine], { kind: "program" });
    const all = (await ask<Page<Key>>(KEY, "GET /keys?limit=500")).body.items;
    const seen: Key[] = [];
    let next: string | null = "";
    while (next !== null) {
      const { body }: { body: Page<Key> } = await ask(KEY, `GET /keys?limit=2${next && `&after=${next}`}`);
      seen.push(...body.items);
      ({ next } = body);
    }
    expect(seen).toEqual(all);
    expect(all.map((key) => key.createdAt)).toEqual(
      all
        .map((key) => key.createdAt)
        .sort()
        .reverse(),
    );
  });
});

describe("a streamer", () => {
  const wish = { name: "Bea", role: "moderator" };

  it("adds somebody to the team of their channel, who signs in and sees it", async () => {
    const streamer = await keyFor("streamer", "mine");
    const { body } = await ask<NewKey>(streamer, "POST /team", { ...wish, channelIds: only("mine") });
    const session = await signIn(body.secret);
    expect((await ask<Me>(session, "GET /auth/me")).body).toMatchObject({ name: "Bea", role: "moderator" });
    const { items } = (await ask<Page<{ streamId: string }>>(session, "GET /streams")).body;
    expect(items.map(({ streamId }) => streamId)).toEqual([tenants.mine.streamId]);
    expect(await refusal(session, "GET /team")).toEqual([403, "FORBIDDEN"]);
  });

  it.each([
    ["a channel of another one", ["other"], "moderator", 404, "NOT_FOUND"],
    ["that beside their own", ["mine", "other"], "moderator", 404, "NOT_FOUND"],
    ["no channel", [], "moderator", 400, "CHANNELS_REQUIRED"],
    ["every channel", [], "admin", 403, "ROLE_TOO_HIGH"],
    ["what operators see", [], "ops", 403, "ROLE_TOO_HIGH"],
    ["what developers see", ["mine"], "developer", 403, "ROLE_TOO_HIGH"],
  ] as const)("gives nobody %s", async (_, whose, role, status, code) => {
    const channelIds = whose.map((each) => tenants[each].channelId);
    const streamer = await keyFor("streamer", "mine");
    expect(await refusal(streamer, "POST /keys", { ...wish, role, channelIds })).toEqual([status, code]);
    const { id } = await makeKey(broker, "viewer", [tenants.mine], { kind: "program" });
    expect(await refusal(streamer, `PATCH /keys/${id}`, { role, channelIds })).toEqual([status, code]);
  });

  it.each([
    ["of another one", "moderator", ["other"]],
    ["that reaches further than theirs", "moderator", ["mine", "other"]],
    ["of an operator", "ops", []],
  ] as const)("neither sees nor ends a key %s", async (_, role, whose) => {
    const streamer = await keyFor("streamer", "mine");
    const channels = whose.map((each) => tenants[each]);
    const { id, secret } = await makeKey(broker, role, channels, { kind: "program" });
    for (const [route, body] of [
      [`DELETE /keys/${id}`],
      [`POST /keys/${id}/rotate`, {}],
      [`PATCH /keys/${id}`, { role: "viewer" }],
    ] as const) {
      expect(await refusal(streamer, route, body)).toEqual([404, "NOT_FOUND"]);
    }
    expect((await ask<Page<Key>>(streamer, "GET /keys")).body.items.map((key) => key.id)).not.toContain(id);
    expect(await isIn(secret)).toBe(true);
  });

  it("makes an overlay for chosen events of their channel", async () => {
    const streamer = await keyFor("streamer", "mine");
    const { channelId } = tenants.mine;
    const alerts = { name: "Alerts", channelId, types: ["GIFT", "FOLLOW"] };
    const { status, body } = await ask<NewKey>(streamer, "POST /overlays", alerts);
    expect([status, body.key.role, body.key.types]).toEqual([201, "overlay", ["GIFT", "FOLLOW"]]);
    const me = (await ask<Me>(body.secret, "GET /auth/me")).body;
    expect(me).toMatchObject({ types: ["GIFT", "FOLLOW"], rights: { "feed.read": "chosen" } });
    expect(await refusal(body.secret, `GET /sessions/${tenants.mine.sessionId}/events`)).toEqual([403, "FORBIDDEN"]);
    for (const types of [[], ["NOTHING"], ["GIFT", "GIFT"]]) {
      expect(await refusal(streamer, "POST /overlays", { ...alerts, types })).toEqual([400, "VALIDATION_ERROR"]);
    }
  });
});

describe("a developer", () => {
  it.each(["streamer", "moderator"] as const)("gets no key of a %s, who may more, but ends one", async (role) => {
    const developer = await keyFor("developer");
    const wish = { name: "x", role, channelIds: only("show") };
    expect(await refusal(developer, "POST /keys", wish)).toEqual([403, "ROLE_TOO_HIGH"]);
    expect(await refusal(developer, "POST /team", wish)).toEqual([403, "ROLE_TOO_HIGH"]);
    const viewer = await ask<NewKey>(developer, "POST /keys", { ...wish, role: "viewer" });
    expect(viewer.status).toBe(201);
    expect(await refusal(developer, `PATCH /keys/${viewer.body.key.id}`, { role })).toEqual([403, "ROLE_TOO_HIGH"]);
    const { id } = await makeKey(broker, role, [tenants.show], { kind: "program" });
    expect(await refusal(developer, `POST /keys/${id}/rotate`)).toEqual([403, "ROLE_TOO_HIGH"]);
    expect(await refusal(developer, `PATCH /keys/${id}`, { expiresAt: null })).toEqual([403, "ROLE_TOO_HIGH"]);
    expect((await ask(developer, `DELETE /keys/${id}`)).status).toBe(204);
  });
});

describe("what a key began ends with it", () => {
  const events = () => `${url}/streams/${tenants.mine.streamId}/events`;

  it("a session, at the next request", async () => {
    const { id, secret } = await makeKey(broker, "moderator", [tenants.mine]);
    const session = await signIn(secret);
    expect((await ask(session, "GET /streams")).status).toBe(200);
    await ask(KEY, `PATCH /team/${id}`, { role: "viewer" });
    expect((await ask<Me>(session, "GET /auth/me")).body.role).toBe("viewer");
    await ask(KEY, `DELETE /team/${id}`);
    expect(await refusal(session, "GET /streams")).toEqual([401, "SESSION_EXPIRED"]);
  });

  it.each([
    ["revoked", "DELETE", "", undefined],
    ["replaced", "POST", "/rotate", {}],
    ["made a viewer's", "PATCH", "", { role: "viewer" }],
    ["moved to another channel", "PATCH", "", { channelIds: "other" }],
  ])("a live feed, by key, cookie or ticket, when the key is %s", async (_, method, path, change) => {
    const { id, secret } = await makeKey(broker, "moderator", [tenants.mine]);
    const { body } = await ask<Ticket>(secret, "POST /auth/ticket");
    const feeds = await Promise.all([
      openFeed(events(), { "x-api-key": secret }),
      openFeed(events(), await signIn(secret)),
      openFeed(`${events()}?ticket=${body.ticket}`, {}),
    ]);
    const to = change && "channelIds" in change ? { channelIds: only("other") } : change;
    expect((await ask(KEY, `${method} /team/${id}${path}`, to)).status).toBeLessThan(300);
    await Promise.all(feeds.map(({ ended }) => ended));
  });

  it("and another one's goes on", async () => {
    await withClient(config, (client) => tailIsUp(client, broker.nodeID));
    const feed = await openFeed(events(), { "x-api-key": await keyFor("moderator", "mine") });
    const revoked = await makeKey(broker, "moderator", [tenants.mine]);
    const doomed = await openFeed(events(), { "x-api-key": revoked.secret });
    await ask(KEY, `DELETE /team/${revoked.id}`);
    await doomed.ended;
    const { streamId, sessionId } = tenants.mine;
    await withClient(config, (client) => append(client, [makeEvent("CHAT", { streamId, sessionId, seqNo: 100 })]));
    await feed.until(() => expect(feed.events()).toMatchObject([{ seqNo: 100 }]));
    feed.close();
  });
});

describe("a ticket", () => {
  const open = (ticket: string, path = `/streams/${tenants.mine.streamId}/events`) =>
    refusal({}, `GET ${path}?ticket=${ticket}`);

  it("opens one feed, and only a feed", async () => {
    const moderator = await keyFor("moderator", "mine");
    const { status, body } = await ask<Ticket>(moderator, "POST /auth/ticket");
    expect(status).toBe(201);
    expect(await open(body.ticket, "/streams")).toEqual([401, "NO_CREDENTIALS"]);
    const feed = await openFeed(`${url}/streams/${tenants.mine.streamId}/events?ticket=${body.ticket}`, {});
    feed.close();
    expect(await open(body.ticket)).toEqual([401, "INVALID_TICKET"]);
  });

  it("has the rights of who made it", async () => {
    const { body } = await ask<Ticket>(await keyFor("moderator", "other"), "POST /auth/ticket");
    expect(await open(body.ticket)).toEqual([404, "NOT_FOUND"]);
  });

  it("is nothing after 30 s, and stored as a hash", async () => {
    const { body } = await ask<Ticket>(KEY, "POST /auth/ticket");
    const name = `ttlc:ticket:${sha256(body.ticket)}`;
    await withClient(config, async (client) => {
      const ttl = await client.pttl(name);
      expect(ttl).toBeGreaterThan(20_000);
      expect(ttl).toBeLessThanOrEqual(30_000);
      await client.pexpire(name, 0);
    });
    expect(await open(body.ticket)).toEqual([401, "INVALID_TICKET"]);
  });

  it.each(["", "x", "x".repeat(5_000), "a&ticket=b", "%00"])("that is none is refused", async (ticket) => {
    expect(await open(ticket)).toEqual([401, "INVALID_TICKET"]);
  });
});

describe("the audit", () => {
  const log = async (key: string, query = "") => (await ask<Page<AuditEntry>>(key, `GET /audit?${query}`)).body;

  it("has every change with who, what, whose and what came of it, and no secret", async () => {
    const streamer = await makeKey(broker, "streamer", [tenants.mine], { name: "Audited streamer" });
    const wish = { name: "Audited bot", role: "viewer", channelIds: only("mine") };
    const { body } = await ask<NewKey>(
      { "x-api-key": streamer.secret, "x-correlation-id": "audit-1" },
      "POST /keys",
      wish,
    );
    await ask(streamer.secret, `PATCH /keys/${body.key.id}`, { name: "Audited bot 2" });
    await ask(streamer.secret, `DELETE /keys/${body.key.id}`);
    const { items } = await log(streamer.secret, `actor=${streamer.id}`);
    const target = { kind: "key", id: body.key.id };
    const same = {
      actor: { id: streamer.id, name: "Audited streamer", role: "streamer" },
      target,
      channelIds: only("mine"),
    };
    expect(items).toMatchObject([
      { ...same, action: "revokeKey", method: "DELETE", status: 204 },
      { ...same, action: "updateKey", method: "PATCH", status: 200, details: { changed: ["name"] } },
      {
        ...same,
        action: "createKey",
        method: "POST",
        status: 201,
        correlationId: "audit-1",
        details: { role: "viewer" },
      },
    ]);
    const rows = JSON.stringify(await pool.query(sql`select * from audit`));
    for (const secret of [KEY, streamer.secret, body.secret]) {
      expect(rows).not.toContain(secret);
      expect(rows).not.toContain(sha256(secret));
    }
  });

  it("has what was refused, but not what could not be understood", async () => {
    const { id, secret } = await makeKey(broker, "moderator", [tenants.mine]);
    await ask(secret, `POST /sessions/${tenants.other.sessionId}/replay`);
    await ask(secret, "POST /keys", { wrong: 1 });
    await ask(secret, "GET /keys");
    const streamer = await makeKey(broker, "streamer", [tenants.mine]);
    await ask(streamer.secret, `DELETE /sessions/${tenants.other.sessionId}/replay`);
    await ask(streamer.secret, "POST /keys", { wrong: 1 });
    const entries = [...(await log(KEY, `actor=${id}`)).items, ...(await log(KEY, `actor=${streamer.id}`)).items];
    expect(entries.map(({ action, status }) => [action, status])).toEqual([
      ["createKey", 403],
      ["replaySession", 403],
      ["cancelReplay", 404],
    ]);
    // who was refused reads it; whose it is does not hear who it was
    expect((await log(await keyFor("streamer", "mine"), `actor=${id}`)).items).toHaveLength(2);
    expect((await log(await keyFor("streamer", "other"), `actor=${id}`)).items).toEqual([]);
  });

  it("knows whose matter a room, a session or a sign-in is", async () => {
    const admin = { "x-api-key": KEY, "x-correlation-id": "audit-whose" };
    await ask(admin, "POST /streams", { uniqueId: tenants.mine.uniqueId });
    await ask(admin, `DELETE /streams/${tenants.mine.uniqueId}`);
    const { items } = await log(await keyFor("moderator", "mine"), "actor=TTLC_ADMIN_KEY&action=connectRoom");
    expect(items).toMatchObject([
      { target: { kind: "streamer", id: tenants.mine.uniqueId }, channelIds: only("mine") },
    ]);
    const { id, secret } = await makeKey(broker, "viewer", [tenants.mine]);
    await signIn(secret);
    expect((await log(KEY, `actor=${id}`)).items).toMatchObject([{ action: "logIn", channelIds: only("mine") }]);
  });

  it("is read by time, page by page, and by who has all its channels", async () => {
    for (const whose of [["mine"], ["other"], ["mine", "other"]] as const) {
      const channelIds = whose.map((each) => tenants[each].channelId);
      await ask({ "x-api-key": KEY, "x-correlation-id": "audit-page" }, "POST /keys", {
        name: "x",
        role: "viewer",
        channelIds,
      });
    }
    const mine = (await log(await keyFor("streamer", "mine"), "action=createKey")).items;
    expect(mine.every(({ channelIds }) => String(channelIds) === tenants.mine.channelId)).toBe(true);
    const both = (await log(await keyFor("streamer", "mine", "other"), "action=createKey")).items;
    expect(both.filter(({ correlationId }) => correlationId === "audit-page")).toHaveLength(3);

    const all = (await log(KEY, "limit=500")).items;
    const first = await log(KEY, "limit=2");
    const second = await log(KEY, `limit=2&after=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 4));
    const { at } = all[3] as AuditEntry;
    expect((await log(KEY, `limit=500&from=${at}`)).items.map(({ id }) => id)).toEqual(
      all.filter((entry) => entry.at >= at).map(({ id }) => id),
    );
    expect((await log(KEY, `limit=500&to=${at}`)).items.every((entry) => entry.at < at)).toBe(true);
    expect(await refusal(KEY, "GET /audit?from=2026-01-39T00:00:00Z")).toEqual([400, "VALIDATION_ERROR"]);
    expect(await refusal(KEY, "GET /audit?actor=%00")).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("is never changed", async () => {
    for (const change of [sql`update audit set status = 200`, sql`delete from audit`, sql`truncate audit`]) {
      await expect(pool.query(change)).rejects.toThrow(/permission denied/);
      await expect(asOwner(pool, (tx) => tx.query(change))).rejects.toThrow(/append-only/);
    }
  });

  it("that cannot be written is counted, and the answer goes out", async () => {
    const revoke = (right: string) => asOwner(pool, (tx) => tx.query(sql.__dangerous__rawValue(right)));
    await revoke("revoke insert on audit from ttlc_service");
    expect((await ask(KEY, "POST /auth/ticket")).status).toBe(201);
    await revoke("grant insert on audit to ttlc_service");
    const metrics = await (await fetch(`${url}/metrics`, { headers: { "x-api-key": KEY } })).text();
    expect(metrics).toMatch(/^ttlc_audit_failures_total 1$/m);
  });
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
