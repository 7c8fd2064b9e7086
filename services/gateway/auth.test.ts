import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import {
  identify,
  isStillValid,
  logIn,
  logOut,
  type Principal,
  type Registry,
  refuseForgery,
  sessionCookie,
} from "./auth.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const ADMIN_KEY = "an admin key of the config";
const STORED_KEY = "a key that storage knows";
const CODE = "one-time-code";

let store: Map<string, string>;
let registry: Registry;

beforeEach(() => {
  store = new Map([[`ttlc:login:${sha256(CODE)}`, "admin"]]);
  const redis = {
    get: async (key: string) => store.get(key) ?? null,
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
    findKey: async (hash) => (hash === sha256(STORED_KEY) ? { role: "moderator" } : null),
  };
});

const cookieOf = (token: string) => ({ cookie: `ttlc_session=${token}` });

describe("identify", () => {
  it.each([
    ["the admin key", { "x-api-key": ADMIN_KEY }, "admin"],
    ["the admin key as a bearer token", { authorization: `Bearer ${ADMIN_KEY.replaceAll(" ", "")}` }, "admin"],
    ["a key of storage", { "x-api-key": STORED_KEY }, "moderator"],
  ])("knows %s", async (_, headers, role) => {
    const known = { ...registry, adminKey: "authorization" in headers ? ADMIN_KEY.replaceAll(" ", "") : ADMIN_KEY };
    expect(await identify(known, headers)).toEqual({ role, by: "key", channelIds: [], expiresAt: null });
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
    const { token } = await logIn(registry, { code: CODE });
    expect(await isStillValid(registry, cookieOf(token))).toBe(true);
    await logOut(registry, cookieOf(token));
    expect(await isStillValid(registry, cookieOf(token))).toBe(false);
  });
});

it("cannot tell whether somebody is still valid while Redis is away", async () => {
  const away = { ...registry.redis, getex: () => Promise.reject(new Error("Connection is closed.")) };
  const { token } = await logIn(registry, { code: CODE });
  await expect(isStillValid({ ...registry, redis: away as never }, cookieOf(token))).rejects.toThrow("closed");
});

describe("refuseForgery", () => {
  const byCookie: Principal = { role: "admin", by: "cookie", channelIds: [], expiresAt: null };
  const byKey: Principal = { role: "admin", by: "key", channelIds: [], expiresAt: null };
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
