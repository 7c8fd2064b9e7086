import type { Redis } from "ioredis";
import { withRedis } from "./redis-client.ts";

/**
 * Each command that Redis puts into its append-only file within a transaction, on a key of each kind: the writes of the
 * scripts and what the reads of a group become. A test finds those that are missing.
 */
export const replayed: readonly (readonly string[])[] = [
  ["SET", "ttlc:janitor", "token", "PXAT", "1"],
  ["SET", "ttlc:floor:ttlc:events", "run"],
  ["HSET", "ttlc:owner:live:name", "token", "1"],
  ["DEL", "ttlc:owner:live:name"],
  ["ZADD", "ttlc:ingest", "1", "node"],
  ["ZREMRANGEBYSCORE", "ttlc:ingest", "-inf", "1"],
  ["HSET", "ttlc:room:1", "field", "value"],
  ["HSETNX", "ttlc:attempts:ttlc:raw:normalizer", "1-1", "0"],
  ["HINCRBY", "ttlc:ledger:1", "field", "1"],
  ["HSET", "ttlc:replay:1", "at", "1"],
  ["SET", "ttlc:replay:1:owner", "token", "PXAT", "1"],
  ["SET", "ttlc:rate:read:caller", "1", "PXAT", "1"],
  ["HSET", "ttlc:redrive:1", "1-1", "1-1"],
  ["HDEL", "ttlc:attempts:ttlc:raw:normalizer", "1-1"],
  ["PEXPIREAT", "ttlc:room:1", "1"],
  ["RENAME", "ttlc:room:1:seen", "ttlc:room:1:seen-before"],
  ["UNLINK", "ttlc:room:1:seen-before"],
  ["XADD", "ttlc:dlq", "1-1", "field", "value"],
  ["XACK", "ttlc:raw", "normalizer", "1-1"],
  ["XCLAIM", "ttlc:raw", "normalizer", "consumer", "0", "1-1", "FORCE", "JUSTID"],
  ["XTRIM", "ttlc:raw", "MINID", "=", "1-1"],
  ["XSETID", "ttlc:events", "1-1"],
  ["XGROUP", "CREATE", "ttlc:raw", "normalizer", "0", "MKSTREAM"],
  ["XGROUP", "SETID", "ttlc:events", "api:node", "1-1"],
  ["XGROUP", "CREATECONSUMER", "ttlc:raw", "normalizer", "consumer"],
  ["XGROUP", "DELCONSUMER", "ttlc:raw", "normalizer", "consumer"],
];

/** What makes this Redis lose data that it confirmed; nothing, when it is as ttlc needs it (DESIGN rule 6). */
export const redisFaults = (url: string): Promise<string[]> =>
  withRedis(url, async (redis) => faultsIn(await redis.info("everything"), await mayReplay(redis)));

/**
 * @param info the reply to INFO
 * @param mayReplay whether the user `default` may do what the append-only file will hold
 */
export function faultsIn(info: string, mayReplay: boolean): string[] {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const policy = value("maxmemory_policy");
  const faults: string[] = [];
  if (value("aof_enabled") !== "1") faults.push("it keeps no append-only file (CONFIG SET appendonly yes)");
  else if (!mayReplay) {
    faults.push(
      "at its next start it would drop what scripts wrote, since its user default lacks the rights to load that" +
        " (where its users are set: user default off ~* &* +@all)",
    );
  }
  if (policy !== "noeviction") {
    faults.push(
      `it may evict what is not read yet: maxmemory-policy is ${policy} (CONFIG SET maxmemory-policy noeviction)`,
    );
  }
  return faults;
}

/**
 * Redis loads transactions, and scripts and reads of several entries are written as such, with the rights of the user
 * `default`, and drops what these do not allow without a sign but in its log (redis/redis#14541,
 * valkey-io/valkey#3983). Whether that user may log in plays no part. True when Redis does not tell us.
 */
async function mayReplay(redis: Redis): Promise<boolean> {
  const answers = await Promise.all(
    replayed.map((command) =>
      redis.call("ACL", "DRYRUN", "default", ...command).catch((error: Error) => {
        if (error.name !== "ReplyError") throw error;
        return "OK"; // we may not ask, as is usual on a managed Redis
      }),
    ),
  );
  return answers.every((answer) => answer === "OK");
}
