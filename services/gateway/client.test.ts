import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { NOBODY } from "./auth.ts";
import { type Caller, callerOf, clientOf, networkOf } from "./client.ts";

const from = (headers: Record<string, string>, hops: number, socket: object = { remoteAddress: "10.0.0.1" }) =>
  clientOf({ headers, socket } as unknown as IncomingMessage, hops);

describe("the address of a client", () => {
  it.each([
    ["is its peer's, whatever it says itself", "6.6.6.6", 0, "10.0.0.1"],
    ["is what our proxy heard", "6.6.6.6, 8.8.8.8", 1, "8.8.8.8"],
    ["is what the first of our proxies heard", "6.6.6.6, 8.8.8.8, 10.0.0.2", 2, "8.8.8.8"],
    ["is the first one when a proxy was passed by", "8.8.8.8", 3, "8.8.8.8"],
    ["is the proxy's when that says nothing", "", 1, "10.0.0.1"],
    ["is the proxy's when that says nonsense", "unknown", 1, "10.0.0.1"],
    ["comes without a port", "8.8.8.8:4711", 1, "8.8.8.8"],
    ["comes without a port, also of IPv6", "[2001:db8::1]:4711", 1, "2001:db8::1"],
    ["may be IPv6", "2001:db8::1", 1, "2001:db8::1"],
    ["is IPv4 where that is mapped", "::ffff:8.8.8.8", 1, "8.8.8.8"],
  ])("%s", (_, forwarded, hops, address) => {
    expect(from({ "x-forwarded-for": forwarded }, hops).address).toBe(address);
  });

  it("is IPv4 on a socket that takes both", () => {
    expect(from({}, 0, { remoteAddress: "::ffff:127.0.0.1" }).address).toBe("127.0.0.1");
  });
});

describe("TLS", () => {
  it.each([
    [{}, 0, { encrypted: true }, true],
    [{ "x-forwarded-proto": "https" }, 0, {}, false],
    [{ "x-forwarded-proto": "https" }, 1, {}, true],
    [{ "x-forwarded-proto": "http" }, 1, {}, false],
    [{ "x-forwarded-proto": "https, http" }, 1, {}, false],
    [{ "x-forwarded-proto": "https, http" }, 2, {}, true],
    [{}, 1, {}, false],
  ])("of %j behind %i proxies on %j: %s", (headers, hops, socket, overTls) => {
    expect(from(headers as Record<string, string>, hops, socket).overTls).toBe(overTls);
  });
});

it.each([
  ["8.8.8.8", "8.8.8.8"],
  ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
  ["2001:0DB8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe("who is counted as one", () => {
  const client = { address: "8.8.8.8", overTls: false };
  const key: Caller = { id: "k1", name: "a key", role: "ops", by: "key" };
  const link: Caller = { id: null, name: "login link", role: "admin", by: "cookie" };
  const admin: Caller = { id: null, name: "TTLC_ADMIN_KEY", role: "admin", by: "key" };
  const caller = (who: Caller, headers: Record<string, string> = {}) => callerOf({ headers, client }, who);

  it("shares a key: by its secret, those before and after, sessions and tickets of it", () => {
    const one = caller(key, { "x-api-key": "ttlc_secret" });
    expect(caller(key, { authorization: "Bearer ttlc_rotated" })).toBe(one);
    expect(caller({ ...key, by: "cookie" }, { cookie: "ttlc_session=a" })).toBe(one);
    expect(caller({ ...key, by: "cookie" }, { cookie: "ttlc_session=b" })).toBe(one);
    expect(caller({ ...key, by: "ticket" }, { "x-api-key": "anything" })).toBe(one);
    expect(caller({ ...key, id: "k2" })).not.toBe(one);
  });

  it("shares a network where there is no secret, or one that opened nothing", () => {
    expect(caller({ ...NOBODY }, { "x-api-key": "ttlc_secret" })).toBe("8.8.8.8");
  });

  it("shares the session that a login link began, which is not told", () => {
    const one = caller(link, { cookie: "ttlc_session=a", "x-api-key": "anything" });
    expect(one).toBe(caller(link, { cookie: "ttlc_session=a" }));
    expect(one).not.toBe(caller(link, { cookie: "ttlc_session=b" }));
    expect(one).not.toContain("ttlc");
  });

  it.each(["key", "cookie", "ticket"] as const)(
    "is the admin by %s, without a trace of a key that can be guessed",
    (by) => {
      expect(caller({ ...admin, by }, { "x-api-key": "ttlc_secret", cookie: "ttlc_session=a" })).toBe("admin");
    },
  );
});
