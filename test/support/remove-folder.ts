import { globSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { canConnect } from "../../lib/servers/ports.ts";
import { startPostgres } from "../../lib/servers/postgres.ts";
import { endProcess } from "../../lib/servers/processes.ts";
import { readServerFile } from "../../lib/servers/server-file.ts";

/** Removes a folder of tests, and ends the servers that a failed or killed test left running in it. */
export async function removeFolder(dir: string): Promise<void> {
  for (const file of globSync(join(dir, "{.,*}/{postgres,redis,redis-*}/server.json"))) {
    const server = await readServerFile(dirname(file));
    if (!server || !(await canConnect(server.port))) continue;
    if (server.pid) await endProcess(server.pid, "SIGKILL", 5000);
    else await (await startPostgres({ dataDir: dirname(dirname(file)) })).stop();
  }
  await rm(dir, { recursive: true, force: true });
}
