import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { sql } from "@databases/pg";
import type { ServiceBroker } from "moleculer";
import { ServiceBroker as Broker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Analytics } from "../../contracts/analytics.ts";
import type { ErrorBody, Page, StreamItem } from "../../contracts/api.ts";
import type { Config } from "../../contracts/config.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { table } from "../../services/gateway/routes.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, sha256 } from "../fixtures/events.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { fetch } from "../support/declared.ts";
import { openPool } from "../support/event-store.ts";
import { append, aRoom, fakeIngest, KEY, makeLoginCode, urlOf, withClient } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

const SESSION = "00000000-0000-4000-8000-000000000001";
const STREAM = "7300000000000000001";
const MODERATOR_KEY = "a-moderators-key";

let redis: TestRedis;
let database: TestDatabase;
let config: Config;
let broker: ServiceBroker;
let url: string;
const rooms: RoomStatus[] = [];
const requestIDs: (string | null)[] = [];

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(url + path, { redirect: "manual", headers: { "x-api-key": KEY, ...headers } });
const post = (path: string, body: unknown, headers: Record<string, string> = { "x-api-key": KEY }) =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Status and error_code, once the rest of the shape is right. */
async function refusal(response: Response): Promise<[status: number, code: string]> {
  const body = (await response.json()) as ErrorBody;
  expect(body).toEqual({
    error_code: expect.any(String),
    message: expect.any(String),
    correlation_id: response.headers.get("x-correlation-id"),
    ...(body.details === undefined ? {} : { details: expect.anything() }),
  });
  return [response.status, body.error_code];
}

/** What comes back for bytes that no HTTP client would send. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });

beforeAll(async () => {
  redis = await startTestRedis();
  database = await createDatabase();
  config = testConfig({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    TTLC_ADMIN_KEY: KEY,
    TRUSTED_PROXY_HOPS: "1",
    LOG_LEVEL: "fatal",
  });
  const pool = openPool(database.url);
  await pool.query(sql`select ensure_week('2026-03-01')`);
  await pool.dispose();
  broker = new Broker(brokerOptions(config));
  for (const service of [storage, fakeIngest(rooms, requestIDs), gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
});

afterAll(async () => {
  await broker.stop();
  await database.drop();
  await redis.stop();
});

describe("who it is", () => {
  it.each(["/healthz", "/v1/meta", "/health"])("%s names the service to everybody", async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ service: "TikTok Live Client" });
  });

  it("/healthz and /v1/meta begin as seed 000 expects", async () => {
    for (const path of ["/healthz", "/v1/meta"]) {
      expect(await (await fetch(url + path)).text()).toMatch(/^\{"status":"ok","service":"TikTok Live Client"/);
    }
  });

  it("/health tells a person which parts run", async () => {
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      status: "degraded",
      parts: { redis: "up", postgres: "up", storage: "up", ingest: "up", normalizer: "down" },
    });
  });

  it("/ready lists what is missing", async () => {
    const response = await fetch(`${url}/ready`);
    const body = (await response.clone().json()) as { details: { missing: string[] } };
    expect(await refusal(response)).toEqual([503, "NOT_READY"]);
    expect(body.details.missing).toEqual(["ttlc:raw does not exist yet"]);
  });
});

describe("getting in", () => {
  it("only health, meta, the dashboard, the documents and the login are open", () => {
    expect(table.filter(({ right }) => right === "anybody").map(({ path }) => path)).toEqual([
      "GET /",
      "GET /app",
      "GET /app/*path",
      "GET /docs",
      "GET /healthz",
      "GET /health",
      "GET /ready",
      "GET /v1/meta",
      "POST /auth/login",
      "GET /openapi.json",
      "GET /asyncapi.json",
    ]);
  });

  it.each(table.filter(({ right }) => right !== "anybody"))("$path needs to know who asks", async ({ path: alias }) => {
    const [method, path = ""] = alias.split(" ");
    const response = await fetch(url + path.replace(":id", STREAM), { method: method as string });
    expect(await refusal(response)).toEqual([401, "NO_CREDENTIALS"]);
  });

  it.each([
    ["X-API-Key", { "x-api-key": KEY }, 200],
    ["a bearer token", { authorization: `Bearer ${KEY}` }, 200],
    ["a wrong key", { "x-api-key": `${KEY}x` }, 401],
    ["an unknown cookie", { cookie: `ttlc_session=${"x".repeat(43)}` }, 401],
  ])("with %s", async (_, headers, status) => {
    expect((await fetch(`${url}/streams`, { headers })).status).toBe(status);
  });

  it("a key in the address is no key", async () => {
    expect(await refusal(await fetch(`${url}/streams?api_key=${KEY}`))).toEqual([401, "NO_CREDENTIALS"]);
  });

  it("a key with fewer rights is known, and refused", async () => {
    const pool = openPool(database.url);
    await pool.query(
      sql`set role none; insert into api_keys (name, role, hash) values ('mod', 'moderator', ${sha256(MODERATOR_KEY)})`,
    );
    await pool.dispose();
    expect(await refusal(await get("/metrics", { "x-api-key": MODERATOR_KEY }))).toEqual([403, "FORBIDDEN"]);
  });

  it("a login link works once, and its cookie until the logout", async () => {
    await withClient(config, (client) => makeLoginCode(client, "code-1"));
    const login = await post("/auth/login", { code: "code-1" }, {});
    expect(await login.json()).toMatchObject({
      role: "admin",
      name: "login link",
      expiresAt: expect.stringMatching(/^\d{4}-/),
    });
    const setCookie = String(login.headers.get("set-cookie"));
    expect(setCookie).toMatch(/^ttlc_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
    const cookie = setCookie.split(";")[0] as string;

    expect(await refusal(await post("/auth/login", { code: "code-1" }, {}))).toEqual([401, "INVALID_CODE"]);
    expect(await (await fetch(`${url}/auth/me`, { headers: { cookie } })).json()).toMatchObject({ role: "admin" });

    expect((await post("/auth/logout", {}, { cookie, "x-ttlc": "1" })).status).toBe(204);
    expect(await refusal(await fetch(`${url}/auth/me`, { headers: { cookie } }))).toEqual([401, "SESSION_EXPIRED"]);
  });

  it("Redis knows sessions and codes only by their hash", async () => {
    await withClient(config, async (client) => {
      await makeLoginCode(client, "code-2");
      const login = await post("/auth/login", { code: "code-2" }, {});
      const token = /=([\w-]+);/.exec(String(login.headers.get("set-cookie")))?.[1] as string;
      const keys = await client.keys("ttlc:web-session:*");
      expect(keys).toContain(`ttlc:web-session:${sha256(token)}`);
      expect(keys.join()).not.toContain(token);
    });
  });

  it("the cookie is only for TLS when the browser came over TLS", async () => {
    const login = await post("/auth/login", { key: KEY }, { "x-forwarded-proto": "https" });
    expect(login.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  it.each([
    ["without X-TTLC", {}, 403],
    ["from another site", { "x-ttlc": "1", origin: "https://evil.test" }, 403],
    ["from here", { "x-ttlc": "1" }, 202],
  ])("a change by cookie %s: %s", async (_, headers, status) => {
    const login = await post("/auth/login", { key: KEY }, {});
    const cookie = String(login.headers.get("set-cookie")).split(";")[0] as string;
    expect((await post("/streams", { uniqueId: "bob" }, { cookie, ...headers })).status).toBe(status);
    rooms.length = 0;
  });

  it("a login from another site's page is refused", async () => {
    const response = await post("/auth/login", { key: KEY }, { origin: "https://evil.test" });
    expect(await refusal(response)).toEqual([403, "CSRF"]);
  });

  it("no other site may read answers, and no preflight runs what it asks about", async () => {
    rooms.push(aRoom());
    const response = await fetch(`${url}/streams/anna`, {
      method: "OPTIONS",
      headers: { "x-api-key": KEY, origin: "https://evil.test", "access-control-request-method": "DELETE" },
    });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(await refusal(response)).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect(rooms).toHaveLength(1);
    rooms.length = 0;
  });
});

describe("bad requests get a 4xx in the one shape", () => {
  const json = { "x-api-key": KEY, "content-type": "application/json" };

  it.each([
    ["an unknown path", "/nope", 404, "NOT_FOUND"],
    ["moleculer's node list", "/~node/list", 404, "NOT_FOUND"],
    ["the same behind /api", "/api/~node/list", 404, "NOT_FOUND"],
    ["an internal action", "/$node/services", 404, "NOT_FOUND"],
    ["an action by its name", "/storage/streams", 404, "NOT_FOUND"],
    ["an action with a dot", "/storage.streams", 404, "NOT_FOUND"],
    ["the router itself", "/gateway/rest", 404, "NOT_FOUND"],
    ["the list of aliases", "/list-aliases", 404, "NOT_FOUND"],
    ["broken percent-encoding", "/streams/%E0%A4%A", 400, "BAD_REQUEST"],
    ["a lone percent sign", "/app/%", 400, "BAD_REQUEST"],
    ["a NUL in an id", "/streams/%00/events", 400, "VALIDATION_ERROR"],
    ["an id of 65 characters", `/streams/${"7".repeat(65)}`, 400, "VALIDATION_ERROR"],
    ["a huge limit", "/streams?limit=1e9", 400, "VALIDATION_ERROR"],
    ["a negative limit", "/sessions?limit=-1", 400, "VALIDATION_ERROR"],
    ["a limit that is no number", "/sessions?limit=ten", 400, "VALIDATION_ERROR"],
    ["a limit that is many", "/sessions?limit=1&limit=2", 400, "VALIDATION_ERROR"],
    ["a limit that is an object", "/sessions?limit[$gt]=1", 400, "VALIDATION_ERROR"],
    ["a field nobody knows", "/streams?order=payload;drop", 400, "VALIDATION_ERROR"],
    ["a made-up cursor", "/streams?after=tampered", 400, "INVALID_CURSOR"],
    ["another list's cursor", `/sessions?after=${Buffer.from('[1,"x"]').toString("base64url")}`, 400, "INVALID_CURSOR"],
    ["a session id that is none", "/sessions/1/events", 400, "VALIDATION_ERROR"],
    ["an unknown session", `/sessions/${SESSION.replaceAll("0", "f")}/events`, 404, "NOT_FOUND"],
    ["an unknown stream", "/streams/404", 404, "NOT_FOUND"],
    ["the feed of an unknown stream", "/streams/404/events", 404, "NOT_FOUND"],
    ["a position that is none", "/streams/404/events?after=now", 400, "VALIDATION_ERROR"],
    ["a position out of range", "/streams/404/events?after=1-1048576", 400, "VALIDATION_ERROR"],
    ["too many recent events", "/streams/404/events?recent=501", 400, "VALIDATION_ERROR"],
    ["a regular expression's nightmare", `/streams?search=${"a".repeat(5_000)}!`, 400, "VALIDATION_ERROR"],
  ])("%s", async (_, path, status, code) => {
    expect(await refusal(await get(path))).toEqual([status, code]);
  });

  it("a Last-Event-ID that is none", async () => {
    const response = await get("/streams/404/events", { "last-event-id": "yesterday" });
    expect(await refusal(response)).toEqual([400, "VALIDATION_ERROR"]);
  });

  it.each([
    ["no JSON", "{oops", json, 400, "BAD_JSON"],
    ["bad UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), json, 400, "BAD_JSON"],
    ["too deep", "[".repeat(30_000), json, 400, "BAD_JSON"],
    ["an array", "[]", json, 400, "VALIDATION_ERROR"],
    ["null", "null", json, 400, "VALIDATION_ERROR"],
    ["nothing at all", undefined, json, 400, "VALIDATION_ERROR"],
    ["a missing field", "{}", json, 400, "VALIDATION_ERROR"],
    ["a field too many", '{"uniqueId":"anna","__proto__":{"admin":true}}', json, 400, "VALIDATION_ERROR"],
    ["a wrong name", '{"uniqueId":"../../etc"}', json, 400, "INVALID_USERNAME"],
    ["a name of one letter", '{"uniqueId":"@a"}', json, 400, "INVALID_USERNAME"],
    ["a name with a dot at its end", '{"uniqueId":"mila."}', json, 400, "INVALID_USERNAME"],
    ["65 KiB", JSON.stringify({ uniqueId: "x".repeat(66_560) }), json, 413, "PAYLOAD_TOO_LARGE"],
    ["1 MiB", JSON.stringify({ uniqueId: "x".repeat(1_048_576) }), json, 413, "PAYLOAD_TOO_LARGE"],
    [
      "a form",
      "uniqueId=anna",
      { ...json, "content-type": "application/x-www-form-urlencoded" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["a gzip bomb", "x", { ...json, "content-encoding": "gzip" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
  ])("a body with %s", async (_, body, headers, status, code) => {
    const response = await fetch(`${url}/streams`, {
      method: "POST",
      headers,
      ...(body === undefined ? {} : { body }),
    });
    expect(await refusal(response)).toEqual([status, code]);
  });

  it("names the fields that are wrong, without their values", async () => {
    const response = await post("/streams", { uniqueId: "mila", provider: "hunter2 ", more: 1 });
    const text = await response.text();
    expect(JSON.parse(text).details).toEqual([
      { field: "more", message: "must NOT have additional properties" },
      { field: "provider", message: "must be one of: direct, euler, simulator" },
    ]);
    expect(text).not.toContain("hunter2");
  });

  it.each([
    ["PUT", "/streams", "GET, HEAD, POST"],
    ["DELETE", "/streams", "GET, HEAD, POST"],
    ["POST", "/healthz", "GET, HEAD"],
    ["PATCH", `/streams/${STREAM}`, "DELETE, GET, HEAD"],
  ])("%s %s says what is allowed", async (method, path, allowed) => {
    const response = await fetch(url + path, { method, headers: { "x-api-key": KEY } });
    expect(response.headers.get("allow")?.split(", ").sort().join(", ")).toBe(allowed);
    expect(await refusal(response)).toEqual([405, "METHOD_NOT_ALLOWED"]);
  });

  it.each([
    ["noise", "\x16\x03\x01\x02\r\n\r\n", 400, "BAD_REQUEST"],
    [
      "two lengths",
      "POST /streams HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
      400,
      "BAD_REQUEST",
    ],
    [
      "40 KB of headers",
      `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${"x".repeat(40_000)}\r\n\r\n`,
      431,
      "HEADERS_TOO_LARGE",
    ],
  ])("%s instead of HTTP", async (_, bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const body = JSON.parse(answer.split("\r\n\r\n")[1] as string);
    expect(body).toEqual({ error_code: code, message: expect.any(String), correlation_id: expect.any(String) });
  });

  it("bad cookies are no cookies", async () => {
    const response = await fetch(`${url}/streams`, { headers: { cookie: "ttlc_session=%zz; =;;a=b; ttlc_session" } });
    expect(await refusal(response)).toEqual([401, "SESSION_EXPIRED"]);
  });

  it("nothing of an unexpected exception is told", async () => {
    const response = await post("/streams", { uniqueId: "broken" });
    expect(await response.clone().text()).not.toMatch(/hunter2|Error|at /);
    expect(await refusal(response)).toEqual([500, "INTERNAL_ERROR"]);
  });
});

describe("headers", () => {
  it.each(["/healthz", "/streams", "/nope", "/app/", "/"])("%s is safe to show", async (path) => {
    const { headers } = await get(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "content-security-policy": expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'/),
    });
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.has("x-powered-by") || headers.has("server")).toBe(false);
  });

  it("HSTS is promised where there is TLS", async () => {
    expect((await get("/healthz")).headers.get("strict-transport-security")).toBeNull();
    const behindTls = await get("/healthz", { "x-forwarded-proto": "https" });
    expect(behindTls.headers.get("strict-transport-security")).toBe("max-age=63072000");
  });

  it("the correlation id goes in, to the services, and out", async () => {
    const response = await get("/streams", { "x-correlation-id": "job-17" });
    expect(response.headers.get("x-correlation-id")).toBe("job-17");
    expect(requestIDs).toContain("job-17");
  });

  it("a correlation id that cannot stand in a log is replaced", async () => {
    const response = await get("/streams", { "x-correlation-id": '17"}\\' });
    expect(response.headers.get("x-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("HEAD has the headers of GET and no body", async () => {
    const response = await fetch(`${url}/healthz`, { method: "HEAD" });
    const length = (await (await get("/healthz")).text()).length;
    expect([response.headers.get("content-length"), await response.text()]).toEqual([String(length), ""]);
  });
});

describe("streams and sessions", () => {
  const seqNos = Array.from({ length: 5 }, (_, i) => i + 1);

  beforeAll(async () => {
    const channelId = "00000000-0000-4000-8000-0000000000c1";
    await withClient(config, (client) =>
      append(client, [
        makeEvent("CONNECTED", {
          seqNo: 0,
          rawType: "ControlEvent.CONNECTED",
          payload: { channelId, uniqueId: "anna" },
        }),
        ...seqNos.map((seqNo) => makeEvent("CHAT", { seqNo })),
      ]),
    );
    await waitFor(async () => {
      const { items } = (await (await get("/streams")).json()) as Page<StreamItem>;
      expect(items).toMatchObject([{ streamId: STREAM, events: 6 }]);
    });
  });

  const itemsOf = async (path: string) => ((await (await get(path)).json()) as Page<StreamItem>).items;

  it("GET /streams shows broadcasts with their rooms, and rooms without a broadcast", async () => {
    rooms.push(aRoom({ streamId: STREAM }), aRoom({ uniqueId: "bob", state: "waiting" }));
    expect(await itemsOf("/streams")).toMatchObject([
      { streamId: "bob", events: 0, room: { uniqueId: "bob", state: "waiting" } },
      { streamId: STREAM, events: 6, room: { uniqueId: "anna", state: "live" } },
    ]);
    rooms.length = 0;
  });

  it("answers the same of a session as its page, its file and its figures", async () => {
    const history = (await itemsOf(`/sessions/${SESSION}/events`)) as unknown[];
    for (const path of [`/sessions/${SESSION}`, `/streams/${STREAM}`]) {
      const lines = (await (await get(`${path}/export`)).text()).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line))).toEqual(history);
      const figures = (await (await get(`${path}/analytics`)).json()) as Analytics;
      expect(figures).toMatchObject({ streamId: STREAM, totals: { events: 6, chats: 5, diamonds: 0 } });
    }
    expect(await itemsOf("/jobs")).toEqual([]);
  });

  it("a session is by itself what it is in the list", async () => {
    const [listed] = await itemsOf("/sessions");
    expect(await (await get(`/sessions/${SESSION}`)).json()).toEqual(listed);
    expect(await refusal(await get(`/sessions/${SESSION.replaceAll("0", "f")}`))).toEqual([404, "NOT_FOUND"]);
  });

  it("GET /drift tells what the normalizers noticed, and 503 when there is none", async () => {
    expect(await refusal(await get("/drift"))).toEqual([503, "NO_NORMALIZER"]);
    const service = {
      name: "normalizer",
      actions: { drift: () => ({ since: "2026-03-01T12:00:00.000Z", checked: 3, omitted: 0, kinds: [] }) },
    };
    const started = broker.createService(service);
    await broker.waitForServices("normalizer");
    expect(await (await get("/drift")).json()).toMatchObject({ checked: 3, kinds: [] });
    await broker.destroyService(started);
  });

  it("GET /streams without ingest shows what is stored", async () => {
    await broker.destroyService("ingest");
    expect(await itemsOf("/streams")).toMatchObject([{ streamId: STREAM, room: null }]);
    broker.createService(fakeIngest(rooms, requestIDs));
    await broker.waitForServices("ingest");
  });

  it.each([STREAM, "anna", "@Anna"])("GET /streams/%s is one stream", async (id) => {
    rooms.push(aRoom({ streamId: STREAM }));
    expect(await (await get(`/streams/${id}`)).json()).toMatchObject({
      streamId: STREAM,
      events: 6,
      topGifters: [],
      room: { state: "live" },
    });
    rooms.length = 0;
  });

  it("a room is connected and disconnected, by its streamer or its stream", async () => {
    const connected = await post("/streams", { uniqueId: "carla", provider: "simulator" });
    expect([connected.status, await connected.json()]).toMatchObject([202, { uniqueId: "carla", state: "connecting" }]);
    const options = { method: "DELETE", headers: { "x-api-key": KEY } };
    expect(await (await fetch(`${url}/streams/@carla`, options)).json()).toMatchObject({ uniqueId: "carla" });
    expect(await refusal(await fetch(`${url}/streams/carla`, options))).toEqual([404, "NOT_FOUND"]);
  });

  it("a session is read page by page", async () => {
    const { items } = (await (await get("/sessions")).json()) as Page<{ sessionId: string }>;
    expect(items).toMatchObject([{ sessionId: SESSION, events: 6 }]);
    const seen: number[] = [];
    let after = "";
    for (let pages = 0; pages < 3; pages++) {
      const response = await get(`/sessions/${SESSION}/events?limit=2${after && `&after=${after}`}`);
      const page = (await response.json()) as Page<{ seqNo: number }>;
      seen.push(...page.items.map(({ seqNo }) => seqNo));
      after = page.next ?? "";
    }
    expect(seen).toEqual([0, ...seqNos]);
    expect(after).toBe("");
  });

  it("/metrics is for Prometheus", async () => {
    rooms.push(aRoom({ streamId: STREAM }));
    const text = await (await get("/metrics")).text();
    for (const line of text.split("\n").filter(Boolean)) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) ttlc_\w+ .+|ttlc_\w+(\{(\w+="[^"]*",?)+\})? (-?[\d.e+-]+|[Nn]a[Nn]|[+-]Inf))$/,
      );
    }
    expect(text).toContain("# TYPE ttlc_room_received_total counter");
    expect(text).toMatch(/^ttlc_consumer_batch_entries_sum\{.*group="storage".*node="test-.*\} 6$/m);
    for (const sample of [
      'ttlc_stream_length{stream="ttlc:events"} 6',
      'ttlc_group_lag{stream="ttlc:events",group="storage"} 0',
      'ttlc_group_pending{stream="ttlc:events",group="storage"} 0',
      'ttlc_group_oldest_pending_seconds{stream="ttlc:events",group="storage"} 0',
      'ttlc_room_received_total{room="anna",provider="direct"} 5',
      'ttlc_room_published_total{room="anna",provider="direct"} 4',
      'ttlc_room_duplicates_total{room="anna",provider="direct"} 1',
      "ttlc_events_stored_total 6",
      'ttlc_dead_letters{state="new"} 0',
      'ttlc_feed_clients{transport="sse"} 0',
      'ttlc_part_up{part="redis"} 1',
      'ttlc_alarm{name="lag"} 0',
    ]) {
      expect(text.split("\n")).toContain(sample);
    }
    rooms.length = 0;
  });
});

describe("the dashboard", () => {
  it("is served from the build, and nothing beside it", async () => {
    const dashboard = await temporaryFolder();
    await mkdir(join(dashboard, "dist", "assets"), { recursive: true });
    await writeFile(join(dashboard, "secret.json"), "secret");
    await writeFile(join(dashboard, "dist", "index.html"), "<title>dashboard</title>");
    await writeFile(join(dashboard, "dist", "assets", "index-a1.js"), "script");
    const service = { ...gateway, settings: { ...gateway.settings, dashboard: join(dashboard, "dist") } };
    await broker.destroyService("gateway");
    broker.createService(service);
    await broker.waitForServices("gateway");
    url = urlOf(broker);

    expect((await get("/")).headers.get("location")).toBe("/app/");
    for (const path of ["/app", "/app/", "/app/live/73?types=CHAT", "/app/login"]) {
      expect(await (await fetch(url + path)).text()).toBe("<title>dashboard</title>");
    }
    const script = await fetch(`${url}/app/assets/index-a1.js`);
    expect([await script.text(), script.headers.get("cache-control")]).toEqual([
      "script",
      "public, max-age=31536000, immutable",
    ]);
    for (const path of [
      "/app/../secret.json",
      "/app/..%2fsecret.json",
      "/app/%2e%2e/secret.json",
      "/app/..%5csecret.json",
    ]) {
      expect(await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
    }
  });
});

it("secrets reach no log", async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const loud = testConfig({ REDIS_URL: redis.url, TTLC_ADMIN_KEY: "CANARY-admin-key-of-config", LOG_LEVEL: "trace" });
  await withBroker([gateway, fakeIngest([])], loud, async (own) => {
    const base = urlOf(own);
    const login = await fetch(`${base}/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key: "CANARY-admin-key-of-config" }),
    });
    const cookie = String(login.headers.get("set-cookie")).split(";")[0] as string;
    const token = cookie.split("=")[1] as string;
    await fetch(`${base}/auth/me`, { headers: { cookie } });
    await fetch(`${base}/streams?api_key=CANARY-2`, { headers: { "x-api-key": "CANARY-3" } });
    await fetch(`${base}/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"code":"CANARY-4"}',
    });
    expect(written.join("")).toContain("listening");
    expect(written.join("")).not.toContain("CANARY");
    expect(written.join("")).not.toContain(token);
  });
  write.mockRestore();
});

describe("on its own", () => {
  let ownRedis: TestRedis;
  const lonely = (changes: Parameters<typeof testConfig>[0] = {}) =>
    testConfig({ REDIS_URL: ownRedis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal", ...changes });

  beforeAll(async () => {
    ownRedis = await startTestRedis();
  });
  afterAll(() => ownRedis.stop());

  it("says that a part is away", async () => {
    await withBroker([gateway], lonely(), async (own) => {
      const response = await fetch(`${urlOf(own)}/streams`, { headers: { "x-api-key": KEY } });
      expect(await refusal(response)).toEqual([503, "OUTAGE"]);
    });
  });

  it("lives while Redis is away, and says so", async () => {
    await withBroker([gateway], lonely(), async (own) => {
      await ownRedis.kill();
      expect((await fetch(`${urlOf(own)}/healthz`)).status).toBe(200);
      const ready = await fetch(`${urlOf(own)}/ready`);
      const body = (await ready.clone().json()) as { details: { missing: string[] } };
      expect(await refusal(ready)).toEqual([503, "NOT_READY"]);
      expect(body.details.missing).toContain("Redis does not answer");
      const cookie = `ttlc_session=${"x".repeat(43)}`;
      expect(await refusal(await fetch(`${urlOf(own)}/auth/me`, { headers: { cookie } }))).toEqual([503, "OUTAGE"]);
      expect((await fetch(`${urlOf(own)}/auth/me`, { headers: { "x-api-key": KEY } })).status).toBe(200);
      const login = await fetch(`${urlOf(own)}/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ key: KEY }),
      });
      expect(await refusal(login)).toEqual([503, "OUTAGE"]);
      const once = { "x-api-key": KEY, "idempotency-key": "k" };
      const logout = await fetch(`${urlOf(own)}/auth/logout`, { method: "POST", headers: once });
      expect(await refusal(logout)).toEqual([503, "OUTAGE"]);
      await ownRedis.start();
    });
  });

  it("names API_PORT when the port is taken", async () => {
    const own = new Broker(brokerOptions(lonely({ API_PORT: new URL(url).port })));
    own.createService(gateway);
    await expect(own.start()).rejects.toMatchObject({
      code: "EADDRINUSE",
      syscall: "listen",
      message: expect.stringMatching(/API_PORT \d+/),
    });
    await own.stop();
  });

  it("lets nobody guess", async () => {
    await withBroker([gateway], lonely(), async (own) => {
      const attempt = (i: number) =>
        fetch(`${urlOf(own)}/auth/login`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-forwarded-for": `10.0.0.${i}` },
          body: JSON.stringify({ code: `guess-${i}` }),
        });
      const statuses: number[] = [];
      for (let i = 0; i < 11; i++) statuses.push((await attempt(i)).status);
      expect(statuses).toEqual([...Array(10).fill(401), 429]);
      const refused = await attempt(99);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    });
  });
});
