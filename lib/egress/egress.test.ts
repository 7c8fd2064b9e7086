import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcp, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drip, flood } from "../../test/support/receiver.ts";
import { parseAllowList } from "./allow-list.ts";
import { Egress, type EgressLimits } from "./egress.ts";

/** On loopback; whatever is asked of it is counted. */
let server: Server;
let port: number;
let answer: RequestListener;
let hits = 0;

beforeEach(async () => {
  hits = 0;
  answer = (_, response) => response.end("well");
  server = createServer((request, response) => {
    hits++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const allowed = (limits: Partial<EgressLimits> = {}) =>
  new Egress({ allow: parseAllowList(`127.0.0.1:${port}`), limits });
const here = (path = "/") => `http://127.0.0.1:${port}${path}`;

describe("what it sends", () => {
  it("is what was asked, under headers that nobody else decides", async () => {
    const seen: unknown[] = [];
    answer = (request, response) => {
      const { headers, method, url } = request;
      request.on("data", (body) => seen.push({ method, url, body: String(body), headers }));
      request.on("end", () => response.end("well"));
    };
    const headers = { Host: "elsewhere", "transfer-encoding": "chunked", "webhook-id": "msg_1" };
    const reply = await allowed().send({ url: here("/hook?a=1"), headers, body: "{}" });
    expect(reply).toMatchObject({ status: 200, body: Buffer.from("well") });
    expect(seen).toEqual([
      {
        method: "POST",
        url: "/hook?a=1",
        body: "{}",
        headers: {
          "accept-encoding": "identity",
          connection: "close",
          "content-length": "2",
          host: `127.0.0.1:${port}`,
          "webhook-id": "msg_1",
        },
      },
    ]);
  });

  it.each([300, 301, 302, 303, 307, 308])("follows no redirect: %i (W11)", async (status) => {
    for (const location of [here("/else"), "http://127.0.0.1:6379/", "//localhost/", "file:///etc/passwd"]) {
      answer = (_, response) => response.writeHead(status, { location }).end();
      expect(await allowed().send({ url: here() })).toMatchObject({ status });
    }
    expect(hits).toBe(4);
  });

  it("goes over a connection of its own, which was checked when it was made (W24)", async () => {
    const ports = new Set<number | undefined>();
    answer = ({ socket }, response) => {
      ports.add(socket.remotePort);
      response.setHeader("connection", "keep-alive").end("well");
    };
    const egress = allowed();
    for (let i = 0; i < 3; i++) await egress.send({ url: here() });
    expect(ports.size).toBe(3);
  });

  it("goes where the name led when it was checked, whatever it leads to a moment later", async () => {
    const answers = [["127.0.0.1"], ["10.0.0.5"]];
    const egress = new Egress({
      allow: parseAllowList(`moving.example.net:${port}`),
      resolve: async () => answers.shift() ?? [],
    });
    expect(await egress.send({ url: `http://moving.example.net:${port}/` })).toMatchObject({ status: 200 });
    expect(answers).toHaveLength(1);
  });

  describe("is nothing when it leads to this machine, however that is written, at a port that would do", () => {
    const plain = [
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "①②⑦.0.0.1",
      "0.0.0.0",
      "127.255.255.254",
    ];
    const v6 = ["::1", "::ffff:127.0.0.1", "::", "::127.0.0.1"];
    const hosts = [...plain, ...v6.map((address) => `[${address}]`)];
    const led = ["127.0.0.1", "0.0.0.0", "127.255.255.254", ...v6];
    it.each<[string, string, string]>([
      ...hosts.map((host): [string, string, string] => [host, "93.184.216.34", "no public address"]),
      ...led.map((address): [string, string, string] => ["name.example.net", address, "is not public"]),
      ["localhost", "127.0.0.1", "its name has no dot"],
      ["localhost.", "127.0.0.1", "its name ends in a dot"],
      ["a.localhost", "127.0.0.1", "one of private networks"],
      ["name.example.net@127.0.0.1", "93.184.216.34", "a user name"],
    ])("%s, resolved to %s", async (host, address, why) => {
      const egress = new Egress({ allow: parseAllowList("http:"), resolve: async () => [address] });
      for (const url of [`http://${host}/`, `https://${host}/`, `https://${host}:8443/`]) {
        const refused = { type: "EGRESS_REFUSED", data: { why: expect.stringContaining(why) } };
        await expect(egress.send({ url }), url).rejects.toMatchObject(refused);
      }
    });
  });

  it("does not say where a name led, but in the log", async () => {
    const logged: object[] = [];
    const logger = { info: (...line: [object, string]) => void logged.push(line[0]) };
    const egress = new Egress({ allow: parseAllowList(), resolve: async () => ["10.1.2.3"], logger });
    const why = "its name leads to an address that is not public";
    const message = `Nothing is sent to this address: ${why}.`;
    await expect(egress.check("https://db.example.net/")).rejects.toMatchObject({ message, data: { why } });
    expect(logged).toEqual([{ host: "db.example.net", ledTo: "10.1.2.3" }]);
  });

  it("asks for no compression, and what is compressed all the same is taken as it came", async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    answer = ({ headers }, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "x-asked": headers["accept-encoding"] }).end(bomb);
    };
    const { headers, body, cut } = await allowed().send({ url: here(), headers: { "accept-encoding": "gzip" } });
    expect({ asked: headers["x-asked"], cut, isAsItCame: body.equals(bomb) }).toEqual({
      asked: "identity",
      cut: null,
      isAsItCame: true,
    });
  });

  it("is refused when the name has become private since it was saved (W22)", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    const egress = new Egress({ allow: parseAllowList("http:"), resolve: async () => answers.shift() ?? [] });
    await egress.check("http://moving.example.net/");
    await expect(egress.send({ url: "http://moving.example.net/" })).rejects.toMatchObject({ type: "EGRESS_REFUSED" });
  });
});

describe("an answer that is none", () => {
  it.each<[string, string, Partial<EgressLimits>, RequestListener]>([
    ["that never begins", "timeout", { headersMs: 40 }, () => {}],
    [
      "with a huge head (W21)",
      "headers_too_large",
      {},
      (_, response) => response.setHeader("a", "a".repeat(20_000)).end(),
    ],
    ["with too many headers (W21)", "headers_too_large", {}, (_, response) => manyCookies(response).end()],
    ["of a closed connection", "connect", {}, (request) => request.destroy()],
  ])("%s fails: %s", async (_, fault, limits, listener) => {
    answer = listener;
    await expect(allowed(limits).send({ url: here(), body: "{}" })).rejects.toMatchObject({
      type: "EGRESS_FAILED",
      fault,
    });
  });

  it("in another protocol fails, also when it never ends", async () => {
    const open: Socket[] = [];
    const other = createTcp((socket) => {
      open.push(socket.on("error", () => {}));
      socket.write("SSH-2.0-OpenSSH\r\n");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const url = `http://localhost:${(other.address() as AddressInfo).port}/`;
    const egress = new Egress({ allow: parseAllowList(new URL(url).host), resolve: async () => ["127.0.0.1"] });
    await expect(egress.send({ url })).rejects.toMatchObject({ fault: "bad_reply" });
    await expect(egress.send({ url: url.replace("http:", "https:") })).rejects.toMatchObject({ type: "EGRESS_FAILED" });
    for (const socket of open) socket.destroy();
    other.close();
  });

  it("is one nobody gives", async () => {
    const { url, egress } = { url: here(), egress: allowed() };
    await new Promise((resolve) => server.close(resolve));
    await expect(egress.send({ url })).rejects.toMatchObject({
      fault: "connect",
      message: "no connection: ECONNREFUSED",
    });
  });

  it("is not waited for once it is given up, nor when the name takes too long", async () => {
    answer = () => abort.abort();
    const abort = new AbortController();
    await expect(allowed().send({ url: here(), signal: abort.signal })).rejects.toMatchObject({ fault: "timeout" });
    const resolve = () => new Promise<string[]>(() => {});
    const egress = new Egress({ allow: parseAllowList("http:"), resolve, limits: { connectMs: 20 } });
    await expect(egress.send({ url: "http://slow.example.net/" })).rejects.toMatchObject({ fault: "timeout" });
    await expect(egress.check("http://slow.example.net/")).rejects.toMatchObject({ type: "EGRESS_REFUSED" });
  });
});

describe("an answer of which the rest is not awaited", () => {
  it.each<[string, string, Partial<EgressLimits>, RequestListener]>([
    ["that hangs after its head (W12)", "timeout", { totalMs: 500 }, (_, response) => response.flushHeaders()],
    ["that drips", "timeout", { totalMs: 500 }, (_, response) => drip(response)],
    ["of more than it may be (W14)", "reply_too_large", { maxReplyBytes: 1_000 }, (_, response) => flood(response)],
    ["cut off", "connect", {}, (_, response) => response.setHeader("content-length", 9).end("x").destroy()],
    ["that goes on as no HTTP", "connect", {}, ({ socket }) => socket.end(`${chunkedHead}no chunk\r\n`)],
  ])("%s is one all the same: %s", async (_, fault, limits, listener) => {
    const closed = new Promise((resolve) => server.once("connection", (socket) => socket.once("close", resolve)));
    answer = (request, response) => listener(request, response.setHeader("retry-after", "7"));
    const { status, headers, body, cut } = await allowed(limits).send({ url: here(), body: "{}" });
    expect({ status, headers, cut }).toMatchObject({ status: 200, headers: { "retry-after": "7" }, cut: { fault } });
    expect(body.length).toBeLessThanOrEqual(limits.maxReplyBytes ?? 64 * 1024);
    await closed;
  });

  it("is whole up to the limit", async () => {
    answer = (_, response) => response.end("x".repeat(64 * 1024));
    expect(await allowed().send({ url: here() })).toMatchObject({ body: { length: 64 * 1024 }, cut: null });
  });
});

const chunkedHead = "HTTP/1.1 200 OK\r\nretry-after: 7\r\ntransfer-encoding: chunked\r\n\r\n";

function manyCookies<Response extends { setHeader(name: string, values: string[]): unknown }>(
  response: Response,
): Response {
  response.setHeader(
    "set-cookie",
    Array.from({ length: 100 }, (_, i) => `a${i}=b`),
  );
  return response;
}
