import { open, readFile, rename } from "node:fs/promises";
import type { Redis } from "ioredis";

/** All keys at one instant: key, expiry (ms since 1970 or -1), DUMP; one after the other. */
const dumpAll = `
local rows = {}
for _, key in ipairs(redis.call('keys', '*')) do
  rows[#rows + 1] = key
  rows[#rows + 1] = tostring(redis.call('pexpiretime', key))
  rows[#rows + 1] = redis.call('dump', key)
end
return rows`;

/**
 * Writes every key to a file, streams with their groups and pending entries: for a server that has neither RDB nor AOF.
 * The file replaces the old one only when it is complete and on disk.
 */
export async function saveSnapshot(redis: Redis, file: string): Promise<void> {
  const rows = (await redis.callBuffer("EVAL", dumpAll, 0)) as Buffer[];
  const draft = await open(`${file}.new`, "w");
  try {
    for (const row of rows) {
      const size = Buffer.alloc(4);
      size.writeUInt32BE(row.length);
      await draft.appendFile(size);
      await draft.appendFile(row);
    }
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
}

/** Brings back what `saveSnapshot` wrote; nothing when there is no file. */
export async function loadSnapshot(redis: Redis, file: string): Promise<void> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const rows = sized(bytes);
  for (const key of rows) {
    const expiresAt = Number(rows.next().value);
    const dump = rows.next().value as Buffer;
    await redis.restore(key, Math.max(0, expiresAt), dump, "REPLACE", "ABSTTL");
  }
}

/** The parts of a file of `size, bytes` pairs. */
function* sized(bytes: Buffer): Generator<Buffer, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    yield bytes.subarray(start, at);
  }
}
