import { type ConnectionPool, sql } from "@databases/pg";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorBody, Page, ServedEvent } from "../../contracts/api.ts";
import type { Note } from "../../contracts/people.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import { table } from "../../services/gateway/routes.ts";
import { channel } from "../../services/storage/channel.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { append, aRoom, fakeIngest, KEY, urlOf, withClient } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** History, people, notes and channels as the gateway answers them. One streamer's broadcast, and one of the simulator. */
const STREAM = "7300000000000000001";
const SHOW = "7300000000000000002";
const SESSION = "00000000-0000-4000-8000-000000000001";
const SHOW_SESSION = "00000000-0000-4000-8000-000000000002";
const USER = viewer(1).userId;
const ajv = createAjv();

let redis: TestRedis;
let database: TestDatabase;
let db: ConnectionPool;
let broker: ServiceBroker;
let url: string;
let anna: string;
const rooms: RoomStatus[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  database = await createDatabase();
  db = openPool(database.url);
  const config = testConfig({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    TTLC_ADMIN_KEY: KEY,
    LOG_LEVEL: "fatal",
  });
  for (const role of ["ops", "moderator", "developer"]) {
    await asOwner(db, (tx) =>
      tx.query(sql`insert into api_keys (name, role, hash) values ('x', ${role}, ${sha256(role)})`),
    );
  }
  anna = (await channel(db, { uniqueId: "anna", simulated: false })).channelId;
  const show = (await channel(db, { uniqueId: "show", simulated: true })).channelId;
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, fakeIngest(rooms), gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
  const evening = (streamId: string, sessionId: string, channelId: string, provider: "direct" | "simulator") => [
    makeEvent("CONNECTED", { streamId, sessionId, provider, rawType: "C", payload: { channelId } }),
    ...["Good morning", "100% sure", "bye"].map((message, n) =>
      makeEvent("CHAT", { streamId, sessionId, provider, user: viewer(n % 2), payload: { message } }),
    ),
    makeEvent("GIFT", { streamId, sessionId, provider, user: viewer(1), payload: { coins: 50 } }),
  ];
  const events = [...evening(STREAM, SESSION, anna, "direct"), ...evening(SHOW, SHOW_SESSION, show, "simulator")];
  await withClient(config, (client) => append(client, events));
  await waitFor(async () => {
    expect(await db.query(sql`select sum(events) as events from streams`)).toEqual([{ events: String(events.length) }]);
  });
});

afterAll(async () => {
  await broker.stop();
  await db.dispose();
  await database.drop();
  await redis.stop();
});

const as = (key: string, path: string, init: RequestInit = {}) =>
  fetch(url + path, { ...init, headers: { "x-api-key": key, "content-type": "application/json" } });
const get = (path: string) => as(KEY, path);
const read = async <Body>(response: Promise<Response>): Promise<Body> => (await (await response).json()) as Body;

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const { status } = await response;
  return [status, (await read<ErrorBody>(response.then((answer) => answer.clone()))).error_code];
}

describe("what is asked for wrongly gets a 400", () => {
  const lists = [`/sessions/${SESSION}/events`, `/streams/${STREAM}/history`, `/users/${USER}/history`];
  const files = [`/sessions/${SESSION}/export`, `/streams/${STREAM}/export`];
  const figures = [`/sessions/${SESSION}/analytics`, `/streams/${STREAM}/analytics`, `/channels/${SESSION}/analytics`];
  const ranges = [...files, ...figures, "/audit", "/dlq"];

  it.each(
    [
      "limit=1e9",
      "limit=-1",
      "limit=501",
      "after=tampered",
      `after=${Buffer.from('["1","2","3"]').toString("base64url")}`,
      "order=payload;drop",
      "types=chat",
      "types=CHAT,NOPE",
      "types=",
      "types=CHAT&types=GIFT",
      "minCoins=-1",
      "minCoins=many",
      "minCoins=1e300",
      "q=%00",
      `q=${"a".repeat(101)}`,
      "from=yesterday",
      "from=2026-13-01T00:00:00Z",
      "to=2026-03-01",
      "asOf=1-1048576",
      "asOf=now",
    ].flatMap((query) => lists.map((list) => [query, list])),
  )("%s of %s", async (query, list) => {
    const [status, code] = await refusal(get(`${list}?${query}`));
    expect([status, code]).toEqual([400, query.startsWith("after") ? "INVALID_CURSOR" : "VALIDATION_ERROR"]);
  });

  it.each(
    [
      "from=2026-02-30T00:00:00Z",
      "to=2026-03-01T23:59:60Z",
      "to=0000-01-01T00:00:00Z",
      "from=2026-03-01T12:00:00%2B23:00",
      "from=2026-03-01T12:00:00Z&to=2026-03-01T12:00:00Z",
      "from=2026-03-01T12:00:00Z&to=2026-03-01T12:30:00%2B01:00",
    ].flatMap((query) => [...lists, ...ranges].map((list) => [query, list])),
  )("%s of %s, with the words that all have for it", async (query, list) => {
    const field = query.startsWith("to") || query.includes("&to") ? "to" : "from";
    const message = query.includes("&to") ? "must be after `from`" : 'must match format "date-time"';
    expect(await read(get(`${list}?${query}`))).toMatchObject({
      ...{ error_code: "VALIDATION_ERROR", details: [{ field, message }] },
    });
  });

  it.each([
    [`/users/${USER}/history?userId=1`, "VALIDATION_ERROR"],
    [`/streams/${STREAM}/history?userId=%00`, "VALIDATION_ERROR"],
    ["/users/%00", "VALIDATION_ERROR"],
    ["/users?q=%25", "VALIDATION_ERROR"],
    ["/users", "VALIDATION_ERROR"],
    ["/channels/1", "VALIDATION_ERROR"],
    ["/channels?after=x", "INVALID_CURSOR"],
    [`/users/${USER}/notes?after=x`, "INVALID_CURSOR"],
  ])("%s", async (path, code) => {
    expect(await refusal(get(path))).toEqual([400, code]);
  });

  it("a word that is a regular expression's nightmare is a word", async () => {
    const q = encodeURIComponent("(a+)+$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    expect(await read(get(`/streams/${STREAM}/history?q=${q}`))).toEqual({ items: [], next: null });
  });
});

describe("history", () => {
  const messages = async (path: string, key = KEY) =>
    (await read<Page<ServedEvent>>(as(key, path))).items.map(({ eventType, payload }) =>
      "message" in payload ? payload.message : eventType,
    );

  it.each([
    ["q=MORNING", ["Good morning"]],
    ["q=100%25", ["100% sure"]],
    ["types=GIFT,CONNECTED", ["CONNECTED", "GIFT"]],
    ["minCoins=50", ["GIFT"]],
    ["minCoins=51", []],
    [`userId=${USER}`, ["100% sure", "GIFT"]],
    ["asOf=1-0", []],
    ["from=2026-03-01T12:00:00Z&to=2026-03-01T12:00:01Z&types=CHAT", ["Good morning", "100% sure", "bye"]],
    ["to=2026-03-01T12:00:00Z", []],
  ])("?%s is the same of a session and of its broadcast", async (query, expected) => {
    expect(await messages(`/sessions/${SESSION}/events?${query}`)).toEqual(expected);
    expect(await messages(`/streams/${STREAM}/history?${query}`)).toEqual(expected);
  });

  it.each([
    "",
    "types=GIFT,CONNECTED",
    "minCoins=50",
    "q=@viewer",
    `userId=${USER}`,
    "asOf=1-0",
    "from=2026-03-01T12:00:00Z&to=9999-12-31T23:59:59Z",
  ])("is exported with ?%s as it is served", async (query) => {
    const callers = /userId|q=/.test(query) ? [KEY] : [KEY, "ops"];
    const pairs = [
      [`/sessions/${SESSION}/events`, `/sessions/${SESSION}/export`],
      [`/streams/${STREAM}/history`, `/streams/${STREAM}/export`],
    ];
    for (const [list, file] of pairs) {
      for (const key of callers) {
        const { items } = await read<Page<ServedEvent>>(as(key, `${list}?${query}`));
        const lines = (await (await as(key, `${file}?${query}`)).text()).split("\n").slice(0, -1);
        expect(lines.map((line) => JSON.parse(line))).toEqual(items);
      }
    }
  });

  it("of a streamer is that of the broadcast their room is connected to", async () => {
    rooms.push(aRoom({ streamId: STREAM }));
    expect(await messages("/streams/@anna/history?types=GIFT")).toEqual(["GIFT"]);
    rooms.length = 0;
    expect(await refusal(get("/streams/@anna/history"))).toEqual([404, "NOT_FOUND"]);
  });

  it("of a person is the newest first", async () => {
    expect(await messages(`/users/${USER}/history`)).toEqual(["GIFT", "100% sure", "GIFT", "100% sure"]);
    expect(await messages(`/users/${USER}/history?channelId=${anna}&q=sure`)).toEqual(["100% sure"]);
  });

  it("goes on where a page ended", async () => {
    const first = await read<Page<ServedEvent>>(get(`/streams/${STREAM}/history?types=CHAT&limit=2`));
    expect(await messages(`/streams/${STREAM}/history?types=CHAT&limit=2&after=${first.next}`)).toEqual(["bye"]);
    expect(await refusal(get(`/streams/${STREAM}/history?types=GIFT&after=${first.next}`))).toEqual([
      400,
      "INVALID_CURSOR",
    ]);
  });

  it.each([
    ["moderator", `/sessions/${SESSION}/events`],
    ["moderator", `/streams/${STREAM}/history`],
    ["moderator", `/users/${USER}/history`],
    ["moderator", `/users/${USER}`],
    ["moderator", `/users/${USER}/notes`],
    ["moderator", "/channels/:anna"],
    ["developer", `/sessions/${SESSION}/events`],
    ["developer", `/users/${USER}/history?channelId=:anna`],
    ["developer", `/users/${USER}?channelId=:anna`],
    ["developer", "/channels/:anna"],
  ])("a %s does not find %s of others", async (key, path) => {
    expect(await refusal(as(key, path.replace(":anna", anna)))).toEqual([404, "NOT_FOUND"]);
  });

  it("a developer has what the simulator made", async () => {
    expect(await messages(`/sessions/${SHOW_SESSION}/events?types=GIFT`, "developer")).toEqual(["GIFT"]);
    expect(await messages(`/users/${USER}/history?types=GIFT`, "developer")).toEqual(["GIFT"]);
  });

  describe("for who may not see people", () => {
    it.each([`/sessions/${SESSION}/events`, `/streams/${STREAM}/history`])("%s is without them", async (path) => {
      const { items } = await read<Page<ServedEvent>>(as("ops", `${path}?types=CHAT,GIFT`));
      expect(items).toHaveLength(4);
      expect(items.every(({ user, masked }) => user === null && masked === true)).toBe(true);
      expect(JSON.stringify(items)).not.toMatch(/viewer|morning|inherited/i);
    });

    it.each([
      `/sessions/${SESSION}/events?userId=1`,
      `/streams/${STREAM}/history?q=a`,
      `/users/${USER}/history`,
      `/users/${USER}`,
      "/users?q=a",
    ])("%s is refused", async (path) => {
      expect(await refusal(as("ops", path))).toEqual([403, "PEOPLE_HIDDEN"]);
    });
  });
});

describe("answers are what their schemas say", () => {
  const schemaOf = (path: string, status: number) =>
    table.find((route) => route.path === path)?.answers?.[status] as object;

  it.each([
    ["GET /users", "/users?q=@Viewer"],
    ["GET /users/:id", `/users/${USER}`],
    ["GET /channels", "/channels"],
    ["GET /channels/:id", "/channels/:anna"],
  ])("%s", async (path, where) => {
    rooms.push(aRoom({ streamId: STREAM }));
    const response = await as(KEY, where.replace(":anna", anna));
    rooms.length = 0;
    expect(response.status).toBe(200);
    const check = ajv.compile(schemaOf(path, 200));
    check(await response.json());
    expect(check.errors).toBeNull();
  });

  it("of channels tell the room that follows them", async () => {
    rooms.push(aRoom({ streamId: STREAM, sessionId: SESSION }));
    const room = { state: "live", since: "2026-03-01T12:00:00.000Z", streamId: STREAM, sessionId: SESSION };
    expect(await read(get(`/channels/${anna}`))).toMatchObject({ uniqueId: "anna", streams: 1, room });
    expect(await read(as("moderator", "/channels"))).toEqual({ items: [], next: null });
    rooms.length = 0;
  });
});

describe("notes", () => {
  const post = (body: unknown, key = KEY, user = USER) =>
    as(key, `/users/${user}/notes`, { method: "POST", body: JSON.stringify(body) });

  it("are written, listed and removed", async () => {
    const text = "<script>alert(1)</script> 🦄";
    const response = await post({ channelId: anna, text });
    const note = (await response.json()) as Note;
    expect(response.status).toBe(201);
    const schema = table.find(({ path }) => path === "GET /users/:id/notes")?.answers?.[200] as object;
    const page = await read<Page<Note>>(get(`/users/${USER}/notes`));
    expect(page).toEqual({ items: [{ ...note, text, author: { name: "TTLC_ADMIN_KEY", role: "admin" } }], next: null });
    expect(ajv.validate(schema, page)).toBe(true);
    const path = `/users/${USER}/notes/${note.noteId}`;
    expect(await refusal(as("moderator", path, { method: "DELETE" }))).toEqual([404, "NOT_FOUND"]);
    expect((await as(KEY, path, { method: "DELETE" })).status).toBe(204);
    expect(await refusal(as(KEY, path, { method: "DELETE" }))).toEqual([404, "NOT_FOUND"]);
  });

  it.each([
    ["without a channel where there are two", { text: "x" }, 400, "CHANNEL_NEEDED"],
    ["without text", { channelId: true }, 400, "VALIDATION_ERROR"],
    ["of nothing but space", { text: " \n " }, 400, "VALIDATION_ERROR"],
    ["with NUL", { text: "a\0b" }, 400, "VALIDATION_ERROR"],
    ["with half a letter", { text: "a\ud800b" }, 400, "VALIDATION_ERROR"],
    ["of 2,001 letters", { text: "a".repeat(2_001) }, 400, "VALIDATION_ERROR"],
    ["about an event that is none", { text: "x", eventId: "1" }, 400, "VALIDATION_ERROR"],
    ["about a session that is not", { text: "x", sessionId: SESSION.replaceAll("0", "f") }, 404, "NOT_FOUND"],
  ])("%s are refused", async (_, body, status, code) => {
    expect(await refusal(post(body))).toEqual([status, code]);
  });

  it("on whom nobody saw, or by who may not, are refused", async () => {
    expect(await refusal(post({ text: "x" }, KEY, "404"))).toEqual([404, "NOT_FOUND"]);
    expect(await refusal(post({ text: "x" }, "moderator"))).toEqual([404, "NOT_FOUND"]);
    expect(await refusal(post({ text: "x" }, "ops"))).toEqual([403, "FORBIDDEN"]);
  });
});
