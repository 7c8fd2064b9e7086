import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Page, ServedEvent, StreamItem } from "../../contracts/api.ts";
import { createDatabase } from "../support/database.ts";
import { curlExamples, type Example } from "../support/examples.ts";
import { startTestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl && process.env.CI === "true") throw new Error("curl is not installed: docs/api.md cannot be tested");
if (!hasCurl) console.info("api-examples: skipped, there is no curl on PATH");

/** An answer that takes longer is none. */
const PATIENCE_MS = 10_000;
/** curl's own settings: quiet but for errors, a failure for 4xx and 5xx, and the status on stderr. */
const curlrc = 'silent\nshow-error\nfail-with-body\nwrite-out = "%{stderr}status %{http_code}\\n"\n';

/** What the variables of the document stand for, from a room that is followed. */
async function variables(ttlc: Ttlc): Promise<Record<string, string>> {
  const [stream] = (await ttlc.get<Page<StreamItem>>("/streams")).items;
  const session = stream?.room?.sessionId;
  const events = await ttlc.get<Page<ServedEvent>>(`/sessions/${session}/events`);
  const chat = events.items.find(({ eventType, user }) => eventType === "CHAT" && user);
  const found = {
    URL: ttlc.url,
    KEY: ttlc.key,
    STREAM: stream?.streamId,
    SESSION: session,
    USER_ID: chat?.user?.userId,
    CHANNEL: stream?.room?.channelId,
  };
  for (const [name, value] of Object.entries(found)) if (!value) throw new Error(`There is no $${name} yet.`);
  return found as Record<string, string>;
}

/** Runs it as a shell would. What does not end by itself, `curl -N`, is cut off after its first frame. */
async function run({ command }: Example, env: Record<string, string>): Promise<{ output: string; status: string }> {
  const child = spawn("bash", ["-c", `set -o pipefail; ${command}`], {
    detached: true,
    env: { PATH: process.env.PATH, ...env },
    timeout: PATIENCE_MS,
  });
  let output = "";
  let told = "";
  const endless = /\s(-N|--no-buffer)\b/.test(command);
  const stop = () => process.kill(-(child.pid as number), "SIGTERM");
  child.stderr.on("data", (text) => {
    told += text;
  });
  child.stdout.on("data", (text) => {
    output += text;
    if (endless && output.includes("\ndata: ") && output.endsWith("\n\n") && child.exitCode === null) stop();
  });
  const [code, signal] = await once(child, "close");
  const shown = `${output.slice(0, 300)}${told}`;
  if (endless && signal === "SIGTERM" && output.includes("\ndata: ")) return { output: shown, status: "200" };
  const status = /status (\d+)/.exec(told)?.[1] ?? "none";
  return { output: shown, status: code === 0 ? status : `${status}, ended with ${code ?? signal}` };
}

describe.skipIf(!hasCurl)("docs/api.md", () => {
  const examples = curlExamples(readFileSync("docs/api.md", "utf8"));

  it("every example of it works", async () => {
    const redis = await startTestRedis();
    const database = await createDatabase();
    const nobody = "http://127.0.0.1:9"; // the names in the examples are looked up nowhere
    const ttlc = await startTtlc({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      ...{ SIGN_API_URL: nobody, TIKTOK_WEB_HOST: nobody, TIKTOK_WEBCAST_HOST: nobody },
    });
    const folder = await temporaryFolder();
    await writeFile(join(folder, ".curlrc"), curlrc);
    const env = { ...(await waitFor(() => variables(ttlc))), CURL_HOME: folder, HOME: folder };
    for (const example of examples) {
      const { status, output } = await run(example, env);
      expect(status, `docs/api.md:${example.line} ${example.command}\n${output}`).toMatch(/^2\d\d$/);
    }
    await ttlc.signal("SIGTERM");
    await database.drop();
    await redis.stop();
    expect(examples.length).toBeGreaterThan(5);
  });
});
