import { globSync, readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { redisFaults, replayed } from "../../lib/servers/redis-safety.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";

/** As the file has it: the command, and the subcommand of one that has some. */
const named = ([command = "", sub = ""]: readonly string[]) => (command === "XGROUP" ? `${command}|${sub}` : command);

/** What Redis puts into its file instead. */
const rewritten: Record<string, string> = { EXPIRE: "PEXPIREAT" };

/** Every command that a script calls, as `named`. */
const called = new Set(
  globSync("{mixins,services}/**/*.lua").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/redis\.p?call\('(\w+)'(?:, '(\w+)')?/g)].map(([, ...call]) => named(call)),
  ),
);

describeDurable("the rights to load what Redis has in its file", () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());

  const ask = <Answer>(question: (client: Redis) => Promise<Answer>) => withRedis(redis.url, question);
  const allow = (...rules: string[]) => ask((client) => client.acl("SETUSER", "default", "off", "~*", ...rules));

  beforeEach(() => allow("+@all"));

  it("are asked for with commands that Redis understands", async () => {
    for (const command of replayed) {
      expect(await ask((client) => client.call("ACL", "DRYRUN", "default", ...command))).toBe("OK");
    }
    expect(await redisFaults(redis.url)).toEqual([]);
  });

  it("are asked for every write that a script does", async () => {
    const asked = new Set(replayed.map(named));
    expect(called.size).toBeGreaterThan(20);
    const missing: string[] = [];
    for (const command of called) {
      const info = (await ask((client) => client.command("INFO", command))) as [
        name: string,
        arity: number,
        string[],
      ][];
      if (info[0]?.[2].includes("write") && !asked.has(rewritten[command] ?? command)) missing.push(command);
    }
    expect(missing).toEqual([]);
  });

  it.each([...new Set(replayed.map(named))])("are lacking when %s is", async (command) => {
    await allow("+@all", `-${command.toLowerCase()}`);
    expect(await redisFaults(redis.url)).toEqual([expect.stringContaining("user default off ~* &* +@all")]);
  });

  it("are lacking to a user of nothing but streams and hashes", async () => {
    await allow(
      "-@all",
      "+@stream",
      "+@hash",
      "+@string",
      "+@sortedset",
      "+@connection",
      "+del",
      "+unlink",
      "+pexpireat",
    );
    expect(await redisFaults(redis.url)).toHaveLength(1);
    await allow("+rename");
    expect(await redisFaults(redis.url)).toEqual([]);
  });
});
