import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import type { Config } from "../contracts/config.ts";
import { readConfig } from "../lib/config.ts";
import { migrate } from "../lib/migrate.ts";
import { startPostgres } from "../lib/servers/postgres.ts";
import { startRedis } from "../lib/servers/redis.ts";
import { loadService, serviceFiles } from "../lib/service-files.ts";
import brokerOptions from "../moleculer.config.ts";

/** Servers of a bench's own, as careful as those of `npm start`: AOF every second, synchronous commits. */
export async function withServers<Result>(use: (config: Config, dataDir: string) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
  await chmod(dataDir, 0o755); // the user postgres must enter
  const redis = await startRedis({ dataDir, url: undefined });
  const postgres = await startPostgres({ dataDir });
  try {
    await migrate(postgres.url);
    const config = readConfig({
      TTLC_DATA_DIR: dataDir,
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: "warn",
      API_PORT: "0",
      TTLC_NODE_ID: `bench-${process.pid}`,
    });
    return await use(config, dataDir);
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** These services in this process, as TTLC_SERVICES would choose them. */
export async function withServices<Result>(
  config: Config,
  names: string,
  use: (broker: ServiceBroker) => Promise<Result>,
): Promise<Result> {
  const broker = new ServiceBroker(brokerOptions(config));
  for (const file of serviceFiles(names)) broker.createService(await loadService(file));
  await broker.start();
  try {
    return await use(broker);
  } finally {
    await broker.stop();
  }
}
