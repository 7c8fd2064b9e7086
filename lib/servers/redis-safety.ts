import { withRedis } from "./redis-client.ts";

/** What makes this Redis lose data that it confirmed; nothing, when it is as ttlc needs it (DESIGN rule 6). */
export const redisFaults = (url: string): Promise<string[]> =>
  withRedis(url, async (redis) => faultsIn(await redis.info("everything")));

/** @param info the reply to INFO */
export function faultsIn(info: string): string[] {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const policy = value("maxmemory_policy");
  const faults: string[] = [];
  if (value("aof_enabled") !== "1") faults.push("it keeps no append-only file (CONFIG SET appendonly yes)");
  if (policy !== "noeviction") {
    faults.push(
      `it may evict what is not read yet: maxmemory-policy is ${policy} (CONFIG SET maxmemory-policy noeviction)`,
    );
  }
  return faults;
}
