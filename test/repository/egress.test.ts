import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/**
 * What opens a connection, or a way to one. Addresses that people give us are reached through lib/egress alone, which
 * looks where they lead.
 */
const ways = [
  /\bfetch\s*\(/,
  /globalThis\.fetch|\bfetch\.(call|apply|bind)\b|[=:(,]\s*fetch\s*[;,)}]/,
  /\bimport\s+(?!type\b)[^;]*?from\s*"node:(http|https|http2|net|tls|dgram)"/,
  /\b(import|require)\s*\(\s*"(node:)?(https?|http2|net|tls|dgram|undici|ws|got|axios)"/,
  /from\s*"(https?|http2|net|tls|undici|ws|got|axios|node-fetch|superagent|ky|eventsource|socket\.io-client)"/,
  /\bnew\s+(WebSocket|EventSource|XMLHttpRequest)\b/,
];

/** Those that do not speak to addresses that people give us: TikTok and Euler, our own listeners, our own servers. */
const exceptions = [
  "lib/egress/addresses.ts", // BlockList and isIP: it opens nothing
  "lib/egress/allow-list.ts",
  "lib/egress/egress.ts",
  "lib/egress/target.ts",
  "lib/servers/ports.ts",
  "services/gateway/client.ts",
  "services/gateway/feed-socket.ts",
  "services/gateway/http.ts",
  "services/gateway/scrape.ts",
  "services/gateway/websocket.ts",
  "services/ingest/providers/euler.ts",
];

it("nothing reaches the outside but through lib/egress", () => {
  const files = globSync(["services/**/*.ts", "lib/**/*.ts", "mixins/**/*.ts"]).filter(
    (file) => !file.endsWith(".test.ts"),
  );
  const found = files.filter((file) => ways.some((way) => way.test(code(readFileSync(file, "utf8")))));
  expect(found.sort()).toEqual(exceptions);
});

it.each([
  "await fetch(url)",
  "const get = globalThis.fetch;",
  "call({ send: fetch })",
  'import { request } from "node:https";',
  'import https from "node:https";',
  'import {\n  type IncomingMessage,\n  request,\n} from "node:http";',
  'const { request } = await import("node:http");',
  'import { Pool } from "undici";',
  "new WebSocket(url)",
])("it would see %j", (text) => {
  expect(ways.some((way) => way.test(code(text)))).toBe(true);
});

/** Without comments and imports of types, which are gone when it runs. */
function code(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/import\s*\{([^}]*)\}/g, (whole, names: string) =>
      names.split(",").every((name) => !name.trim() || /^\s*type\s/.test(name)) ? "import type {}" : whole,
    );
}
