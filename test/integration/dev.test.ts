import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withDatabase } from "../support/database.ts";
import { startTestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

it("npm run dev without a terminal runs without a REPL, and stops on SIGTERM", async () => {
  const redis = await startTestRedis();
  const dir = mkdtempSync(join(tmpdir(), "ttlc-dev-"));
  let output = "";
  await withDatabase(async (url) => {
    const dev = spawn("node_modules/.bin/node", ["bin/dev.ts"], {
      env: { REDIS_URL: redis.url, DATABASE_URL: url, TTLC_SERVICES: "normalizer", TTLC_DATA_DIR: dir },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [dev.stdout, dev.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const exited = once(dev, "exit");
    await waitFor(() => expect(output).toContain("services follow their sources"));
    dev.kill("SIGTERM");
    expect([await exited, output.includes("ttlc $")]).toEqual([[0, null], false]);
  });
  await redis.stop();
  rmSync(dir, { recursive: true });
});
