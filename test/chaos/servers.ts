import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { StartError } from "../../lib/errors.ts";
import { startPostgres } from "../../lib/servers/postgres.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { endProcess } from "../../lib/servers/processes.ts";
import { describeRedis, installedRedis, type RedisFile, redisStarted, spawnRedis } from "../../lib/servers/redis.ts";
import type { Server } from "../../lib/servers/shared-server.ts";

/** A redis-server with an append-only file that can be killed and comes back at the same port. */
export class ChaosRedis {
  readonly #dir: string;
  #file: RedisFile | undefined;
  #child: ChildProcess | undefined;
  #starting: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param dir an own folder */
  constructor(dir: string) {
    this.#dir = dir;
  }

  get url(): string {
    return (this.#file as RedisFile).url;
  }

  get port(): number {
    return (this.#file as RedisFile).port;
  }

  /** @throws StartError when there is no redis-server: Valkey in WebAssembly forgets on a kill */
  start(): Promise<void> {
    this.#starting = this.#closed ? Promise.resolve() : this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const program = installedRedis();
    if (!program) throw new StartError("chaos needs redis-server or valkey-server on PATH: apt install redis-server");
    this.#file ??= await describeRedis(this.#dir, program);
    this.#child = await spawnRedis(this.#dir, this.#file);
    await redisStarted(this.#child, this.#file.url, this.#dir);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** For good, also when it is just being started. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting.catch(() => {});
    await this.kill();
  }
}

/** A PostgreSQL that can crash. It comes back at another port. */
export class ChaosPostgres {
  readonly #dataDir: string;
  #server: Server | undefined;
  #starting: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param dataDir a folder that every user can enter */
  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  start(): Promise<void> {
    this.#starting = this.#closed ? Promise.resolve() : this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.#server = await startPostgres({ dataDir: this.#dataDir });
  }

  get port(): number {
    return Number(new URL((this.#server as Server).url).port);
  }

  urlOf(database: string): string {
    return Object.assign(new URL((this.#server as Server).url), { pathname: `/${database}` }).href;
  }

  async createDatabase(name: string): Promise<void> {
    await withPool(this.urlOf("postgres"), (db) => db.query(db.sql`create database ${db.sql.ident(name)}`));
  }

  /** Immediate shutdown: the next start recovers from the write-ahead log. */
  async crash(): Promise<void> {
    const pid = await withPool(this.urlOf("postgres"), async (db) => {
      const [row] = await db.query(db.sql`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as pid`);
      return row.pid as number;
    });
    await endProcess(pid, "SIGQUIT", 30_000);
    await this.#letGo();
  }

  /** For good, also when it is just being started. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting.catch(() => {});
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }
}
