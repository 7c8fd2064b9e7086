import { startPostgres } from "../../lib/servers/postgres.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { endProcess } from "../../lib/servers/processes.ts";
import type { Server } from "../../lib/servers/shared-server.ts";

/** A Postgres of a test's own, with the careful settings of `npm start`. It comes back at another port. */
export class TestPostgres {
  readonly #dataDir: string;
  #server: Server | undefined;

  /** @param dataDir a folder that every user can enter */
  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  async start(): Promise<this> {
    this.#server = await startPostgres({ dataDir: this.#dataDir });
    return this;
  }

  get port(): number {
    return Number(new URL((this.#server as Server).url).port);
  }

  urlOf(database: string): string {
    return Object.assign(new URL((this.#server as Server).url), { pathname: `/${database}` }).href;
  }

  /** Sessions are cut off. */
  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** Immediate shutdown, as if it had crashed: the next start recovers from the write-ahead log. */
  async crash(): Promise<void> {
    const pid = await withPool(this.urlOf("postgres"), async (db) => {
      const [row] = await db.query(db.sql`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as pid`);
      return row.pid as number;
    });
    await endProcess(pid, "SIGQUIT", 30_000);
    await this.stop();
  }
}
