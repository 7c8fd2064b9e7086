import type { ServiceBroker } from "moleculer";
import { ServiceBroker as Broker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ErrorBody } from "../../contracts/api.ts";
import type { Config } from "../../contracts/config.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { freePort } from "../../lib/servers/ports.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { take } from "../../services/gateway/rate-limit.ts";
import { sha256 } from "../fixtures/events.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { fakeKeys } from "../support/fake-keys.ts";
import { fakeIngest, KEY, urlOf, withClient } from "../support/gateway.ts";
import { raw } from "../support/raw.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const OPS = "an-operators-key";
const OTHER = "another-operators-key";

let redis: TestRedis;
let config: Config;
let broker: ServiceBroker;
let url: string;
let metricsPort: number;
const rooms: RoomStatus[] = [];

const storage = fakeKeys({ [OPS]: "ops", [OTHER]: "ops" });

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(url + path, { headers: { "x-api-key": OPS, ...headers } });
const connectRoom = (uniqueId: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/streams`, {
    method: "POST",
    headers: { "x-api-key": OPS, "content-type": "application/json", ...headers },
    body: JSON.stringify({ uniqueId }),
  });
const logInBy = (key: string) =>
  fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
const logIn = (code: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ code }),
  });
const refusal = async (response: Response) => [response.status, ((await response.json()) as ErrorBody).error_code];
const statuses = async (times: number, ask: (i: number) => Promise<Response>) => {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await ask(i)).status);
  return seen;
};

beforeAll(async () => {
  redis = await startTestRedis();
  metricsPort = await freePort();
  config = testConfig({
    REDIS_URL: redis.url,
    TTLC_ADMIN_KEY: KEY,
    LOG_LEVEL: "fatal",
    RATE_LIMIT_PER_MIN: "6",
    CORS_ALLOW_ORIGINS: "https://dash.example",
    METRICS_PORT: String(metricsPort),
  });
  broker = new Broker(brokerOptions(config));
  for (const service of [storage, fakeIngest(rooms), gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
});

afterAll(async () => {
  await broker.stop();
  await redis.stop();
});

/** So that each test has whole buckets. */
beforeEach(async () => {
  rooms.length = 0;
  await withClient(config, (client) => client.flushdb());
});

describe("a bucket", () => {
  const bucket = { key: "bucket", policy: "write", perMinute: 60_000 };
  const slow = { ...bucket, perMinute: 6 };

  it("holds a minute's tokens, then says how long to wait", () =>
    withClient(config, async (client) => {
      for (const remaining of [4, 2, 0]) {
        expect(await take(client, slow, 2)).toMatchObject({ isAllowed: true, remaining, waitMs: 0 });
      }
      const refused = await take(client, slow, 2);
      expect(refused).toMatchObject({ isAllowed: false, remaining: 0 });
      expect(refused.waitMs).toBeGreaterThan(19_000);
      expect(refused.waitMs).toBeLessThanOrEqual(20_000);
      expect(refused.fullMs).toBeGreaterThan(59_000);
    }));

  it("is not emptied by what it refused", () =>
    withClient(config, async (client) => {
      await take(client, slow, 5);
      for (let i = 0; i < 3; i++) expect((await take(client, slow, 4)).isAllowed).toBe(false);
      expect((await take(client, slow, 1)).isAllowed).toBe(true);
    }));

  it("lets no more pass however many ask at once", () =>
    withClient(config, async (client) => {
      const verdicts = await Promise.all(Array.from({ length: 50 }, () => take(client, slow, 1)));
      expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(6);
    }));

  it("fills up again", () =>
    withClient(config, async (client) => {
      await take(client, bucket, 60_000);
      await vi.waitFor(async () => expect((await take(client, bucket, 1)).isAllowed).toBe(true));
    }));

  it("can be looked into, and drawn on beyond what it holds", () =>
    withClient(config, async (client) => {
      expect(await take(client, slow, 0)).toMatchObject({ isAllowed: true, remaining: 6, fullMs: 0 });
      for (let i = 0; i < 12; i++) await take(client, slow, 1, { force: true });
      const look = await take(client, slow, 0);
      expect(look.isAllowed).toBe(false);
      expect(look.waitMs).toBeGreaterThan(60_000);
    }));

  it("gives all it has for what costs more", () =>
    withClient(config, async (client) => {
      expect(await take(client, slow, 100)).toMatchObject({ isAllowed: true, remaining: 0 });
    }));

  it("is forgotten once it is full", () =>
    withClient(config, async (client) => {
      await take(client, slow, 1);
      expect(await client.pttl("bucket")).toBeLessThanOrEqual(10_000);
    }));
});

describe("too many requests", () => {
  it("are refused per key, with the time to wait", async () => {
    const first = await connectRoom("anna");
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "ratelimit-limit": "6",
      "ratelimit-remaining": "5",
      "ratelimit-reset": "10",
      "ratelimit-policy": '"write";q=6;w=60',
    });
    expect(await statuses(5, () => connectRoom("anna"))).toEqual(Array(5).fill(202));
    const refused = await connectRoom("anna");
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(await refusal(refused)).toEqual([429, "RATE_LIMITED"]);
    expect((await connectRoom("anna", { "x-api-key": OTHER })).status).toBe(202);
    expect((await get("/streams/anna")).status).toBe(200); // a read
  });

  it("are refused in all gateways together", async () => {
    const other = testConfig({ REDIS_URL: redis.url, RATE_LIMIT_PER_MIN: "6", LOG_LEVEL: "fatal" });
    await statuses(6, () => connectRoom("anna"));
    await withBroker([storage, fakeIngest([]), gateway], other, async (own) => {
      const body = JSON.stringify({ uniqueId: "anna" });
      const headers = { "x-api-key": OPS, "content-type": "application/json" };
      expect((await fetch(`${urlOf(own)}/streams`, { method: "POST", headers, body })).status).toBe(429);
    });
  });

  it("are refused before anything of them is read", async () => {
    await statuses(6, () => connectRoom("a b"));
    expect((await connectRoom("a b")).status).toBe(429);
  });

  it("without a key are refused per address, which cannot be made up", async () => {
    const ask = (i: number) => fetch(`${url}/health`, { headers: { "x-forwarded-for": `10.0.0.${i}` } });
    expect(await statuses(13, ask)).toEqual([...Array(12).fill(200), 429]);
  });

  it("are nothing to what asks nobody", async () => {
    const response = await fetch(`${url}/healthz`);
    expect([response.status, response.headers.get("ratelimit-limit")]).toEqual([200, null]);
  });
});

describe("guessing", () => {
  it("codes ends after ten in a minute", async () => {
    expect(await statuses(10, (i) => logIn(`guess-${i}`))).toEqual(Array(10).fill(401));
    expect(await refusal(await logIn("guess-10", { "x-forwarded-for": "6.6.6.6" }))).toEqual([429, "RATE_LIMITED"]);
  });

  it("locks nobody out who has the right code or key", async () => {
    await withClient(config, (client) => client.set(`ttlc:login:${sha256("right")}`, "admin"));
    await statuses(20, (i) => logIn(`guess-${i}`));
    await statuses(20, (i) => get("/streams", { "x-api-key": `guess-${i}` }));
    expect((await logIn("right")).status).toBe(200);
    expect((await logInBy(OPS)).status).toBe(200);
    expect((await get("/auth/me")).status).toBe(200);
    expect((await get("/auth/me", { "x-api-key": KEY })).status).toBe(200);
  });

  it("is no way to begin more sessions of a key than it may change things", async () => {
    expect(await statuses(7, () => logInBy(OPS))).toEqual([...Array(6).fill(200), 429]);
    expect((await connectRoom("anna")).status).toBe(429);
  });

  it.each([
    ["sessions", (i: number) => fetch(`${url}/streams`, { headers: { cookie: `ttlc_session=guess-${i}` } })],
    ["tickets", (i: number) => fetch(`${url}/streams/anna/events?ticket=guess-${i}`)],
  ])("%s ends too", async (_, guess) => {
    expect(await statuses(7, guess)).toEqual([...Array(6).fill(401), 429]);
    expect((await get("/auth/me")).status).toBe(200);
  });

  it("keys ends too, while who shows none is only told to", async () => {
    const guess = (i: number) => get("/streams", { "x-api-key": `guess-${i}`, "x-forwarded-for": `10.0.0.${i}` });
    expect(await statuses(7, guess)).toEqual([...Array(6).fill(401), 429]);
    const none = await fetch(`${url}/streams`);
    expect(await refusal(none)).toEqual([401, "NO_CREDENTIALS"]);
  });
});

describe("an Idempotency-Key", () => {
  const once = { "idempotency-key": "a-1" };

  it("makes a repeated request the same request", async () => {
    const first = await connectRoom("anna", once);
    const again = await connectRoom("anna", once);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
    expect(rooms).toHaveLength(1);
  });

  it("is the caller's own", async () => {
    await connectRoom("anna", once);
    expect((await connectRoom("anna", { ...once, "x-api-key": OTHER })).headers.has("idempotent-replayed")).toBe(false);
    expect(rooms).toHaveLength(2);
  });

  it("is for one content", async () => {
    await connectRoom("anna", once);
    expect(await refusal(await connectRoom("bob", once))).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
  });

  it("lets what failed be tried again", async () => {
    expect((await connectRoom("broken", once)).status).toBe(500);
    expect((await connectRoom("broken", once)).status).toBe(500);
  });
});

describe("a page of another origin", () => {
  const origin = "https://dash.example";

  it("on the list may read answers, refusals too", async () => {
    for (const response of [await get("/auth/me", { origin }), await fetch(`${url}/nope`, { headers: { origin } })]) {
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(response.headers.get("vary")).toBe("Origin");
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  it("on the list is told what it may ask", async () => {
    const response = await fetch(`${url}/streams/anna`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "DELETE", "access-control-request-headers": "x-api-key" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")?.split(", ").sort()).toEqual(["DELETE", "GET", "HEAD"]);
    expect(response.headers.get("access-control-allow-headers")).toContain("X-API-Key");
  });

  it.each(["https://evil.test", "https://dash.example.evil.test", "null"])("%s is told nothing", async (foreign) => {
    const headers = { origin: foreign, "access-control-request-method": "GET" };
    const preflight = await fetch(`${url}/streams`, { method: "OPTIONS", headers });
    expect(await refusal(preflight)).toEqual([405, "METHOD_NOT_ALLOWED"]);
    for (const { headers } of [preflight, await get("/auth/me", { origin: foreign })]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("measures", () => {
  it("count requests by their route, and refusals", async () => {
    await get("/sessions/00000000-0000-4000-8000-000000000001/ledger");
    await get("/nope");
    await statuses(7, () => connectRoom("anna"));
    await vi.waitFor(async () => {
      const lines = (await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()).split("\n");
      for (const sample of [
        /^ttlc_http_requests_total\{route="\/sessions\/:id\/ledger",method="GET",status="\d+"\} 1$/,
        /^ttlc_http_requests_total\{route="none",method="GET",status="404"\} \d+$/,
        /^ttlc_http_requests_total\{route="\/streams",method="POST",status="429"\} \d+$/,
        /^ttlc_http_request_seconds_count\{route="\/streams",method="POST"\} \d+$/,
        /^ttlc_http_rate_limited_total\{policy="write"\} \d+$/,
      ]) {
        expect(lines).toContainEqual(expect.stringMatching(sample));
      }
    });
  });

  it("are all that is shown on their own port", async () => {
    const base = `http://127.0.0.1:${metricsPort}`;
    for (const [path, init] of [
      ["/streams", {}],
      ["/metrics/", {}],
      ["/metrics", { method: "POST" }],
    ] as const) {
      expect(await refusal(await fetch(base + path, init))).toEqual([404, "NOT_FOUND"]);
    }
  });

  it("name METRICS_PORT when it is taken", async () => {
    const own = new Broker(
      brokerOptions(testConfig({ REDIS_URL: redis.url, METRICS_PORT: String(metricsPort), LOG_LEVEL: "fatal" })),
    );
    own.createService(gateway);
    await expect(own.start()).rejects.toMatchObject({ message: expect.stringMatching(/METRICS_PORT \d+/) });
    await own.stop();
  });
});

it("a gateway is not ready while a required group is far behind", async () => {
  await withClient(config, async (client) => {
    for (const [stream, group] of [
      ["ttlc:raw", "normalizer"],
      ["ttlc:events", "storage"],
    ] as const) {
      await client.xgroup("CREATE", stream, group, "0", "MKSTREAM");
    }
    await client.xadd("ttlc:raw", `${Date.now() - 200_000}-1`, "n", 1);
    await client.xadd("ttlc:events", `${Date.now() - 301_000}-1`, "n", 1);
  });
  const { details } = (await (await fetch(`${url}/ready`)).json()) as { details: { missing: string[] } };
  const late = details.missing.filter((text) => text.includes("behind"));
  expect(late).toEqual([expect.stringMatching(/^storage is 30\d s behind on ttlc:events$/)]);
});

it("LOG_REQUESTS says what was asked and how it ended, and no secret", async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const changes = { REDIS_URL: redis.url, LOG_REQUESTS: "yes", LOG_LEVEL: "info", LOG_FORMAT: "json" } as const;
  await withBroker([storage, gateway], testConfig(changes), async (own) => {
    await fetch(`${urlOf(own)}/auth/me?ticket=CANARY-1`, {
      headers: { "x-api-key": OPS, "x-correlation-id": "job-17", cookie: "ttlc_session=CANARY-2" },
    });
    await fetch(`${urlOf(own)}/CANARY-3`);
    await vi.waitFor(() => expect(written.filter((line) => line.includes('"msg":"request"'))).toHaveLength(2));
  });
  write.mockRestore();
  const lines = written.flatMap((text) => text.split("\n").filter((line) => line.includes('"msg":"request"')));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { method: "GET", route: "/auth/me", status: 400, role: "ops", by: "key", correlationId: "job-17" },
    { method: "GET", route: "none", status: 404, role: "nobody" },
  ]);
  expect(written.join("")).not.toMatch(new RegExp(`CANARY|${OPS}`));
});

it("a request that never ends is ended", async () => {
  const quick = { ...gateway, settings: { ...gateway.settings, requestTimeout: 200 } };
  await withBroker([quick], testConfig({ REDIS_URL: redis.url, LOG_LEVEL: "fatal" }), async (own) => {
    const head = "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    const answer = await raw(urlOf(own), head);
    expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*"REQUEST_TIMEOUT"/);
  });
});
