import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "@databases/pg";
import { createClient } from "@hey-api/openapi-ts";
import fc from "fast-check";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { roles } from "../../contracts/access.ts";
import type { Config } from "../../contracts/config.ts";
import { encodeCursor } from "../../lib/cursor.ts";
import brokerOptions from "../../moleculer.config.ts";
import forwarder from "../../services/forwarder/forwarder.service.ts";
import type { OpenApi, Operation } from "../../services/gateway/documents/openapi.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import normalizer from "../../services/normalizer/normalizer.service.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { routeOf, undeclared } from "../support/declared.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { append, aRoom, fakeIngest, KEY, urlOf, withClient } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Made, requestsFor } from "../support/requests.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

const STREAM = "7300000000000000001";
const SESSION = "00000000-0000-4000-8000-000000000001";
const CHANNEL = "00000000-0000-4000-8000-0000000000c1";
const keyOf = (role: string) => `key-of-a-test's-${role}`;
const secrets = [KEY, ...roles.map(keyOf)];

let redis: TestRedis;
let database: TestDatabase;
let config: Config;
let broker: ServiceBroker;
let url: string;
let document: OpenApi;

const get = (path: string) => fetch(url + path, { headers: { "x-api-key": KEY } });

/** Ingest with one live room; a replay is where it was a moment ago, whichever is asked for. */
function ingest() {
  const replay = {
    ...{ sessionId: SESSION, streamId: STREAM, of: null, speed: "max", state: "running", total: 6, published: 2 },
    ...{ startedAt: "2026-03-01T12:00:00.000Z", endedAt: null },
  };
  const fake = fakeIngest([aRoom({ streamId: STREAM, channelId: CHANNEL })]);
  const answer = () => replay;
  return {
    ...fake,
    actions: {
      ...fake.actions,
      ...{ replay: answer, replayStatus: answer, cancelReplay: answer },
      ...{ pauseReplay: answer, resumeReplay: answer, setReplaySpeed: answer },
      redrive: () => ({ refused: [] }),
    },
  };
}

beforeAll(async () => {
  redis = await startTestRedis();
  database = await createDatabase();
  config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  const pool = openPool(database.url);
  await pool.query(sql`select ensure_week('2026-03-01')`);
  await asOwner(pool, async (tx) => {
    await tx.query(sql`insert into channels (channel_id, simulated, unique_id) values (${CHANNEL}, false, 'anna')`);
    for (const role of roles) {
      const own = ["streamer", "moderator", "viewer", "overlay"].includes(role) ? [CHANNEL] : [];
      await tx.query(sql`
        insert into api_keys (name, role, hash, kind, channel_ids, types)
        values (${role}, ${role}, ${sha256(keyOf(role))}, ${role === "overlay" ? "overlay" : "program"}, ${own}::uuid[],
          ${role === "overlay" ? ["GIFT"] : null}::text[])`);
    }
  });
  await pool.dispose();
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, ingest(), normalizer, { ...rules, settings: { patienceMs: 0 } }, forwarder, gateway])
    broker.createService(service);
  await broker.start();
  url = urlOf(broker);
  const events = [
    makeEvent("CONNECTED", {
      seqNo: 0,
      rawType: "ControlEvent.CONNECTED",
      payload: { channelId: CHANNEL, uniqueId: "anna" },
    }),
    ...[1, 2, 3, 4].map((n) => makeEvent("CHAT", { seqNo: n, user: viewer(n) })),
    makeEvent("GIFT", { seqNo: 5, user: viewer(1), payload: { coins: 7 } }),
  ];
  await withClient(config, (client) => append(client, events));
  await waitFor(async () => expect(await (await get("/streams")).json()).toMatchObject({ items: [{ events: 6 }] }));
  document = (await (await get("/openapi.json")).json()) as OpenApi;
});

afterAll(async () => {
  await broker.stop();
  await database.drop();
  await redis.stop();
});

it.each(["openapi", "asyncapi"])("/%s.json is open, and sent again only when it has changed", async (name) => {
  const first = await fetch(`${url}/${name}.json`);
  expect([first.status, await first.json()]).toMatchObject([200, { [name]: expect.stringMatching(/^3/) }]);
  const headers = { "if-none-match": String(first.headers.get("etag")) };
  const second = await fetch(`${url}/${name}.json`, { headers });
  expect([second.status, await second.text()]).toEqual([304, ""]);
});

it("a client that another generator made of /openapi.json lists, pages, and gets errors in their shape", async () => {
  /** What it makes of our operationIds. */
  type Ask = (options: object) => Promise<{
    data?: { items: { streamId: string; seqNo: number }[]; next: string | null };
    error?: { error_code: string };
    response: Response;
  }>;
  const folder = await temporaryFolder();
  await createClient({
    input: document as never,
    output: { path: folder, importFileExtension: ".ts", tsConfigPath: null },
    logs: { level: "silent", file: false },
    plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
  });
  const client: Record<"listStreams" | "listSessionEvents" | "getStream", Ask> = await import(
    join(folder, "sdk.gen.ts")
  );
  const asAdmin = (options: object = {}) => ({ baseUrl: url, auth: KEY, ...options });

  const streams = await client.listStreams(asAdmin());
  expect(streams.data?.items.map(({ streamId }) => streamId)).toEqual([STREAM]);

  const seqNos: number[] = [];
  let after: string | null | undefined;
  do {
    const query = { limit: 4, ...(after && { after }) };
    const { data } = await client.listSessionEvents(asAdmin({ path: { id: SESSION }, query }));
    seqNos.push(...(data?.items ?? []).map(({ seqNo }) => seqNo));
    after = data?.next;
  } while (after);
  expect(seqNos).toEqual([0, 1, 2, 3, 4, 5]);

  const { error, response } = await client.getStream(asAdmin({ path: { id: "404" } }));
  expect([response.status, error]).toMatchObject([404, { error_code: "NOT_FOUND" }]);
  const types = await readFile(join(folder, "types.gen.ts"), "utf8");
  expect(types).toMatch(/^export type GetStreamErrors = \{[^}]*\b404: ErrorBody;/ms);
});

describe("whatever is asked for", () => {
  const SEED = Number(process.env.FUZZ_SEED ?? 1);
  /** Of all operations together, and at least of each; fewer where there is nothing to vary. */
  const REQUESTS = 2_000;
  const AT_LEAST = 40;
  const ALIKE = 5;
  const PATIENCE_MS = 10_000;
  /** What only somebody who reads our code or our data may see. */
  const leak = /\.ts:\d+|node_modules|\bat async |syntax error|relation "|\bselect \w+ from|stack/i;

  /** Cursors in the shape of ours, of what no column holds. */
  const cursors = [["9".repeat(19)], ["9".repeat(14), "f".repeat(36)], ["9".repeat(17), SESSION]].map(encodeCursor);

  const explained = readFileSync("docs/errors.md", "utf8");

  let asked = 0;
  const statuses = new Map<number, number>();

  /** What is wrong with the answer; "" when nothing is. */
  async function fault({ method, path, headers, body }: Made, role: string): Promise<string> {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { ...headers, ...(role !== "nobody" && { "x-api-key": role === "admin" ? KEY : keyOf(role) }) },
      ...(body !== undefined && { body }),
    });
    asked++;
    const { status } = response;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const type = response.headers.get("content-type") ?? "";
    if (status === 200 && type.startsWith("text/event-stream")) {
      await response.body?.cancel();
      return "";
    }
    const text = await response.text();
    const { pathname } = new URL(url + path);
    const said = text.slice(0, 500);
    if (status >= 500) return `${status}: ${said}`;
    if (secrets.some((secret) => text.includes(secret))) return `it tells a key: ${said}`;
    if (status >= 400 && leak.test(text)) return `it tells too much: ${said}`;
    if (status >= 400 && !explained.includes(`| ${JSON.parse(text).error_code} | ${status} |`))
      return `not in errors.md: ${said}`;
    if (response.headers.get("x-correlation-id") === null) return "it has no correlation id";
    return undeclared(routeOf(method, pathname), { status, type, text });
  }

  it("the answer is one that is documented: no 500, no hang, no leak", async () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
    );
    const varies = ([, , { parameters, requestBody }]: (typeof operations)[number]) =>
      requestBody !== undefined || parameters.some((each) => "name" in each);
    const numRuns = Math.max(AT_LEAST, Math.ceil(REQUESTS / operations.filter(varies).length));
    const known = [STREAM, SESSION, CHANNEL, "anna", "@Anna", viewer(1).userId, "CHAT,GIFT", "10", ...cursors];
    const role = fc.oneof(
      { weight: 5, arbitrary: fc.constant("admin") },
      { weight: 5, arbitrary: fc.constantFrom("nobody", ...roles) },
    );
    await Promise.all(
      operations.map((operation) =>
        fc.assert(
          fc.asyncProperty(requestsFor(operation, document, known), role, async (request, who) => {
            expect(await fault(request, who)).toBe("");
          }),
          {
            seed: SEED,
            numRuns: varies(operation) ? numRuns : ALIKE,
            interruptAfterTimeLimit: 60_000,
            markInterruptAsFailure: true,
          },
        ),
      ),
    );
    expect(asked).toBeGreaterThanOrEqual(REQUESTS);
    for (const status of [200, 400, 401, 403, 404])
      expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
    console.info(`${asked} requests of seed ${SEED}:`, Object.fromEntries(statuses));
  });
});
