import { describe, expect, it } from "vitest";
import { shared } from "../../test/support/shared-data.ts";
import { isAllowList, parseAllowList } from "./allow-list.ts";
import { targetOf } from "./target.ts";

/** What names lead to; others do not exist. */
const names: Record<string, string[]> = {
  "good.example.net": ["93.184.216.34"],
  "two.example.net": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
  "xn--exmple-cua.good.example.net": ["93.184.216.34"],
  "private.example.net": ["10.0.0.5"],
  "half.example.net": ["93.184.216.34", "127.0.0.1"],
  "mapped.example.net": ["::ffff:10.0.0.5"],
  "metadata.example.net": ["169.254.169.254"],
  "zone.example.net": ["fe80::1%eth0"],
  "odd.example.net": ["not an address"],
  "empty.example.net": [],
  "127.0.0.1.nip.io": ["127.0.0.1"],
  "hooks.internal": ["10.1.2.3"],
  localhost: ["127.0.0.1", "::1"],
};

const resolve = async (host: string): Promise<string[]> => {
  const found = names[host];
  if (!found) throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
  return found;
};
const judge = (url: string, allow = "") =>
  targetOf(url, parseAllowList(allow), resolve).then(
    ({ addresses }) => addresses.join(),
    (error: Error & { type?: string }) => error.type ?? "DNS",
  );

describe("where nothing is ever sent", () => {
  const hosts = [
    ...[
      "127.0.0.1",
      "127.1",
      "127.0.1",
      "2130706433",
      "0x7f000001",
      "017700000001",
      "0x7f.1",
      "0177.0.0.1",
      "127.0.0.01",
    ],
    ...["0", "0.0.0.0", "10.0.0.5", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "3232235777"],
    ...["169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.43518", "0251.0376.0251.0376", "100.100.100.200"],
    ...["100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255"],
    ...["198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16"],
    ...[
      "[::]",
      "[::1]",
      "[0:0:0:0:0:0:0:1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::ffff:8.8.8.8]",
      "[::127.0.0.1]",
    ],
    ...[
      "[::ffff:0:127.0.0.1]",
      "[64:ff9b::7f00:1]",
      "[64:ff9b:1::a9fe:a9fe]",
      "[2002:7f00:1::]",
      "[2001::1]",
      "[2001:2::1]",
    ],
    ...[
      "[2001:10::1]",
      "[2001:20::1]",
      "[2001:db8::1]",
      "[3fff::1]",
      "[3fff:fff::1]",
      "[5f00::1]",
      "[fc00::1]",
      "[fd12::1]",
    ],
    ...["[fe80::1]", "[fe90::1]", "[fec0::1]", "[ff02::1]", "[100::1]", "[4000::1]", "[1fff::1]", "[2620:4f:8000::1]"],
    ...[
      "localhost",
      "localhost.",
      "LOCALHOST",
      "ip6-localhost",
      "good.example.net.",
      "db",
      "postgres.internal",
      "a.local",
    ],
    ...[
      "x.localhost",
      "router.lan",
      "printer.home",
      "1.0.0.127.in-addr.arpa",
      "hidden.onion",
      "nobody.invalid",
      "a.test",
    ],
    ...["①②⑦.0.0.1", "１２７.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "127。0。0。1", "127%2e0%2e0%2e1", "127.0.0.1%00.example.com"],
    ...["private.example.net", "half.example.net", "mapped.example.net", "metadata.example.net", "zone.example.net"],
    ...["odd.example.net", "empty.example.net", "127.0.0.1.nip.io"],
  ];
  it.each(hosts)("https://%s/", async (host) => {
    expect(await judge(`https://${host}/`)).toBe("EGRESS_REFUSED");
    expect(await judge(`http://${host}/`, "http:")).toBe("EGRESS_REFUSED");
  });

  it.each([
    ...["", "good.example.net", "//good.example.net/", "https:/", "https://", "https://good.example.net:99999/"],
    ...["http://good.example.net/", "ftp://good.example.net/", "file:///etc/passwd", "javascript:alert(1)", "data:,a"],
    ...[
      "redis://good.example.net/",
      "gopher://good.example.net:70/",
      "ws://good.example.net/",
      "wss://good.example.net/",
    ],
    ...[
      "https://good.example.net:6379/",
      "https://good.example.net:22/",
      "https://good.example.net:0/",
      "https://93.184.216.34:5432/",
    ],
    ...["https://good.example.net:80/", "https://user@good.example.net/", `https://user:${"pass"}@good.example.net/`],
    ...[
      "https://@good.example.net/",
      "https://:@good.example.net/",
      "https://good.example.net@127.0.0.1/",
      "https:///127.0.0.1/",
    ],
    ...[
      "https://good.example.net\\@127.0.0.1/",
      "https:\\\\good.example.net\\",
      "https://good.example.net\t/",
      "ht\ntps://good.example.net/",
    ],
    ...[
      " https://good.example.net/",
      "https://good.example.net/\u0000",
      "https://good.example.net/a b",
      "https://good.example.net/\u007f",
    ],
    `https://good.example.net/${"a".repeat(2_048)}`,
  ])("%j", async (url) => {
    expect(await judge(url)).toBe("EGRESS_REFUSED");
  });
});

describe("where something may be sent", () => {
  it.each([
    ["https://good.example.net/hook?a=b", "93.184.216.34"],
    ["https://good.example.net#@127.0.0.1/", "93.184.216.34"],
    ["https://good.example.net/?to=user@127.0.0.1", "93.184.216.34"],
    ["https://GOOD.example.net:8443/", "93.184.216.34"],
    ["https://exämple.good.example.net/", "93.184.216.34"],
    ["https://two.example.net/", "93.184.216.34,2606:2800:220:1:248:1893:25c8:1946"],
    ["https://93.184.216.34/", "93.184.216.34"],
    ["https://8.8.8.8/", "8.8.8.8"],
    ["https://172.15.0.1/", "172.15.0.1"],
    ["https://172.32.0.1/", "172.32.0.1"],
    ["https://100.128.0.1/", "100.128.0.1"],
    ["https://[2606:2800:220:1:248:1893:25c8:1946]/", "2606:2800:220:1:248:1893:25c8:1946"],
    ["https://[2001:4860:4860::8888]/", "2001:4860:4860::8888"],
  ])("%s", async (url, addresses) => {
    expect(await judge(url)).toBe(addresses);
  });

  it("a name that does not exist is not refused: it may exist a moment later", async () => {
    expect(await judge("https://nobody.example.net/")).toBe("DNS");
  });
});

describe("what EGRESS_ALLOW opens", () => {
  it.each([
    ["http://good.example.net/", "http:", "93.184.216.34"],
    ["http://good.example.net:8080/", "http:", "EGRESS_REFUSED"],
    ["http://127.0.0.1/", "http:", "EGRESS_REFUSED"],
    ["http://hooks.internal/a", "hooks.internal", "10.1.2.3"],
    ["https://hooks.internal:8443/a", "Hooks.Internal", "10.1.2.3"],
    ["http://hooks.internal:9000/a", "hooks.internal", "EGRESS_REFUSED"],
    ["http://hooks.internal:9000/a", "hooks.internal:9000", "10.1.2.3"],
    ["http://hooks.internal:9000/a", "other.internal:9000,10.0.0.0/8:9000", "EGRESS_REFUSED"],
    ["http://user@hooks.internal/", "hooks.internal", "EGRESS_REFUSED"],
    ["ftp://hooks.internal/", "hooks.internal", "EGRESS_REFUSED"],
    ["http://127.0.0.1:9000/", "127.0.0.1:9000", "127.0.0.1"],
    ["http://2130706433:9000/", "127.0.0.1:9000", "127.0.0.1"],
    ["http://127.0.0.2:9000/", "127.0.0.1:9000", "EGRESS_REFUSED"],
    ["http://localhost:9000/", "127.0.0.1:9000", "EGRESS_REFUSED"],
    ["http://localhost:9000/", " localhost:9000 ,", "127.0.0.1,::1"],
    ["https://10.20.30.40/", "10.0.0.0/8", "10.20.30.40"],
    ["https://11.20.30.40/", "10.0.0.0/8", "11.20.30.40"],
    ["https://172.16.0.1/", "10.0.0.0/8", "EGRESS_REFUSED"],
    ["https://private.example.net/", "10.0.0.0/8", "10.0.0.5"],
    ["https://half.example.net/", "10.0.0.0/8", "EGRESS_REFUSED"],
    ["http://[::1]:9000/", "[::1]:9000", "::1"],
    ["https://[fd00::7]/", "fd00::/8", "fd00::7"],
    ["https://[fe80::7]/", "fd00::/8", "EGRESS_REFUSED"],
  ])("%s with %j", async (url, allow, verdict) => {
    expect(await judge(url, allow)).toBe(verdict);
  });

  it.each([
    "*",
    "http://a.example",
    "10.0.0.0/33",
    "10.0.0.0/x",
    "10.0.0",
    "a:b",
    "a:0",
    "a:70000",
    "[::1",
    "::1/129",
    "a/8",
  ])("%j is understood by nobody", (text) => expect(isAllowList(text)).toBe(false));
});

const { dns, rows } = shared<Inputs>("ssrf_inputs.json") ?? { dns: {}, rows: [] };

interface Inputs {
  dns: Record<string, string[]>;
  rows: { input: string; class: string; expect: string }[];
}

describe.skipIf(rows.length === 0)("the inputs of the security review", () => {
  it.each(rows)("$input ($class): $expect", async (row) => {
    const look = async (host: string) => dns[host] ?? Promise.reject(new Error("not found"));
    const verdict = targetOf(row.input, parseAllowList("http:"), look);
    if (row.expect === "allow") expect((await verdict).addresses).not.toContain("127.0.0.1");
    else await expect(verdict).rejects.toMatchObject({ type: "EGRESS_REFUSED" });
  });
});
