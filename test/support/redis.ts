import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, inject } from "vitest";
import { FileLock } from "../../lib/servers/file-lock.ts";
import { describeRedis, durable, installedRedis, redisStarted, spawnRedis } from "../../lib/servers/redis.ts";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { usersLock } from "../../lib/servers/shared-server.ts";
import { waitUntil } from "../../lib/servers/wait-until.ts";

const program = installedRedis();
if (!program && process.env.CI) throw new Error("redis-server is not installed: durability cannot be tested");

/** `describe` for what only a Redis with an append-only file can show: skipped where none is installed, never in CI. */
export const describeDurable = program
  ? describe
  : (((name: string, ...rest: unknown[]) =>
      (describe.skip as (...args: unknown[]) => void)(
        `${name} (redis-server is not installed)`,
        ...rest,
      )) as typeof describe);

export interface TestRedis {
  url: string;
  port: number;
  /** kill -9, or another signal; resolves once it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** After a kill: the same folder and the same port again. */
  start(): Promise<void>;
  /** The end. Rejects when connections to it are left open. */
  stop(): Promise<void>;
}

/**
 * A Redis of its own for a test: redis-server, else Valkey in WebAssembly, which forgets on a kill what came after its
 * last snapshot.
 *
 * @param options.args instead of the durable ones of `npm start`, such as `["--appendonly", "no"]`
 * @param options.disk folder that its own lies in, such as a small disk
 */
export async function startTestRedis({
  args = durable,
  disk = inject("runDir") ?? tmpdir(),
}: {
  args?: readonly string[];
  disk?: string;
} = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(disk, "redis-"));
  const users = new FileLock(usersLock(dir)); // what keeps Valkey in WebAssembly alive
  users.tryShared();
  const server = await describeRedis(dir, program);
  let child: ChildProcess;

  const start = async () => {
    child = await spawnRedis(dir, server, args);
    await redisStarted(child, server.url, dir);
  };
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  const stop = async () => {
    const left = await openConnections(server.url);
    await kill();
    users.close();
    await rm(dir, { recursive: true });
    if (left.length) throw new Error(`The test left connections to Redis open:\n${left.join("\n")}`);
  };

  await start();
  return { url: server.url, port: server.port, kill, start, stop };
}

/** Connections other than the one that asks; none once the test has tidied up, or when the server was killed. */
async function openConnections(url: string): Promise<string[]> {
  let left: string[] = [];
  await waitUntil(async () => {
    left = await withRedis(url, async (redis) => {
      const me = await redis.client("ID");
      const all = String(await redis.client("LIST"))
        .trim()
        .split("\n");
      return all.filter((line) => !line.startsWith(`id=${me} `));
    }).catch(() => []);
    return left.length === 0;
  }, 2000);
  return left;
}
