import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { ServiceSchema } from "moleculer";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Analytics } from "../../contracts/analytics.ts";
import type { ErrorBody, ServedEvent } from "../../contracts/api.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import type { Http } from "../../services/gateway/http.ts";
import { makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { fakeIngest, KEY, urlOf } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const SESSION = "00000000-0000-4000-8000-000000000001";
const UNKNOWN = "00000000-0000-4000-8000-000000000002";
const STREAM = "7300000000000000001";
const range = "from=2026-03-01T12:00:00Z&to=2026-03-01T13:00:00Z";

const events = [1, 2, 3, 4, 5].map((seqNo) =>
  makeEvent("CHAT", { seqNo, user: viewer(seqNo), payload: { message: `=line ${seqNo}` } }),
);
const figures: Analytics = {
  ...{ streamId: STREAM, sessionId: SESSION, from: "2026-03-01T12:00:00.000Z", to: "2026-03-01T13:00:00.000Z" },
  totals: {
    ...{ events: 5, people: 5, chats: 5, gifts: 0, diamonds: 0, observedLikes: 0, likes: null },
    ...{ follows: 0, shares: 0, subscribes: 0, joins: 0, peakViewers: null },
  },
  timeline: { minutes: 1, points: [] },
  gifts: [],
};

interface Stored {
  /** Answers of `storage.history` by their cursor; undefined: it fails. */
  page(after: string | undefined): { items: ServedEvent[]; next: string | null } | undefined;
  asked: { name: string; params: object }[];
  /** Keys that are no more. */
  ended: string[];
}

/** Storage as the gateway sees it; the keys of the roles are their names. */
const fakeStorage = (stored: Stored): ServiceSchema => {
  const note = (name: string, params: object) => void stored.asked.push({ name, params });
  return {
    name: "storage",
    actions: {
      findKey({ params }) {
        const role = ["streamer", "viewer", "ops", "developer"].find((name) => sha256(name) === params.hash);
        return role && !stored.ended.includes(role) ? { keyId: role, role } : null;
      },
      belongs: ({ params }) => ([SESSION, STREAM].includes(params.id) ? { channelId: UNKNOWN, simulated: true } : null),
      history({ params }) {
        note("history", params);
        const page = stored.page(params.after);
        if (!page) throw new Error("password=hunter2");
        return params.sessionId === SESSION ? page : null;
      },
      stream: ({ params }) => (params.streamId === STREAM ? { streamId: STREAM, uniqueId: "anna" } : null),
      streamHistory({ params }) {
        note("streamHistory", params);
        return stored.page(params.after);
      },
      analytics({ params }) {
        note("analytics", params);
        if ((params.sessionId ?? params.streamId) === UNKNOWN) return null;
        return params.people ? { ...figures, top: { gifters: [], chatters: [], likers: [], sharers: [] } } : figures;
      },
      channelAnalytics: ({ params }) => (params.channelId === UNKNOWN ? null : { channelId: SESSION, days: [] }),
    },
  };
};

describe("figures and files over HTTP", () => {
  let redis: TestRedis;
  let broker: ServiceBroker;
  let url: string;
  const stored: Stored = { page: () => undefined, asked: [], ended: [] };

  const get = (path: string, key = KEY) => fetch(url + path, { headers: { "x-api-key": key } });
  const refusal = async (response: Response) => {
    const body = (await response.json()) as ErrorBody;
    return [response.status, body.error_code];
  };
  const calls = (name: string) => stored.asked.filter((asked) => asked.name === name);

  beforeAll(async () => {
    redis = await startTestRedis();
    const config = testConfig({ REDIS_URL: redis.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
    broker = new ServiceBroker(brokerOptions(config));
    for (const service of [fakeStorage(stored), fakeIngest([]), gateway]) broker.createService(service);
    await broker.start();
    url = urlOf(broker);
  });
  afterAll(async () => {
    await broker.stop();
    await redis.stop();
  });
  beforeEach(() => {
    stored.asked = [];
    stored.ended = [];
    stored.page = (after) =>
      after ? { items: events.slice(2), next: null } : { items: events.slice(0, 2), next: "more" };
  });

  describe("analytics", () => {
    it("answer within the range and lists that were asked for", async () => {
      const response = await get(`/sessions/${SESSION}/analytics?${range}&limit=3`);
      expect(await response.json()).toMatchObject({ totals: { chats: 5 }, top: { chatters: [] } });
      const bounds = { from: "2026-03-01T12:00:00Z", to: "2026-03-01T13:00:00Z" };
      expect(calls("analytics")).toMatchObject([{ params: { sessionId: SESSION, ...bounds, limit: 3, people: true } }]);
      await get(`/streams/${STREAM}/analytics`);
      expect(calls("analytics").at(-1)).toMatchObject({ params: { streamId: STREAM, limit: 10 } });
    });

    it.each([
      "from=yesterday",
      "from=2026-13-45T29:00:00Z",
      "from=0000-01-01T00:00:00Z",
      "from=2026-03-01T12:00:00Z&to=2026-03-01T12:00:00Z",
      "limit=1000",
      "limit=-1",
      "with=1",
    ])("refuse ?%s", async (query) => {
      for (const path of [`/sessions/${SESSION}`, `/streams/${STREAM}`]) {
        expect(await refusal(await get(`${path}/analytics?${query}`))).toEqual([400, "VALIDATION_ERROR"]);
      }
    });

    it.each([
      ["ops", `/sessions/${SESSION}/analytics`, 403],
      ["developer", `/sessions/${SESSION}/analytics`, 200],
      ["streamer", `/sessions/${SESSION}/analytics`, 404], // of another channel
      ["viewer", `/streams/${STREAM}/analytics`, 404],
      ["viewer", `/sessions/${SESSION}/export`, 403],
      ["streamer", `/streams/${STREAM}/export`, 404],
      ["developer", `/sessions/${UNKNOWN}/export`, 404],
    ])("%s gets %s: %i", async (role, path, status) => {
      expect((await get(path, role)).status).toBe(status);
    });

    it.each([`/sessions/${UNKNOWN}`, `/streams/${UNKNOWN}`, `/channels/${UNKNOWN}`])("know no %s", async (path) => {
      expect(await refusal(await get(`${path}/analytics`))).toEqual([404, "NOT_FOUND"]);
    });
  });

  describe("an export", () => {
    it("is a file of lines of JSON", async () => {
      const response = await get(`/sessions/${SESSION}/export`);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": `attachment; filename="ttlc-session-${SESSION}.ndjson"`,
      });
      const lines = (await response.text()).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line))).toEqual(events);
    });

    it("is a table that no spreadsheet runs", async () => {
      const response = await get(`/sessions/${SESSION}/export?format=csv`);
      expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
      expect(response.headers.get("content-disposition")).toMatch(/\.csv"$/);
      const lines = (await response.text()).split("\r\n");
      expect(lines).toHaveLength(1 + 5 + 1);
      expect(lines[4]).toContain('"Viewer 4","\'=line 4"');
    });

    it("of a stream goes on with the cursor of the page before, and the same filters", async () => {
      const query = `types=CHAT,GIFT&userId=1&minCoins=5&q=ann&${range}&asOf=9-0`;
      const lines = (await (await get(`/streams/${STREAM}/export?${query}`)).text()).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line).seqNo)).toEqual([1, 2, 3, 4, 5]);
      const filter = { types: ["CHAT", "GIFT"], userId: "1", minCoins: 5, q: "ann", asOf: "9-0" };
      const bounds = { from: "2026-03-01T12:00:00Z", to: "2026-03-01T13:00:00Z" };
      const asked = { ...filter, ...bounds, streamId: STREAM, limit: 500 };
      expect(calls("streamHistory").map(({ params }) => params)).toEqual([asked, { ...asked, after: "more" }]);
    });

    it("goes on behind a page that has nothing of what is wanted", async () => {
      stored.page = (after) => (after ? { items: events, next: null } : { items: [], next: "more" });
      expect((await (await get(`/sessions/${SESSION}/export`)).text()).trim().split("\n")).toHaveLength(5);
    });

    it("names nobody to ops, who may not look for anybody", async () => {
      const text = await (await get(`/sessions/${SESSION}/export`, "ops")).text();
      expect(text.trim().split("\n")).toHaveLength(5);
      expect(text).not.toMatch(/viewer\d|line \d/i);
      for (const query of ["userId=1", "q=ann"]) {
        expect(await refusal(await get(`/sessions/${SESSION}/export?${query}`, "ops"))).toEqual([403, "PEOPLE_HIDDEN"]);
      }
    });

    it.each(["format=xls", "types=NOISE", "types=CHAT,,GIFT", "minCoins=-1", `q=${"x".repeat(101)}`, "asOf=now"])(
      "is refused with ?%s",
      async (query) => {
        const response = await get(`/sessions/${SESSION}/export?${query}`);
        expect(response.headers.get("content-disposition")).toBeNull();
        expect(await refusal(response)).toEqual([400, "VALIDATION_ERROR"]);
      },
    );

    it("tells its headers alone to HEAD", async () => {
      const headers = { "x-api-key": KEY };
      const response = await fetch(`${url}/sessions/${SESSION}/export`, { method: "HEAD", headers });
      expect([response.status, await response.text()]).toEqual([200, ""]);
      expect(response.headers.get("content-disposition")).toContain("ttlc-session-");
    });

    it("that fails in the middle is cut off, and says nothing of why", async () => {
      stored.page = (after) => (after ? undefined : { items: events, next: "more" });
      const response = await get(`/sessions/${SESSION}/export`);
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow("terminated");
    });

    it("is one of two of a key at most: a third is refused until one has ended", async () => {
      stored.page = () => ({ items: events, next: "more" }); // without end
      const path = `/sessions/${SESSION}/export`;
      const open = await Promise.all([get(path), get(path)]);
      const third = await get(path);
      expect(third.headers.get("retry-after")).toBe("10");
      expect(await refusal(third)).toEqual([429, "TOO_MANY_EXPORTS"]);
      for (const { body } of open) await body?.cancel();
      stored.page = () => ({ items: events, next: null });
      await waitFor(async () => expect((await get(path)).status).toBe(200));
    });

    it("is cut off when the key of it ends", async () => {
      stored.page = () => ({ items: events, next: "more" }); // without end
      const response = await get(`/sessions/${SESSION}/export`, "developer");
      stored.ended = ["developer"];
      await expect(response.text()).rejects.toThrow("terminated");
    });

    it("waits for a client that does not read, and ends with it", async () => {
      const large = Array.from({ length: 200 }, () => makeEvent("CHAT", { payload: { message: "x".repeat(9_000) } }));
      stored.page = () => ({ items: large, next: "more" }); // without end
      const { server } = broker.getLocalService("gateway") as unknown as Http;
      const accepted = once(server, "connection") as Promise<[Socket]>;
      const client = connect(Number(new URL(url).port), "127.0.0.1");
      client.pause();
      client.write(`GET /sessions/${SESSION}/export HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\n\r\n`);
      const [socket] = await accepted;
      const reads = () => calls("history").length;
      const whileStalled = await settled(reads);
      expect(whileStalled).toBeGreaterThan(1);
      expect(whileStalled).toBeLessThan(15); // of 2 MB: what the sockets of both sides hold, and two pages
      expect(socket.writableLength).toBeLessThan(5_000_000);
      client.resume();
      await waitFor(() => expect(reads()).toBeGreaterThan(whileStalled + 5));
      client.destroy();
      await settled(reads);
      expect(socket.destroyed).toBe(true);
    });
  });
});

/** The number once it has stayed the same for a while. */
async function settled(number: () => number): Promise<number> {
  const seen: number[] = [];
  return waitFor(() => {
    seen.push(number());
    const last = seen.slice(-6);
    if (last.length < 6 || last.some((each) => each !== last[0])) throw new Error(`it moves: ${seen}`);
    return last[0] as number;
  });
}
