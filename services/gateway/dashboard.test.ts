import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dashboardFile } from "./dashboard.ts";

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ttlc-dashboard-"));
  folder = join(root, "dist");
  await mkdir(join(folder, "assets"), { recursive: true });
  await mkdir(join(folder, ".vite"));
  await writeFile(join(root, "secret.json"), "secret");
  await writeFile(join(folder, "index.html"), "<title>ttlc</title>");
  await writeFile(join(folder, "theme.js"), "theme");
  await writeFile(join(folder, "assets", "index-_aB3.x9-.js"), "script");
  await writeFile(join(folder, ".vite", "manifest.json"), "secret");
});

afterAll(() => rm(root, { recursive: true }));

it.each([
  ["assets/index-_aB3.x9-.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
  ["theme.js", "text/javascript; charset=utf-8", "no-cache"],
  ["", "text/html; charset=utf-8", "no-cache"],
  ["index.html", "text/html; charset=utf-8", "no-cache"],
  ["live/7301234567890", "text/html; charset=utf-8", "no-cache"],
  ["users/zoë.k", "text/html; charset=utf-8", "no-cache"],
])("serves %j as %s, %s", async (path, type, caching) => {
  const { status, headers } = await dashboardFile(folder, path);
  expect({ status, type: headers["content-type"], caching: headers["cache-control"] }).toEqual({
    status: 200,
    type,
    caching,
  });
});

describe("does not serve", () => {
  it.each([
    "assets/gone.js",
    "assets/gone",
    "gone.css",
    "../secret.json",
    "..",
    "../dist/index.html",
    "assets/../../secret.json",
    "/../secret.json",
    "..\\secret.json",
    ".vite/manifest.json",
    "./index.html",
    "index.html\0.js",
    "live/../../secret",
  ])("%j", async (path) => {
    await expect(dashboardFile(folder, path)).rejects.toMatchObject({ code: 404, type: "NOT_FOUND" });
  });
});

it("tells a browser that it has the newest page already", async () => {
  const { headers } = await dashboardFile(folder, "");
  expect(await dashboardFile(folder, "", headers.etag)).toMatchObject({ status: 304, body: "" });
});

it("says how to build the dashboard when it is missing", async () => {
  const { status, body } = await dashboardFile(join(root, "nowhere"), "");
  expect(status).toBe(503);
  expect(body).toContain("npm run build");
});
