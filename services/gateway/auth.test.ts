import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import {
  identify,
  logIn,
  logOut,
  NOBODY,
  newTicket,
  type Principal,
  type Registry,
  redeemTicket,
  refuseForgery,
  sessionCookie,
  stillMay,
} from "./auth.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const ADMIN_KEY = "an admin key of the config";
const STORED_KEY = "a key that storage knows";
const CODE = "one-time-code";
const CHANNEL = "00000000-0000-4000-8000-00000000000a";

let store: Map<string, string>;
let registry: Registry;
/** What storage knows, by the hash of the key. */
let keys: Map<string, NonNullable<Awaited<ReturnType<Registry["findKey"]>>>>;

beforeEach(() => {
  store = new Map([[`ttlc:login:${sha256(CODE)}`, "admin"]]);
  const redis = {
    getex: async (key: string) => store.get(key) ?? null,
    getdel: async (key: string) => {
      const value = store.get(key) ?? null;
      store.delete(key);
      return value;
    },
    set: async (key: string, value: string) => store.set(key, value),
    del: async (key: string) => store.delete(key),
  };
  registry = {
    redis: redis as unknown as Registry["redis"],
    adminKey: ADMIN_KEY,
    findKey: async (hash) => keys.get(hash) ?? null,
  };
  keys = new Map([
    [
      sha256(STORED_KEY),
      {
        ...{ keyId: "id", name: "Bea", role: "moderator", channelIds: [CHANNEL], types: null },
        ...{ expiresAt: null, replaced: false },
      },
    ],
  ]);
});

const cookieOf = (token: string) => ({ cookie: `ttlc_session=${token}` });

describe("identify", () => {
  it.each([
    ["the admin key", { "x-api-key": ADMIN_KEY }, { id: null, name: "TTLC_ADMIN_KEY", role: "admin", channelIds: [] }],
    [
      "the admin key as a bearer token",
      { authorization: `Bearer ${ADMIN_KEY.replaceAll(" ", "")}` },
      { id: null, name: "TTLC_ADMIN_KEY", role: "admin", channelIds: [] },
    ],
    [
      "a key of storage",
      { "x-api-key": STORED_KEY },
      { id: "id", name: "Bea", role: "moderator", channelIds: [CHANNEL] },
    ],
  ])("knows %s", async (_, headers, who) => {
    const known = { ...registry, adminKey: "authorization" in headers ? ADMIN_KEY.replaceAll(" ", "") : ADMIN_KEY };
    expect(await identify(known, headers)).toEqual({
      ...who,
      by: "key",
      types: null,
      expiresAt: null,
      replaced: false,
    });
  });

  it.each([
    ["nothing", {}, "NO_CREDENTIALS"],
    ["a wrong key", { "x-api-key": "wrong" }, "INVALID_KEY"],
    ["an empty key", { "x-api-key": "" }, "INVALID_KEY"],
    ["another scheme", { authorization: "Basic YTpi" }, "NO_CREDENTIALS"],
    ["an unknown cookie", cookieOf("x".repeat(43)), "SESSION_EXPIRED"],
    ["a malformed cookie", { cookie: "ttlc_session; =;;" }, "NO_CREDENTIALS"],
  ])("refuses %s", async (_, headers, type) => {
    await expect(identify(registry, headers)).rejects.toMatchObject({ code: 401, type });
  });

  it("does not fall back to the cookie when the key is wrong", async () => {
    const { token } = await logIn(registry, { code: CODE });
    await expect(identify(registry, { "x-api-key": "wrong", ...cookieOf(token) })).rejects.toMatchObject({
      type: "INVALID_KEY",
    });
  });

  it("accepts no key at all when none is configured", async () => {
    await expect(identify({ ...registry, adminKey: undefined }, { "x-api-key": "undefined" })).rejects.toMatchObject({
      type: "INVALID_KEY",
    });
  });
});

describe("a session", () => {
  it("begins with a one-time code that works once", async () => {
    const { token } = await logIn(registry, { code: CODE });
    expect(await identify(registry, cookieOf(token))).toMatchObject({ role: "admin", by: "cookie" });
    await expect(logIn(registry, { code: CODE })).rejects.toMatchObject({ code: 401, type: "INVALID_CODE" });
  });

  it("begins with a key, with the rights of that key", async () => {
    const { token } = await logIn(registry, { key: STORED_KEY });
    expect(await identify(registry, cookieOf(token))).toMatchObject({ role: "moderator" });
  });

  it("does not begin with a wrong key", async () => {
    await expect(logIn(registry, { key: "wrong" })).rejects.toMatchObject({ code: 401, type: "INVALID_KEY" });
  });

  it("is stored without its secret", async () => {
    const { token } = await logIn(registry, { code: CODE });
    expect(JSON.stringify([...store])).not.toContain(token);
  });

  it("ends with the logout", async () => {
    const { token, who } = await logIn(registry, { code: CODE });
    expect(await stillMay(registry, who)).toBe(true);
    await logOut(registry, cookieOf(token));
    expect(await stillMay(registry, who)).toBe(false);
  });

  it.each([
    ["a key of storage", STORED_KEY, () => keys.clear()],
    ["the key of the config", ADMIN_KEY, () => Object.assign(registry, { adminKey: "another one" })],
  ])("of %s ends with it", async (_, key, end) => {
    const { token } = await logIn(registry, { key });
    end();
    await expect(identify(registry, cookieOf(token))).rejects.toMatchObject({ type: "SESSION_EXPIRED" });
  });

  it("of a key has the rights that the key has now, and ends when it does", async () => {
    const { token } = await logIn(registry, { key: STORED_KEY });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const key = { keyId: "id", name: "Bea", role: "viewer", types: null, expiresAt, replaced: false } as const;
    keys.set(sha256(STORED_KEY), { ...key, channelIds: [] });
    expect(await identify(registry, cookieOf(token))).toMatchObject({ role: "viewer", channelIds: [], expiresAt });
  });
});

describe("a feed", () => {
  const change = (more: object) => keys.set(sha256(STORED_KEY), { ...keys.get(sha256(STORED_KEY)), ...more } as never);

  it.each([
    ["goes on while nothing changes", () => {}, true],
    ["goes on when a key gets another name", () => change({ name: "Beatrice" }), true],
    ["ends with its key", () => keys.clear(), false],
    ["ends when the role changes", () => change({ role: "viewer" }), false],
    ["ends when the channels change", () => change({ channelIds: [] }), false],
    ["ends when the types change", () => change({ types: ["CHAT"] }), false],
  ])("%s, by key, cookie or ticket", async (_, happens, expected) => {
    const byKey = await identify(registry, { "x-api-key": STORED_KEY });
    const byCookie = await identify(registry, cookieOf((await logIn(registry, { key: STORED_KEY })).token));
    const byTicket = await redeemTicket(registry, (await newTicket(registry, byCookie)).ticket);
    happens();
    for (const who of [byKey, byCookie, byTicket]) expect(await stillMay(registry, who)).toBe(expected);
  });

  it("is nothing for nobody", async () => {
    expect(await stillMay(registry, NOBODY)).toBe(false);
  });

  it("by the ticket of a session ends with the logout", async () => {
    const { token, who } = await logIn(registry, { code: CODE });
    const byTicket = await redeemTicket(registry, (await newTicket(registry, who)).ticket);
    await logOut(registry, cookieOf(token));
    expect(await stillMay(registry, byTicket)).toBe(false);
  });

  it("cannot be judged while Redis is away", async () => {
    const away = { ...registry.redis, getex: () => Promise.reject(new Error("Connection is closed.")) };
    const { who } = await logIn(registry, { code: CODE });
    await expect(stillMay({ ...registry, redis: away as never }, who)).rejects.toThrow("closed");
  });
});

describe("a ticket", () => {
  const ticketOf = async (key: string) =>
    (await newTicket(registry, await identify(registry, { "x-api-key": key }))).ticket;

  it("stands for who made it, once", async () => {
    const ticket = await ticketOf(STORED_KEY);
    expect(await redeemTicket(registry, ticket)).toMatchObject({ name: "Bea", role: "moderator", by: "ticket" });
    await expect(redeemTicket(registry, ticket)).rejects.toMatchObject({ code: 401, type: "INVALID_TICKET" });
  });

  it("is nothing when it was made up, or its key has ended", async () => {
    await expect(redeemTicket(registry, "x".repeat(43))).rejects.toMatchObject({ code: 401, type: "INVALID_TICKET" });
    const ticket = await ticketOf(STORED_KEY);
    keys.clear();
    await expect(redeemTicket(registry, ticket)).rejects.toMatchObject({ code: 401, type: "INVALID_KEY" });
  });

  it("is stored without its secret", async () => {
    const ticket = await ticketOf(STORED_KEY);
    expect(JSON.stringify([...store])).not.toMatch(new RegExp(`${ticket}|${STORED_KEY}`));
  });
});

describe("refuseForgery", () => {
  const byCookie: Principal = { ...NOBODY, role: "admin", by: "cookie" };
  const byKey: Principal = { ...NOBODY, role: "admin", by: "key" };
  const refusal = (...request: Parameters<typeof refuseForgery>) => {
    try {
      refuseForgery(...request);
      return null;
    } catch (error) {
      return (error as { type: string }).type;
    }
  };
  const host = "localhost:3000";

  it.each([
    ["a read with a cookie", byCookie, "GET", { host }, null],
    ["a change with a cookie alone", byCookie, "POST", { host }, "CSRF"],
    ["a change with the header", byCookie, "POST", { host, "x-ttlc": "1" }, null],
    ["a change from our page", byCookie, "DELETE", { host, "x-ttlc": "1", origin: `http://${host}` }, null],
    ["a change from another page", byCookie, "POST", { host, "x-ttlc": "1", origin: "https://evil.test" }, "CSRF"],
    ["a lookalike", byCookie, "POST", { host, "x-ttlc": "1", origin: `http://${host}.evil.test` }, "CSRF"],
    ["a sandboxed page", byCookie, "POST", { host, "x-ttlc": "1", origin: "null" }, "CSRF"],
    ["a change with a key", byKey, "POST", { host, origin: "https://evil.test" }, null],
  ])("of %s", (_, principal, method, headers, type) => {
    expect(refusal(principal, { method, headers })).toBe(type);
  });
});

describe("sessionCookie", () => {
  it("cannot be read by scripts nor sent from other sites", () => {
    expect(sessionCookie("abc", { secure: true })).toBe(
      "ttlc_session=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure",
    );
  });

  it("is removed by an empty one", () => {
    expect(sessionCookie("", { secure: false })).toContain("Max-Age=0;");
  });
});
