import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canConnect } from "../../lib/servers/ports.ts";
import { startPostgres } from "../../lib/servers/postgres.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { installedPrograms, postgresHome } from "../../lib/servers/postgres-home.ts";
import { describeRedis, durable, installedRedis, spawnRedis, startRedis } from "../../lib/servers/redis.ts";
import { redisState, withRedis } from "../../lib/servers/redis-client.ts";
import type { Server } from "../../lib/servers/shared-server.ts";
import { describeDurable } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

type Which = "postgres" | "redis" | "wasm";

const start: Record<Which, (dataDir: string) => Promise<Server>> = {
  postgres: (dataDir) => startPostgres({ dataDir }),
  redis: (dataDir) => startRedis({ dataDir }),
  wasm: (dataDir) => startRedis({ dataDir, prefer: "wasm" }),
};

/** Writes or reads one value, whatever the server. */
const remember = (url: string, value: string): Promise<unknown> =>
  url.startsWith("redis")
    ? withRedis(url, (redis) => redis.set("remembered", value))
    : withPool(url, (db) => db.query(db.sql`create table remembered as select ${value}::text as value`));
const recall = (url: string): Promise<string | null> =>
  url.startsWith("redis")
    ? withRedis(url, (redis) => redis.get("remembered"))
    : withPool(url, async (db) => (await db.query(db.sql`select value from remembered`))[0].value);

const portOf = (url: string) => Number(new URL(url).port);

/** Another process that uses the server of the folder. */
async function anotherUser(which: Which, dataDir: string, options: ForkOptions = {}) {
  const script = fileURLToPath(new URL("processes/server-user.ts", import.meta.url));
  const child: ChildProcess = fork(script, [which, dataDir], { execArgv: [], ...options });
  const [url] = await Promise.race([once(child, "message"), once(child, "exit").then(() => ["it ended"])]);
  const gone = once(child, "exit");
  return {
    url: url as string,
    stop: async () => {
      child.send("stop");
      await gone;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function keepsAndShares(which: Which) {
  it("keeps its data over a stop, and is gone meanwhile", async () => {
    const dir = await temporaryFolder();
    const first = await start[which](dir);
    await remember(first.url, "kept");
    await first.stop();
    expect(await canConnect(portOf(first.url))).toBe(false);
    const second = await start[which](dir);
    expect(await recall(second.url)).toBe("kept");
    await second.stop();
  });

  it("is started once by processes that start together, and stopped by the last one out", async () => {
    const dir = await temporaryFolder();
    const users = await Promise.all([anotherUser(which, dir), anotherUser(which, dir), start[which](dir)]);
    const [a, b, c] = users;
    expect([a.url, b.url]).toEqual([c.url, c.url]);
    await Promise.all([a.stop(), c.stop()]);
    expect(await canConnect(portOf(b.url))).toBe(true);
    await b.stop();
    expect(await canConnect(portOf(b.url))).toBe(false);
  });

  it("lets nobody in without its password", async () => {
    const server = await start[which](await temporaryFolder());
    const url = Object.assign(new URL(server.url), { username: "", password: "" }).href;
    await expect(remember(url, "intruder")).rejects.toThrow(/NOAUTH|user name|password/);
    await server.stop();
  });
}

function isAdopted(which: Which) {
  it("is adopted by the next run when its user was killed", async () => {
    const dir = await temporaryFolder();
    const user = await anotherUser(which, dir);
    await remember(user.url, "kept");
    await user.kill();
    const adopted = await start[which](dir);
    expect(adopted.url).toBe(user.url);
    expect(await recall(adopted.url)).toBe("kept");
    await adopted.stop();
    expect(await canConnect(portOf(adopted.url))).toBe(false);
  });
}

describeDurable("redis-server", () => {
  keepsAndShares("redis");
  isAdopted("redis");

  it("is waited for, not started a second time, while it loads its data", async () => {
    const dataDir = await temporaryFolder();
    const user = await anotherUser("redis", dataDir);
    await withRedis(user.url, async (redis) => {
      const writes = redis.pipeline();
      for (let n = 0; n < 20_000; n++) writes.set(`key-${n}`, n);
      await writes.exec();
    });
    await user.stop();
    const dir = join(dataDir, "redis");
    const file = await describeRedis(dir, installedRedis());
    await spawnRedis(dir, file, [...durable, "--key-load-delay", "100"]); // in microseconds, of each key
    await waitFor(async () => expect(await redisState(file.url)).toBe("starting"));
    const adopted = await startRedis({ dataDir });
    expect(adopted.url).toBe(file.url);
    expect(await withRedis(adopted.url, (redis) => redis.dbsize())).toBe(20_000);
    await adopted.stop();
  });

  it("keeps what scripts and transactions wrote over a stop", async () => {
    const dataDir = await temporaryFolder();
    const first = await startRedis({ dataDir });
    await withRedis(first.url, async (redis) => {
      await redis.eval("redis.call('SET', KEYS[1], 'a') redis.call('SET', KEYS[2], 'b')", 2, "one", "two");
      await redis.multi().set("three", "c").set("four", "d").exec();
    });
    await first.stop();
    const second = await startRedis({ dataDir });
    const kept = await withRedis(second.url, (redis) => redis.mget("one", "two", "three", "four"));
    expect(kept).toEqual(["a", "b", "c", "d"]);
    await second.stop();
  });

  it("writes an append-only file and evicts nothing", async () => {
    const server = await startRedis({ dataDir: await temporaryFolder() });
    const settings = await withRedis(server.url, (redis) => redis.config("GET", "append*", "maxmemory-policy", "save"));
    expect(settings).toEqual(expect.arrayContaining(["appendonly", "yes", "appendfsync", "everysec", "noeviction"]));
    await server.stop();
  });
});

describe("Valkey in WebAssembly", () => {
  keepsAndShares("wasm");

  it("saves and ends by itself when all its users were killed", async () => {
    const dir = await temporaryFolder();
    const user = await anotherUser("wasm", dir);
    await remember(user.url, "kept");
    await user.kill();
    await waitFor(async () => expect(await canConnect(portOf(user.url))).toBe(false));
    const next = await start.wasm(dir);
    expect(await recall(next.url)).toBe("kept");
    await next.stop();
  });

  it("keeps streams with their groups and pending entries, times to live and binary values", async () => {
    const dir = await temporaryFolder();
    const binary = Buffer.from([0, 255, 10, 13, 128]);
    const first = await start.wasm(dir);
    await withRedis(first.url, async (redis) => {
      await redis.xgroup("CREATE", "ttlc:raw", "normalizer", "0", "MKSTREAM");
      for (const n of ["1-1", "2-1", "3-1"]) await redis.xadd("ttlc:raw", n, "n", n);
      await redis.xreadgroup("GROUP", "normalizer", "one", "COUNT", 2, "STREAMS", "ttlc:raw", ">");
      await redis.set("binary", binary, "EX", 1000);
    });
    await first.stop();
    const second = await start.wasm(dir);
    await withRedis(second.url, async (redis) => {
      expect(await redis.xlen("ttlc:raw")).toBe(3);
      expect(await redis.xpending("ttlc:raw", "normalizer")).toEqual([2, "1-1", "2-1", [["one", "2"]]]);
      expect(await redis.getBuffer("binary")).toEqual(binary);
      expect(await redis.ttl("binary")).toBeGreaterThan(900);
    });
    await second.stop();
  });

  it("says that it is for local use only", async () => {
    const server = await start.wasm(await temporaryFolder());
    expect(server.kind).toContain("local use only");
    await server.stop();
  });
});

describe("embedded PostgreSQL", () => {
  keepsAndShares("postgres");
  isAdopted("postgres");

  it("speaks UTF-8, whatever the locale of the machine", async () => {
    const server = await startPostgres({ dataDir: await temporaryFolder() });
    const [row] = await withPool(server.url, (db) => db.query(db.sql`show server_encoding`));
    expect(row).toEqual({ server_encoding: "UTF8" });
    await server.stop();
  });

  it("says why it did not start", async () => {
    const dataDir = await temporaryFolder();
    await expect(startPostgres({ dataDir, extraSettings: { shared_buffers: "lots" } })).rejects.toThrow(
      /PostgreSQL did not start: .*shared_buffers/s,
    );
  });
});

describe.skipIf(process.getuid?.() !== 0)("embedded PostgreSQL started by root", () => {
  it("keeps its data elsewhere when the data folder cannot be entered, and says where", async () => {
    const [dataDir, shelter] = [await temporaryFolder(0o700), await temporaryFolder()];
    const first = await startPostgres({ dataDir, shelter });
    expect(first.kind).toContain(shelter);
    await remember(first.url, "kept");
    await first.stop();
    const second = await startPostgres({ dataDir, shelter });
    expect(await recall(second.url)).toBe("kept");
    await second.stop();
  });

  it("copies its programs once when node_modules cannot be entered", async () => {
    const [closed, shelter] = [await temporaryFolder(0o700), await temporaryFolder()];
    const native = join(closed, "postgres", "native");
    cpSync(join(installedPrograms(), ".."), join(closed, "postgres"), { recursive: true, verbatimSymlinks: true });
    const dir = join(closed, "data");
    mkdirSync(dir);
    const home = await postgresHome(dir, shelter, native);
    expect(home.native).toMatch(new RegExp(`^${shelter}/postgresql-`));
    expect(
      readFileSync(join(home.native, "bin", "postgres")).equals(readFileSync(join(native, "bin", "postgres"))),
    ).toBe(true);
    const { ino } = statSync(home.native);
    expect(statSync((await postgresHome(dir, shelter, native)).native).ino).toBe(ino);
  });

  it("says what to do when there is no place the user postgres can enter", async () => {
    const closed = await temporaryFolder(0o700);
    await expect(startPostgres({ dataDir: closed, shelter: join(closed, "shelter") })).rejects.toThrow(
      /user postgres cannot enter .*Set DATABASE_URL, or TTLC_DATA_DIR to a folder that every user can enter/,
    );
  });

  it("may enter a data folder that starting Redis has made", async () => {
    const dataDir = join(await temporaryFolder(), "new");
    const shelter = await temporaryFolder();
    const redis = await startRedis({ dataDir });
    const postgres = await startPostgres({ dataDir, shelter });
    expect(postgres.kind).not.toContain(shelter);
    await Promise.all([redis.stop(), postgres.stop()]);
  });

  it("makes the links to its libraries when the install script did not run", async () => {
    const folder = await temporaryFolder();
    cpSync(join(installedPrograms(), ".."), folder, {
      recursive: true,
      filter: (file) => !/\.so\.60$/.test(file),
    });
    const link = join(folder, "native", "lib", "libicuuc.so.60");
    expect(existsSync(link)).toBe(false);
    await postgresHome(join(folder, "data"), folder, join(folder, "native"));
    expect(existsSync(link)).toBe(true);
  });

  it("needs no root: another user starts, uses and stops both servers", async () => {
    const [uid, gid] = [65_534, 65_534];
    const dir = await temporaryFolder();
    chownSync(dir, uid, gid);
    for (const which of ["postgres", "wasm"] as const) {
      const user = await anotherUser(which, dir, { uid, gid });
      await remember(user.url, "by nobody");
      expect(await recall(user.url)).toBe("by nobody");
      await user.stop();
      expect(await canConnect(portOf(user.url))).toBe(false);
    }
  });
});
