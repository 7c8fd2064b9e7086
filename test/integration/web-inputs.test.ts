import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { ServiceBroker } from "moleculer";
import { ServiceBroker as Broker } from "moleculer";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { fakeKeys } from "../support/fake-keys.ts";
import { aRoom, fakeIngest, KEY, urlOf } from "../support/gateway.ts";
import { partsOf, raw } from "../support/raw.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const FILE = "../shared/data/web_inputs.json";
const present = existsSync(FILE);
if (!present && process.env.CI) throw new Error(`${FILE} is missing: what it demands cannot be shown`);

interface Row {
  id: string;
  category: string;
  kind: string;
  input: string;
}
const rows: Row[] = present ? JSON.parse(readFileSync(FILE, "utf8")) : [];

/** Rows, by their kind or by themselves, that another suite shows. */
const elsewhere: Record<string, string> = {
  "stored-xss": "test/acceptance/dashboard-stub.test.ts",
  "avatar-url": "test/acceptance/dashboard-stub.test.ts",
  csv: "the tests of exports",
  ws: "the tests of the WebSocket",
  H15: "the tests of tickets",
  H16: "the tests of tickets",
  H18: "test/integration/gateway-feed.test.ts",
  H19: "the tests of keys, and of live feeds",
  log: "test/integration/logging.test.ts",
};

const MODERATOR = "a-moderators-key";
const SESSION = "00000000-0000-4000-8000-000000000001";

let redis: TestRedis;
let broker: ServiceBroker;
let url: string;
let folder: string;
const rooms: RoomStatus[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  folder = await mkdtemp(join(inject("runDir") ?? tmpdir(), "web-inputs-"));
  const dashboard = join(folder, "dist");
  await mkdir(join(dashboard, "assets"), { recursive: true });
  await writeFile(join(dashboard, "..", "secret.json"), "secret");
  await writeFile(join(dashboard, "index.html"), "<title>dashboard</title>");
  await writeFile(join(dashboard, "assets", "index-a1.js"), "script");
  const config = testConfig({
    REDIS_URL: redis.url,
    TTLC_ADMIN_KEY: KEY,
    LOG_LEVEL: "fatal",
    CORS_ALLOW_ORIGINS: "https://dash.example",
    TRUSTED_PROXY_HOPS: "1",
  });
  broker = new Broker(brokerOptions(config));
  const services = [fakeKeys({ [MODERATOR]: "moderator" }), fakeIngest(rooms)];
  for (const service of [...services, { ...gateway, settings: { ...gateway.settings, dashboard } }]) {
    broker.createService(service);
  }
  await broker.start();
  url = urlOf(broker);
});

afterAll(async () => {
  await broker.stop();
  await redis.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(url + path, { redirect: "manual", headers: { "x-api-key": KEY, ...headers } });

/** Status of a refusal, once it is known to say no more than it should. */
async function refused(response: Response): Promise<number> {
  const text = await response.text();
  assertShape(text, response.headers.get("x-correlation-id"));
  return response.status;
}

function assertShape(text: string, correlationId: string | null): void {
  expect(JSON.parse(text)).toEqual({
    error_code: expect.stringMatching(/^[A-Z_]+$/),
    message: expect.any(String),
    correlation_id: correlationId,
    ...(text.includes('"details":') ? { details: expect.anything() } : {}),
  });
  expect(text).not.toMatch(/node_modules|\.ts:|at \w+ \(|select |ECONN/i);
}

/** The same of bytes: no answer at all is none of the right ones. */
async function refusedBytes(bytes: string | Uint8Array): Promise<number> {
  const { status, head, body } = partsOf(await raw(url, bytes));
  expect(status, head).toBeGreaterThanOrEqual(400);
  const id = /^x-correlation-id: (.*)$/im.exec(head)?.[1]?.trim() ?? null;
  const json = /^transfer-encoding: chunked/im.test(head) ? /\{.*\}/s.exec(body)?.[0] : body;
  assertShape(json ?? "", id);
  return status;
}

/** How each row is shown that is about the gateway. */
const shown: Record<string, () => Promise<unknown>> = {
  async H01() {
    expect(await refused(await fetch(`${url}/streams`))).toBe(401);
  },
  async H03() {
    const headers = { "x-api-key": MODERATOR };
    const response = await fetch(`${url}/sessions/${SESSION}/replay`, { method: "POST", headers });
    expect(await refused(response)).toBe(403);
  },
  async H05() {
    expect(await refused(await fetch(`${url}/streams?api_key=${KEY}`))).toBe(401);
  },
  async H06() {
    for (const path of ["/api/$node.list", "/api/~node/list", "/$node.list", "/~node/list", "/$node/list"]) {
      expect(await refused(await get(path))).toBe(404);
    }
  },
  async H08() {
    const limits = testConfig({ REDIS_URL: redis.url, RATE_LIMIT_PER_MIN: "1", LOG_LEVEL: "fatal" });
    await withBroker([gateway], limits, async (own) => {
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) {
        const headers = { "x-forwarded-for": `10.1.2.${i}`, forwarded: `for=10.1.2.${i}`, "x-real-ip": `10.1.2.${i}` };
        statuses.push((await fetch(`${urlOf(own)}/health`, { headers })).status);
      }
      expect(statuses).toEqual([200, 200, 429]); // ten tokens, five each
    });
  },
  H09: () => expectNoAccess("https://evil.test"),
  H11: () => expectNoAccess("https://dash.example.evil.test"),
  async H22() {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect(await refused(await send(bomb, { "content-encoding": "gzip" }))).toBe(415);
  },
  async H23() {
    const both =
      "POST /streams HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await refusedBytes(both)).toBe(400);
  },
  async H25() {
    for (const query of ["limit=1e9", "limit=-1", "after=tampered", "cursor=tampered", "order=payload;drop"]) {
      expect(await refused(await get(`/streams?${query}`))).toBe(400);
    }
  },
  async H29() {
    for (const path of ["/", "/api/nope", "/streams", "/nope", "/app/", "/app/nope.js"]) {
      const { headers } = await get(path, { "x-forwarded-proto": "https" });
      expect(Object.fromEntries(headers)).toMatchObject({
        "strict-transport-security": "max-age=63072000",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "content-security-policy": expect.stringMatching(/^default-src 'none'(?!.*unsafe).*frame-ancestors 'none'$/),
      });
      expect(headers.has("x-powered-by") || headers.has("server")).toBe(false);
    }
  },
  async H30() {
    expect(await refused(await get(`/streams?search=${"a".repeat(50)}!`))).toBe(400);
  },
  async H32() {
    const response = await get(`/sessions/${SESSION}/events`, { "x-api-key": MODERATOR });
    expect(await refused(response)).toBe(404);
  },
};

async function expectNoAccess(origin: string): Promise<void> {
  for (const method of ["GET", "OPTIONS"]) {
    const headers = { "x-api-key": KEY, origin, "access-control-request-method": "GET" };
    const answer = await fetch(`${url}/streams`, { method, headers });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  }
}

const send = (
  body: string | Uint8Array<ArrayBuffer> | undefined,
  headers: Record<string, string> = {},
  path = "/streams",
) =>
  fetch(url + path, {
    method: "POST",
    headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  });

(present ? describe : describe.skip)("web_inputs.json", () => {
  it.each(rows)("$id $input", async ({ id, kind }) => {
    const place = elsewhere[id] ?? elsewhere[kind];
    if (place === undefined && !shown[id]) throw new Error(`nobody shows ${id} (${kind})`);
    await shown[id]?.();
  });
});

describe("bytes that are hardly HTTP", () => {
  const close = "Host: x\r\nConnection: close\r\n";
  const key = `X-API-Key: ${KEY}\r\n`;
  const post = `POST /streams HTTP/1.1\r\n${close}${key}Content-Type: application/json\r\n`;

  it.each<[what: string, status: number, bytes: string | Uint8Array]>([
    ["HTTP/0.9", 400, "GET /\r\n\r\n"],
    ["HTTP/2 without asking", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a version that there is not", 400, `GET / HTTP/9.9\r\n${close}\r\n`],
    ["TLS", 400, Buffer.from("16030100a5010000a1", "hex")],
    ["nothing but NULs", 400, Buffer.alloc(64)],
    ["a method in small letters", 400, `get / HTTP/1.1\r\n${close}\r\n`],
    ["a method that there is not", 400, `HACK / HTTP/1.1\r\n${close}\r\n`],
    ["a tunnel", 405, `CONNECT evil.test:443 HTTP/1.1\r\n${close}\r\n`],
    ["TRACE", 405, `TRACE /healthz HTTP/1.1\r\n${close}\r\n`],
    ["no Host", 400, "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["two Hosts", 400, `GET /healthz HTTP/1.1\r\nHost: y\r\n${close}\r\n`],
    ["a NUL in a header", 400, `GET /healthz HTTP/1.1\r\n${close}X-A: a\0b\r\n\r\n`],
    ["a space in the name of a header", 400, `GET /healthz HTTP/1.1\r\n${close}X A: b\r\n\r\n`],
    ["a lone line feed in a header", 400, `GET /healthz HTTP/1.1\r\n${close}X-A: a\rb\r\n\r\n`],
    ["a space before the colon", 400, `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ["a transfer that is not chunked", 400, `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["chunked twice over", 400, `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ["two lengths", 400, `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ["a length with a sign", 400, `${post}Content-Length: +2\r\n\r\n{}`],
    ["a negative length", 400, `${post}Content-Length: -2\r\n\r\n{}`],
    ["a length in hex", 400, `${post}Content-Length: 0x2\r\n\r\n{}`],
    ["a chunk of no size", 400, `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ["a chunk of 16 EiB", 400, `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff0\r\n{}`],
    ["a terabyte to come", 413, `${post}Content-Length: 1000000000000\r\n\r\n{`],
    ["an address of 9 KiB", 414, `GET /${"a".repeat(9_000)} HTTP/1.1\r\n${close}\r\n`],
    ["an address of 20 KiB", 431, `GET /${"a".repeat(20_000)} HTTP/1.1\r\n${close}\r\n`],
    ["200 headers", 431, `GET / HTTP/1.1\r\n${close}${"a: b\r\n".repeat(200)}\r\n`],
    ["5,000 headers", 431, `GET / HTTP/1.1\r\n${close}${"a: b\r\n".repeat(5_000)}\r\n`],
    ["another host as the address", 404, `GET http://evil.test/healthz HTTP/1.1\r\n${close}\r\n`],
    ["the server itself", 404, `OPTIONS * HTTP/1.1\r\n${close}\r\n`],
    ["a path that is another host", 404, `GET //evil.test/%2e%2e HTTP/1.1\r\n${close}\r\n`],
  ])("%s: %i", async (_, status, bytes) => {
    expect(await refusedBytes(bytes)).toBe(status);
  });

  it("what follows a request that was refused is not read as another", async () => {
    const hidden = `GET /auth/me HTTP/1.1\r\n${close}${key}\r\n`;
    const both = `POST /streams HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect((await raw(url, both + hidden)).match(/HTTP\/1.1 /g)).toHaveLength(1);
  });
});

describe("paths lead to routes and to the dashboard's files, and nowhere else", () => {
  it.each([
    "/.env",
    "/.git/config",
    "/package.json",
    "/node_modules/ws/package.json",
    "/services",
    "/app/../secret.json",
    "/app/..%2fsecret.json",
    "/app/%2e%2e/secret.json",
    "/app/%2e%2e%2fsecret.json",
    "/app/..%5csecret.json",
    "/app/%252e%252e/secret.json",
    "/app/....//secret.json",
    "/app/assets/..%2f..%2fsecret.json",
    "/app/assets/index-a1.js%00.html",
    "/app/%00.js",
    "/app//etc/passwd.txt",
    "/app/C:%5cboot.txt",
    "/streams/..%2f..%2fapp",
    "/%2e%2e/%2e%2e/etc/passwd",
  ])("%s", async (path) => {
    const bytes = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: ${KEY}\r\n\r\n`;
    expect([400, 404]).toContain(await refusedBytes(bytes));
  });

  it.each(["/app/assets/", "/app/assets", "/app/"])("%s is the start page, no list of files", async (path) => {
    expect(await (await get(path)).text()).toBe("<title>dashboard</title>");
  });
});

describe("queries", () => {
  it.each([
    "limit=1&limit=2",
    "limit[]=1",
    "limit[$gt]=1",
    "limit=",
    "limit=NaN",
    "limit=Infinity",
    "limit=1.5",
    "limit=0",
    "limit=501",
    "limit=99999999999999999999",
    "limit=ten",
    "limit=1;2",
    "after=%00",
    "after=%0d%0aX-Evil:1",
    "after=%ff",
    "after=%",
    "after=a&after=b",
    "after[a][b][c][d][e][f][g]=1",
    `after=${"a".repeat(600)}`,
    "_method=DELETE",
    "__proto__x=1",
    "limit=-Infinity",
    "limit=1e999",
    "%E2%80%AE=1",
    Array.from({ length: 500 }, (_, i) => `a${i}=1`).join("&"),
  ])("%s", async (query) => {
    expect(await refused(await get(`/streams?${query}`))).toBe(400);
  });

  it.each(["toString=1", "__proto__[polluted]=1", "constructor[prototype][polluted]=1", "a[__proto__][polluted]=1"])(
    "%s changes nothing for others",
    async (query) => {
      expect([200, 400]).toContain((await get(`/streams?${query}`)).status);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );
});

describe("bodies", () => {
  const body = (text: string) => ({ body: text });
  it.each<[string, number, { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> }]>([
    ["nothing", 400, {}],
    ["two documents", 400, body('{"uniqueId":"anna"}{}')],
    ["a comment", 400, body('{"uniqueId":"anna"/**/}')],
    ["a number beyond all", 400, body('{"uniqueId":1e999}')],
    ["a number for a text", 400, body('{"uniqueId":{"a":1}}')],
    ["a NUL in a text", 400, body('{"uniqueId":"an\\u0000na"}')],
    ["half a character", 400, body('{"uniqueId":"\\ud800"}')],
    ["a prototype", 400, body('{"uniqueId":"anna","__proto__":{"polluted":1}}')],
    ["a constructor", 400, body('{"uniqueId":"anna","constructor":{"prototype":{"polluted":1}}}')],
    ["65 levels", 400, body(`{"uniqueId":${"[".repeat(65)}${"]".repeat(65)}}`)],
    ["30,000 levels", 400, body("[".repeat(30_000))],
    ["UTF-16", 400, { body: Uint8Array.from(Buffer.from('{"uniqueId":"anna"}', "utf16le")) }],
    ["overlong UTF-8", 400, { body: Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]) }],
    ["65,537 bytes", 413, body(`{"uniqueId":"${"x".repeat(65_537 - 15)}"}`)],
    ["brotli", 415, { body: Uint8Array.from(brotliCompressSync("{}")), headers: { "content-encoding": "br" } }],
    ["two encodings", 415, { ...body("{}"), headers: { "content-encoding": "identity, gzip" } }],
    ["a form", 415, { ...body("uniqueId=anna"), headers: { "content-type": "application/x-www-form-urlencoded" } }],
    ["parts", 415, { ...body("--x--"), headers: { "content-type": "multipart/form-data; boundary=x" } }],
    [
      "text that a page may send unasked",
      415,
      { ...body('{"uniqueId":"anna"}'), headers: { "content-type": "text/plain" } },
    ],
    ["almost JSON", 415, { ...body("{}"), headers: { "content-type": "application/json-seq" } }],
  ])("%s: %i", async (_, status, { body, headers }) => {
    expect(await refused(await send(body, headers))).toBe(status);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(rooms).toEqual([]);
  });

  it("in chunks that never announced 70 KiB", async () => {
    const chunk = `1000\r\n${"x".repeat(4096)}\r\n`;
    const head = `POST /streams HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: ${KEY}\r\nContent-Type: application/json\r\n`;
    const bytes = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(18)}0\r\n\r\n`;
    expect(await refusedBytes(bytes)).toBe(413);
  });

  it("of a GET are not read", async () => {
    const bytes = `GET /auth/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: ${KEY}\r\nContent-Length: 5\r\n\r\n{oops`;
    expect(partsOf(await raw(url, bytes)).status).toBe(200);
  });
});

describe("headers", () => {
  it.each([
    ["an empty key", { "x-api-key": "" }],
    ["two keys", { "x-api-key": `${KEY}, ${KEY}` }],
    ["another scheme", { authorization: `Basic ${Buffer.from(`admin:${KEY}`).toString("base64")}` }],
    ["a bearer of nothing", { authorization: "Bearer" }],
    ["a long key", { "x-api-key": "k".repeat(10_000) }],
    ["a cookie of Object", { cookie: "ttlc_session=__proto__; ttlc_session=constructor" }],
  ])("%s is no key", async (_, headers) => {
    expect(await refused(await fetch(`${url}/streams`, { headers: headers as Record<string, string> }))).toBe(401);
  });

  it.each(["x-http-method-override", "x-http-method", "x-method-override"])("%s changes no method", async (name) => {
    rooms.push(aRoom());
    expect((await get("/streams/anna", { [name]: "DELETE" })).status).toBe(200);
    expect(rooms).toHaveLength(1);
    rooms.length = 0;
  });

  it.each(["x-original-url", "x-rewrite-url", "x-forwarded-prefix"])("%s leads nowhere", async (name) => {
    const response = await fetch(`${url}/healthz`, { headers: { [name]: "/streams" } });
    expect(await response.json()).toMatchObject({ status: "ok" });
  });

  it("a Host that is not ours appears nowhere", async () => {
    const answer = await raw(
      url,
      "GET / HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^location: \/app\/\r$/im);
    expect(answer).not.toContain("evil");
  });

  it("what else is expected than to go on is not waited for", async () => {
    const bytes = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: the-inquisition\r\n\r\n";
    expect(partsOf(await raw(url, bytes)).status).toBe(200);
  });
});

it("after all that it stands", async () => {
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: "ok" });
});
