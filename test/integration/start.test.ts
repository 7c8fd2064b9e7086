import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Page, StreamItem } from "../../contracts/api.ts";
import { freePort } from "../../lib/servers/ports.ts";
import { startPostgres } from "../../lib/servers/postgres.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { redisFaults } from "../../lib/servers/redis-safety.ts";
import { withDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis } from "../support/redis.ts";
import { startProgram } from "../support/start.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { waitFor } from "../support/wait-for.ts";

/** What `npm start` is given in these tests: a folder and a port of its own. */
const here = async () => ({ TTLC_DATA_DIR: await temporaryFolder(), API_PORT: String(await freePort()) });

/** The servers that it started, as its data folder names them; none once they have stopped. */
const serversIn = (dataDir: string) =>
  ["redis", "postgres"].flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(dataDir, name, "server.json"), "utf8"))];
    } catch {
      return [];
    }
  });

describe("npm start on a bare machine", () => {
  it("says what was chosen and how to get in, and stops everything on Ctrl-C", async () => {
    const env = await here();
    const ttlc = startProgram("start", env);
    await ttlc.says(/^Open +http:\/\/127\.0\.0\.1:\d+$/m);
    for (const line of [
      /^Redis +(redis-server|valkey-server|Valkey in WebAssembly)/m,
      /^Postgres +embedded PostgreSQL 18/m,
      /^Migrations +\d+ applied, to \d{4}_\w+\.sql$/m,
      /^Services +simulator, ingest, normalizer, storage, rules, forwarder, gateway$/m,
      /^Room +a simulated room/m,
      /^Admin key +ttlc_[\w-]{43} /m,
      new RegExp(`^Log in +http://127\\.0\\.0\\.1:${env.API_PORT}/app/login#code=[\\w-]{32} `, "m"),
    ]) {
      expect(ttlc.output()).toMatch(line);
    }
    expect(ttlc.output()).not.toMatch(/WARN|ERROR|Service '\w+' started|Waiting for service/);
    expect(serversIn(env.TTLC_DATA_DIR)).toHaveLength(2);
    expect(await ttlc.signal("SIGINT")).toBe(0);
    expect(ttlc.output()).not.toMatch(/WARN|ERROR|Service '\w+' stopped/); // the servers were up until the services had drained
    expect(serversIn(env.TTLC_DATA_DIR)).toEqual([]);
  });

  it("shows the admin key once, and keeps its hash only", async () => {
    const env = await here();
    const first = startProgram("start", env);
    const [, key = ""] = await first.says(/^Admin key +(\S+)/m);
    await first.says(/^Open/m);
    await first.signal("SIGTERM");
    const second = startProgram("start", env);
    await second.says(/^Open/m);
    expect(second.output()).not.toContain("Admin key");
    const postgres = await startPostgres({ dataDir: env.TTLC_DATA_DIR });
    const keys = await withPool(postgres.url, (db) => db.query(db.sql`select role, hash from api_keys`));
    expect(keys).toEqual([{ role: "admin", hash: createHash("sha256").update(key).digest("hex") }]);
    await postgres.stop();
    expect(await second.signal("SIGTERM")).toBe(0);
  });

  it("gives its secrets to a terminal, not to machines that collect logs: these ask for a link, kept as a hash for ten minutes", async () => {
    const env = await here();
    const ttlc = startProgram("start", { ...env, LOG_FORMAT: "json" });
    await ttlc.says(/^Open/m);
    expect(ttlc.output()).not.toMatch(/#code=|ttlc_[\w-]{43}/);
    const [, code = ""] = await startProgram("login-link", env).says(/#code=([\w-]+)$/m);
    const { url } = serversIn(env.TTLC_DATA_DIR).find(({ url }) => url.startsWith("redis"));
    const ttl = await withRedis(url, (redis) =>
      redis.ttl(`ttlc:login:${createHash("sha256").update(code).digest("hex")}`),
    );
    expect(ttl).toBeGreaterThan(590);
    await ttlc.signal("SIGTERM");
  });
});

describe("npm start in two processes", () => {
  it("shares the servers of one data folder, and the pipeline runs through both", async () => {
    const env = { ...(await here()), TTLC_ADMIN_KEY: "an admin key of this test" };
    const back = startProgram("start", { ...env, TTLC_SERVICES: "normalizer,storage,gateway" });
    await back.says(/^Open/m);
    const front = startProgram("start", { ...env, TTLC_SERVICES: "simulator,ingest" });
    await front.says(/^Room +a simulated room/m);
    expect(front.output()).not.toMatch(/^(Open|Log in|Admin key)/m);
    await waitFor(async () => {
      const answer = await fetch(`http://127.0.0.1:${env.API_PORT}/streams`, {
        headers: { "x-api-key": env.TTLC_ADMIN_KEY },
      });
      const { items } = (await answer.json()) as Page<StreamItem>;
      expect(items[0]?.events).toBeGreaterThan(10);
    });
    expect(await front.signal("SIGTERM")).toBe(0);
    expect(serversIn(env.TTLC_DATA_DIR)).toHaveLength(2);
    expect(await back.signal("SIGTERM")).toBe(0);
    expect(serversIn(env.TTLC_DATA_DIR)).toEqual([]);
  });
});

describe("npm start that cannot start", () => {
  it.each([
    ["a port that is no number", { API_PORT: "web" }, /^API_PORT is "web" .* from 0 to 65535/],
    ["a service that does not exist", { TTLC_SERVICES: "ingest,rulse" }, /^TTLC_SERVICES names "rulse".* ingest, /],
    ["a service that is named twice", { TTLC_SERVICES: "ingest,ingest" }, /^TTLC_SERVICES names "ingest" twice/],
    [
      "a data folder that is a file",
      { TTLC_DATA_DIR: "package.json" },
      /^TTLC_DATA_DIR: package.json cannot be used: /,
    ],
    ["a data folder that cannot be made", { TTLC_DATA_DIR: "/proc/ttlc/data" }, /^TTLC_DATA_DIR: \/proc\/ttlc/],
    ["a username that cannot be one", { TIKTOK_UNIQUE_ID: "a b" }, /^TIKTOK_UNIQUE_ID is "a b"/],
  ])("names %s and what would be right", async (_what, variables, message) => {
    const ttlc = startProgram("start", { ...(await here()), ...variables });
    expect(await ttlc.ended).toBe(1);
    expect(ttlc.output()).toMatch(message);
    expect(ttlc.output().match(/\n/g)).toHaveLength(1);
  });

  it("names API_PORT when something else listens there, before anything is started", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const env = { ...(await here()), API_PORT: String(port) };
    const ttlc = startProgram("start", env);
    expect(await ttlc.ended).toBe(1);
    expect(ttlc.output()).toBe(
      `API_PORT ${port} is in use: stop what listens there, or set API_PORT to another port.\n`,
    );
    expect(serversIn(env.TTLC_DATA_DIR)).toEqual([]);
    other.close();
  });

  it.each([
    ["REDIS_URL", async () => `redis://:hunter2hunter2@127.0.0.1:${await freePort()}`],
    ["DATABASE_URL", async () => `postgres://ttlc:hunter2hunter2@127.0.0.1:${await freePort()}/ttlc`],
  ])("says that %s does not answer, without its password", async (name, url) => {
    const env = await here();
    const ttlc = startProgram("start", { ...env, [name]: await url(), TTLC_ADMIN_KEY: "correct horse battery" });
    expect(await ttlc.ended).toBe(1);
    expect(ttlc.output()).toMatch(
      new RegExp(
        `^(Redis|Postgres) at 127\\.0\\.0\\.1:\\d+ \\(${name}\\) cannot be used: .*ECONNREFUSED.* correct ${name}`,
        "m",
      ),
    );
    expect(ttlc.output()).not.toMatch(/hunter2|horse|^ {4}at /m);
    expect(serversIn(env.TTLC_DATA_DIR)).toEqual([]);
  });

  it("keeps secrets out of what it says about them", async () => {
    const ttlc = startProgram("start", {
      ...(await here()),
      REDIS_URL: "http://:hunter2@host",
      TTLC_ADMIN_KEY: "short",
    });
    expect(await ttlc.ended).toBe(1);
    expect(ttlc.output()).toMatch(/^REDIS_URL has a value .*\nTTLC_ADMIN_KEY has a value .*at least 16 characters/);
    expect(ttlc.output()).not.toMatch(/hunter2|short/);
  });
});

describeDurable("a Redis that was given", () => {
  it("is refused that evicts", async () => {
    const redis = await startTestRedis({ args: ["--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"] });
    const ttlc = startProgram("start", { ...(await here()), REDIS_URL: redis.url });
    expect(await ttlc.ended).toBe(1);
    expect(ttlc.output()).toMatch(/^Redis would lose data: .*allkeys-lru/m);
    expect(ttlc.output()).not.toContain(new URL(redis.url).password);
    await redis.stop();
  });

  it("is refused without an append-only file", async () => {
    const redis = await startTestRedis({ args: ["--appendonly", "no"] });
    expect(await redisFaults(redis.url)).toEqual([expect.stringContaining("CONFIG SET appendonly yes")]);
    await redis.stop();
  });

  it("is refused whose user default, as which it loads its file, may not write everything", async () => {
    const redis = await startTestRedis();
    for (const rules of [
      ["off", "resetkeys", "-@all"],
      ["on", "resetkeys", "~app:*", "+@all"],
      ["off", "allkeys", "-@all", "+@read"],
    ]) {
      await withRedis(redis.url, (client) => client.acl("SETUSER", "default", ...rules));
      expect(await redisFaults(redis.url)).toEqual([expect.stringMatching(/user default off ~\* &\* \+@all/)]);
    }
    await redis.stop();
  });

  it("is taken when its user default is off but has all rights, and when it does not tell", async () => {
    const redis = await startTestRedis();
    expect(await redisFaults(redis.url)).toEqual([]);
    await withRedis(redis.url, async (client) => {
      await client.acl("SETUSER", "default", "off", "-@all");
      await client.acl("SETUSER", "modest", "on", ">secret", "~*", "&*", "+@all", "-acl");
    });
    expect(await redisFaults(redis.url)).toHaveLength(1);
    const modest = Object.assign(new URL(redis.url), { username: "modest", password: "secret" });
    expect(await redisFaults(modest.href)).toEqual([]);
    await redis.stop();
  });

  it("is only warned about when it is said to be replicated, and is left running", async () => {
    const redis = await startTestRedis({ args: ["--appendonly", "no"] });
    await withDatabase(async (url) => {
      const ttlc = startProgram("start", {
        ...(await here()),
        REDIS_URL: redis.url,
        DATABASE_URL: url,
        REDIS_DURABILITY: "replicated",
        TTLC_SERVICES: "normalizer",
      });
      await ttlc.says(/^Services/m);
      expect(ttlc.output()).toMatch(/Warning: it keeps no append-only file/);
      expect(await ttlc.signal("SIGTERM")).toBe(0);
    });
    expect(await withRedis(redis.url, (connection) => connection.ping())).toBe("PONG");
    await redis.stop();
  });
});

describe("a Postgres that was given", () => {
  it("is refused when it confirms before it has written", async () => {
    await withDatabase(async (url) => {
      await withPool(url, async (db) => {
        await db.query(db.sql`set role none`);
        await db.query(
          db.sql`alter database ${db.sql.ident(new URL(url).pathname.slice(1))} set synchronous_commit = off`,
        );
      });
      const ttlc = startProgram("start", { ...(await here()), DATABASE_URL: url });
      expect(await ttlc.ended).toBe(1);
      expect(ttlc.output()).toMatch(/^.*Postgres at .* would lose data: .*synchronous_commit is off.*$/m);
      expect(ttlc.output()).not.toContain(new URL(url).password);
    });
  });

  it("is only warned about when a power cut could harm it", async () => {
    await withDatabase(async (url) => {
      const ttlc = startProgram("start", { ...(await here()), DATABASE_URL: url, TTLC_SERVICES: "normalizer" });
      await ttlc.says(/^Services/m);
      expect(ttlc.output()).toMatch(/Warning: Postgres: .*fsync is off/);
      expect(await ttlc.signal("SIGTERM")).toBe(0);
    });
  });
});
