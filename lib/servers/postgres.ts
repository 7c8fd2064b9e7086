import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ConnectionPool, sql } from "@databases/pg";
import { StartError } from "../errors.ts";
import { dataFolder } from "./data-folder.ts";
import { hostOf } from "./host.ts";
import { shownPath } from "./paths.ts";
import { canConnect, freePort } from "./ports.ts";
import { withPool } from "./postgres-client.ts";
import { type PostgresHome, postgresHome } from "./postgres-home.ts";
import { endProcess, spawnServer, started } from "./processes.ts";
import {
  newPassword,
  readIfThere,
  readServerFile,
  removeServerFile,
  type ServerFile,
  writePrivately,
  writeServerFile,
} from "./server-file.ts";
import { type Server, shareServer } from "./shared-server.ts";
import { isReady, type State } from "./state.ts";

const USER = "ttlc";
const DATABASE = "ttlc";
/** After a crash the write-ahead log is replayed first, which may take minutes. */
const START_MS = 600_000;
const STOP_MS = 60_000;

/** The same on every machine, whatever its language. */
const cluster = [
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--auth=scram-sha-256",
];
const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", timezone: "UTC", log_timezone: "UTC" };

export interface PostgresOptions {
  dataDir: string;
  /** DATABASE_URL: used as is, and left alone at the end. */
  url?: string | undefined;
  /** As root: where programs and data go that the user `postgres` could not enter. */
  shelter?: string;
  /** Server settings beyond ours, such as `fsync: "off"` in tests. */
  extraSettings?: Readonly<Record<string, string>>;
}

/** DATABASE_URL, else the PostgreSQL that npm installed, with its data in `<dataDir>/postgres`. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const { dataDir, url, shelter = "/var/lib/ttlc", extraSettings = {} } = options;
  if (url) return { kind: `DATABASE_URL (${hostOf(url)})`, url, async stop() {} };
  const dir = await dataFolder(dataDir, "postgres");
  return shareServer(dir, {
    async find() {
      const file = await readServerFile(dir);
      return file && (await isReady(() => stateOf(file))) ? serverOf(dir, file) : null;
    },
    async start() {
      const home = await postgresHome(dir, shelter);
      const [password, port] = [await initialised(home, dir), await freePort()];
      const file: ServerFile = {
        kind: `embedded PostgreSQL 18 in ${shownPath(home.data)}`,
        url: `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`,
        port,
      };
      await writeServerFile(dir, file);
      const flags = Object.entries({ ...settings, port, ...extraSettings }).map(
        ([name, value]) => `--${name}=${value}`,
      );
      const log = join(dir, "log");
      const program = join(home.native, "bin", "postgres");
      const child = await spawnServer(program, ["-D", home.data, ...flags], { log, ...home.account });
      await started(child, () => isReady(() => stateOf(file)), { name: "PostgreSQL", log, timeoutMs: START_MS });
      return serverOf(dir, file);
    },
  });
}

/** Makes the cluster when there is none; whole, or not at all. Returns the password of USER. */
async function initialised({ native, data, account }: PostgresHome, dir: string): Promise<string> {
  const passwordFile = join(dir, "password");
  const known = await readIfThere(passwordFile);
  if (known !== null && existsSync(join(data, "PG_VERSION"))) return known.trim();
  const password = newPassword();
  await writePrivately(passwordFile, `${password}\n`);
  const [draft, secret] = [`${data}.new`, `${data}.password`];
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writePrivately(secret, password);
  if (account) await Promise.all([draft, secret].map((path) => chown(path, account.uid, account.gid)));
  const flags = [`--pgdata=${draft}`, `--username=${USER}`, `--pwfile=${secret}`, ...cluster];
  const env = { LC_ALL: "C" };
  try {
    await promisify(execFile)(join(native, "bin", "initdb"), flags, { ...account, cwd: "/", env });
  } catch (error) {
    throw new StartError(
      `PostgreSQL could not make its data folder: ${(error as { stderr?: string }).stderr?.trim() || error}`,
    );
  } finally {
    await rm(secret);
  }
  await rename(draft, data);
  return password;
}

const CANNOT_CONNECT_NOW = "57P03";

/** Makes our database when it is missing. */
async function stateOf({ url, port }: ServerFile): Promise<State> {
  if (!(await canConnect(port))) return "none";
  return withPool(maintenance(url), async (pool) => {
    const [found] = await pool.query(sql`select from pg_database where datname = ${DATABASE}`);
    if (!found) await pool.query(sql`create database ttlc`);
    return "ready" as const;
  }).catch((error) => (error.code === CANNOT_CONNECT_NOW ? "starting" : "none"));
}

/** The database that is always there, and where we are not confined to the role of the services. */
const maintenance = (url: string): string => Object.assign(new URL(url), { pathname: "/postgres" }).href;

function serverOf(dir: string, { kind, url, port }: ServerFile): Server {
  return {
    kind,
    url,
    async stop() {
      // SIGINT: sessions are cut off, nothing committed is lost
      if (await canConnect(port)) await endProcess(await withPool(maintenance(url), postmasterId), "SIGINT", STOP_MS);
      await removeServerFile(dir);
    },
  };
}

async function postmasterId(pool: ConnectionPool): Promise<number> {
  const [row] = await pool.query(sql`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as pid`);
  return row.pid;
}
