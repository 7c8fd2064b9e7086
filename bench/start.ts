import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../lib/servers/ports.ts";
import { machine } from "./machine.ts";
import { startCommand } from "./start-command.ts";

/** How long `npm start` takes to stand and to end, on a new data folder and on a kept one: `npm run bench -- start [later starts = 3]` */
const [laterStarts = 3] = process.argv.slice(2).map(Number);
const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
const { args, env: common } = await startCommand();
const env = { ...common, TTLC_DATA_DIR: dataDir, API_PORT: String(await freePort()), LOG_LEVEL: "warn" };

try {
  console.log(machine());
  await measure("first start");
  for (let start = 1; start <= laterStarts; start++) await measure("later start");
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(what: string): Promise<void> {
  const startedAt = performance.now();
  const ttlc = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(ttlc, "close");
  const seconds: Record<string, number> = {};
  for await (const line of createInterface(ttlc.stdout)) {
    const label = line.slice(0, line.indexOf(" "));
    seconds[label] = (performance.now() - startedAt) / 1_000;
    if (label === "Open") ttlc.kill("SIGINT");
  }
  await ended;
  const { Postgres = Number.NaN, Open = Number.NaN } = seconds; // the line on Postgres comes once both servers stand
  const end = (performance.now() - startedAt) / 1_000 - Open;
  console.log(
    `${what}: servers up ${Postgres.toFixed(1)} s, address printed ${Open.toFixed(1)} s, Ctrl-C to the end ${end.toFixed(1)} s`,
  );
}
