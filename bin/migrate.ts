import { loadConfig } from "../lib/config.ts";
import { migrate } from "../lib/migrate.ts";
import { startPostgres } from "../lib/servers/postgres.ts";
import { exitWith } from "./terminal.ts";

try {
  const { DATABASE_URL, TTLC_DATA_DIR } = loadConfig();
  const postgres = await startPostgres({ dataDir: TTLC_DATA_DIR, url: DATABASE_URL });
  try {
    const applied = await migrate(postgres.url);
    for (const name of applied) console.log(`applied ${name}`);
    console.log(applied.length > 0 ? "The database is up to date now." : "The database was up to date.");
  } finally {
    await postgres.stop();
  }
} catch (error) {
  exitWith(error);
}
