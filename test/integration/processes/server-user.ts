import { startPostgres } from "../../../lib/servers/postgres.ts";
import { startRedis } from "../../../lib/servers/redis.ts";

/** Uses a local server until it is told to stop. Arguments: which one, and the data folder. */
const [, , which = "", dataDir = ""] = process.argv;
const start = {
  postgres: () => startPostgres({ dataDir }),
  redis: () => startRedis({ dataDir }),
  wasm: () => startRedis({ dataDir, prefer: "wasm" }),
}[which];
const server = await start?.();
process.once("message", async () => {
  await server?.stop();
  process.disconnect();
});
process.send?.(server?.url);
