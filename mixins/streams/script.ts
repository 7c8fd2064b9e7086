import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";

/** One atomic operation. Keys and arguments as the header of its .lua file says. */
export type Script = (
  redis: Redis,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/**
 * The operation in `file`; read at its first call, sent by its digest once Redis knows it.
 *
 * @param flags "allow-oom": to be done above maxmemory too, although the file does not say so
 */
export function loadScript(file: URL, flags?: "allow-oom"): Script {
  let source: { lua: string; sha: string } | undefined;
  return async (redis, keys, args) => {
    if (!source) {
      const text = readFileSync(file, "utf8");
      const lua = flags ? text.replace(/^#!lua$/m, `#!lua flags=${flags}`) : text;
      source = { lua, sha: createHash("sha1").update(lua).digest("hex") };
    }
    try {
      return await redis.evalsha(source.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return redis.eval(source.lua, keys.length, ...keys, ...args);
    }
  };
}
