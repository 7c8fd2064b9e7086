import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename } from "node:path";

/**
 * `npm run bench -- NAME [arguments]` runs bench/NAME.ts, which prints its figures, the machine and the date.
 * `npm run bench -- --json` runs all that measure against something, one line of JSON per measure.
 *
 * What runs in the process of its bench has memory to spare, since that holds all messages; what is started as `npm start`
 * has the flags of that.
 */
const measured = ["pipeline", "batch-insert", "replay", "stages", "fanout", "history", "rules", "backtest"];
const helpers = [
  "run",
  "machine",
  "measure",
  "servers",
  "payloads",
  "source",
  "copy",
  "cpu",
  "entries",
  "fanout-clients",
  "ttlc",
  "outage-receiver",
  "outage-account",
  "start-command",
];

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts")) // not the folder of the peers
  .map((file) => basename(file, ".ts"))
  .filter((name) => !helpers.includes(name));
const [name] = process.argv.splice(2, 1);
if (name === "--json") process.exitCode = all();
else if (name && names.includes(name)) await import(`./${name}.ts`);
else {
  process.stderr.write(`npm run bench -- NAME, or --json: there are ${names.join(", ")}.\n`);
  process.exitCode = 1;
}

/** Each in a process of its own, one after the other. */
function all(): number {
  const failed = measured.filter((bench) => {
    const args = [...process.execArgv, import.meta.filename, bench];
    const { status } = spawnSync(process.execPath, args, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, BENCH_JSON: "1" },
    });
    return status !== 0;
  });
  if (failed.length > 0) process.stderr.write(`failed: ${failed.join(", ")}\n`);
  return failed.length;
}
