import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createDatabase } from "../support/database.ts";
import { assignments, curlExamples, type Example } from "../support/examples.ts";
import { startTestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl && process.env.CI === "true") throw new Error("curl is not installed: the examples cannot be tested");
if (!hasCurl) console.info("api-examples: skipped, there is no curl on PATH");

const execute = promisify(execFile);

/** Those whose commands are run. */
const DOCUMENTS = ["README.md", "docs/api.md", "docs/operations.md", "docs/rules.md"];
/** An answer that takes longer is none. */
const PATIENCE_MS = 10_000;
/** curl's own settings: quiet but for errors, a failure for 4xx and 5xx, and the status on stderr. */
const curlrc = 'silent\nshow-error\nfail-with-body\nwrite-out = "%{stderr}status %{http_code}\\n"\n';

const VARIABLES = ["STREAM", "SESSION", "CHANNEL", "USER_ID"];
/** How docs/api.md says that one learns what they stand for. */
const asking = assignments(readFileSync("docs/api.md", "utf8"));

/** What the variables of the documents stand for, once there is a room that somebody wrote in. */
async function variables(env: Record<string, string>): Promise<Record<string, string>> {
  const printed = `${asking}\nprintf '%s\\n' ${VARIABLES.map((name) => `"$${name}"`).join(" ")}`;
  const values = (await execute("bash", ["-c", printed], { env })).stdout.split("\n");
  const found = Object.fromEntries(VARIABLES.map((name, at) => [name, values[at] ?? ""]));
  for (const [name, value] of Object.entries(found)) {
    if (!value || value === "undefined") throw new Error(`There is no $${name} yet.`); // a room that is connecting has no stream
  }
  return found;
}

/** Runs it as a shell would. What does not end by itself, `curl -N`, is cut off after its first frame. */
async function run({ command }: Example, env: { HOME: string }): Promise<{ output: string; status: string }> {
  const child = spawn("bash", ["-c", `set -o pipefail; ${command}`], {
    detached: true,
    cwd: env.HOME,
    env,
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

describe.skipIf(!hasCurl)("the documents", () => {
  it("have examples that work", async () => {
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
    const known = { PATH: `${process.env.PATH}`, URL: ttlc.url, KEY: ttlc.key, CURL_HOME: folder, HOME: folder };
    const found = await waitFor(() => variables(known));
    const env = { ...known, ...found };
    // A later batch may be stored before the one that tells whose channel it is.
    await waitFor(async () => {
      const headers = { "X-API-Key": ttlc.key };
      const answer = await fetch(`${ttlc.url}/moderation/capabilities?streamId=${found.STREAM}`, { headers });
      expect(answer.status, await answer.text()).toBe(200);
    });
    for (const document of DOCUMENTS) {
      const examples = curlExamples(readFileSync(document, "utf8"));
      for (const example of examples) {
        const { status, output } = await run(example, env);
        expect(status, `${document}:${example.line} ${example.command}\n${output}`).toMatch(/^2\d\d$/);
      }
      expect(examples, document).not.toEqual([]);
    }
    await ttlc.signal("SIGTERM");
    await database.drop();
    await redis.stop();
  });
});
