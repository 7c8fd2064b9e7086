import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";

/** One atomic operation. Keys and arguments as the header of its .lua file says. */
export type Script = (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** The operation in `file`; read at its first call, sent by its digest once Redis knows it. */
export function loadScript(file: URL): Script {
  let source: { lua: string; sha: string } | undefined;
  return async (redis, keys, args) => {
    if (!source) {
      const lua = readFileSync(file, "utf8");
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
