import type { Redis } from "ioredis";
import { withRedis } from "./redis-client.ts";

/** A write of each kind that the scripts do, as Redis puts it into its append-only file. */
const replayed: readonly (readonly string[])[] = [
  ["XADD", "ttlc:raw", "*", "field", "value"],
  ["XACK", "ttlc:raw", "normalizer", "1-1"],
  ["HSET", "ttlc:room:1", "field", "value"],
  ["HDEL", "ttlc:room:1", "field"],
  ["PEXPIREAT", "ttlc:room:1", "1"],
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
 * Redis loads transactions, and scripts are written as such, with the rights of the user `default`, and drops what these
 * do not allow without a sign but in its log (redis/redis#14541, valkey-io/valkey#3983). Whether that user may log in
 * plays no part. True when Redis does not tell us.
 */
async function mayReplay(redis: Redis): Promise<boolean> {
  for (const command of replayed) {
    const answer = await redis.call("ACL", "DRYRUN", "default", ...command).catch((error: Error) => {
      if (error.name !== "ReplyError") throw error;
      return "OK"; // we may not ask, as is usual on a managed Redis
    });
    if (answer !== "OK") return false;
  }
  return true;
}
