import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NameServer, startNameServer } from "../../test/support/name-server.ts";
import { parseAllowList } from "./allow-list.ts";
import { Egress } from "./egress.ts";
import { type Resolve, resolver } from "./names.ts";

const V6 = "2606:2800:220:1:248:1893:25c8:1946";
let names: NameServer;
let resolve: Resolve;

beforeAll(async () => {
  names = await startNameServer({
    "good.example.net": ["93.184.216.34", "93.184.216.35"],
    "two.example.net": ["93.184.216.34", V6],
    "v6.example.net": [V6],
    "half.example.net": ["93.184.216.34", "fd00:0:0:0:0:0:0:7"],
    "empty.example.net": [],
  });
  resolve = resolver([names.address]);
});
afterAll(() => names.stop());

const how = { isListed: false, signal: new AbortController().signal };

describe("a name that somebody gives us", () => {
  it.each([
    ["good.example.net", ["93.184.216.34", "93.184.216.35"]],
    ["two.example.net", ["93.184.216.34", V6]],
    ["v6.example.net", [V6]],
  ])("%s has all its addresses", async (host, addresses) => {
    expect(await resolve(host, how)).toEqual(addresses);
  });

  it("is none without an address", async () => {
    await expect(resolve("empty.example.net", how)).rejects.toMatchObject({ code: "ENODATA" });
  });

  it("is refused for one of them", async () => {
    const egress = new Egress({ allow: parseAllowList(), resolve });
    await expect(egress.check("https://half.example.net/")).rejects.toMatchObject({ type: "EGRESS_REFUSED" });
  });

  it("is asked for no longer than somebody waits", async () => {
    const abort = new AbortController();
    const asking = resolve("nobody.example.net", { isListed: false, signal: abort.signal });
    abort.abort();
    await expect(asking).rejects.toMatchObject({ code: "ECANCELLED" });
  });

  it("is not looked for in the machine's hosts file", async () => {
    const asking = resolve("localhost", { isListed: false, signal: AbortSignal.timeout(20) });
    await expect(asking).rejects.toMatchObject({ code: "ECANCELLED" });
    expect(names.asked).toContain("localhost");
  });
});

describe("a name of EGRESS_ALLOW", () => {
  it("is resolved as the machine does it, also while nobody answers for many others", async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const allow = parseAllowList(`localhost:${port}`);
    const egress = new Egress({ allow, resolve });
    const abort = new AbortController();
    const dead = Array.from({ length: 8 }, (_, i) =>
      resolve(`dead${i}.example.net`, { isListed: false, signal: abort.signal }).catch(({ code }) => code),
    );
    expect(await egress.send({ url: `http://localhost:${port}/` })).toMatchObject({ status: 200 });
    abort.abort();
    expect(new Set(await Promise.all(dead))).toEqual(new Set(["ECANCELLED"]));
    server.close();
  });

  it("is looked up once, whoever waits for it", async () => {
    const listed = { ...how, isListed: true };
    const first = resolve("localhost", listed);
    expect(resolve("localhost", listed)).toBe(first);
    expect(await first).toContain("127.0.0.1");
    expect(resolve("localhost", listed)).not.toBe(first);
  });
});
