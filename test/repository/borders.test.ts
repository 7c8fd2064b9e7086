import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Each line is a file that crosses a border, or may. */
const forbidden: [file: string, imported: string][] = [
  ["contracts/a.ts", "../lib/json.ts"],
  ["contracts/b.ts", "ajv"],
  ["services/ingest/a.ts", "tiktok-live-connector"],
  ["services/ingest/b.ts", "../normalizer/normalize.ts"],
  ["services/ingest/providers/a.ts", "../../storage/history.ts"],
  ["services/gateway/a.ts", "ioredis"],
  ["services/gateway/b.ts", "@databases/pg"],
  ["services/storage/a.ts", "ioredis"],
  ["services/forwarder/b.ts", "../storage/feed.ts"],
  ["lib/a.ts", "../services/storage/history.ts"],
  ["lib/b.ts", "ioredis"],
  ["mixins/a.ts", "../services/ingest/session.ts"],
  ["web/src/a.ts", "../../services/gateway/routes.ts"],
  ["web/src/b.ts", "../../mixins/streams.mixin.ts"],
  ["web/src/c.ts", "ioredis"],
];
const allowed: [file: string, imported: string][] = [
  ["contracts/c.ts", "./room.ts"],
  ["contracts/d.ts", "json-schema-to-ts"],
  ["services/ingest/c.ts", "../../lib/json.ts"],
  ["services/ingest/providers/b.ts", "../session.ts"],
  ["services/ingest/providers/c.ts", "tiktok-live-connector"],
  ["services/storage/b.ts", "@databases/pg"],
  ["services/forwarder/a.ts", "@databases/pg"],
  ["mixins/b.ts", "ioredis"],
  ["lib/servers/a.ts", "ioredis"],
  ["web/src/d.ts", "../../contracts/room.ts"],
  ["simulator/a.ts", "tiktok-live-proto"],
  ["test/integration/a.test.ts", "../../services/storage/history.ts"],
];

describe("the borders of STYLE section 1", () => {
  const root = mkdtempSync(join(tmpdir(), "ttlc-borders-"));
  let refused: Set<string>;

  beforeAll(() => {
    copyFileSync("biome.json", join(root, "biome.json"));
    for (const [file, imported] of [...forbidden, ...allowed]) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), `import "${imported}";\n`);
    }
    const args = ["lint", "--vcs-enabled=false", "--reporter=json"];
    const { stdout } = spawnSync(resolve("node_modules/.bin/biome"), args, { encoding: "utf8", cwd: root });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { category: string; location: { path: string } }[];
    };
    const crossed = diagnostics.filter(({ category }) => category === "lint/style/noRestrictedImports");
    refused = new Set(crossed.map(({ location }) => location.path));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(forbidden)("%s must not import %s", (file) => {
    expect(refused).toContain(file);
  });

  it.each(allowed)("%s may import %s", (file) => {
    expect(refused).not.toContain(file);
  });
});

it("no component renders text as HTML", () => {
  const unsafe = globSync("web/**/*.svelte", { exclude: ["**/node_modules/**"] }).filter((file) =>
    readFileSync(file, "utf8").includes("{@html"),
  );
  expect(unsafe).toEqual([]);
});
