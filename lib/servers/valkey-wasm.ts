import { join } from "node:path";
import { Redis } from "ioredis";
import { FileLock } from "./file-lock.ts";
import { startLocalValkey } from "./local-valkey.ts";
import { localUser } from "./redis-user.ts";
import { readServerFile, type ServerFile } from "./server-file.ts";
import { usersLock } from "./shared-server.ts";
import { loadSnapshot, saveSnapshot } from "./snapshot.ts";

/**
 * A process of its own: Valkey for the folder given as argument. It keeps a snapshot every 5 s if something changed and
 * at the end, which is SIGTERM or the death of all who used it.
 */
const SAVE_MS = 5000;
const USERS_MS = 1000;

const dir = process.argv[2] as string;
const { url, port } = (await readServerFile(dir)) as ServerFile;
const snapshot = join(dir, "snapshot");
const server = await startLocalValkey(port);
const redis = new Redis(port, "127.0.0.1");
await loadSnapshot(redis, snapshot);
await redis.call("ACL", "SETUSER", ...localUser(new URL(url).password).split(" ")); // from here on we are ready
await redis.call("ACL", "SETUSER", "default", "off");

let saved = await changes();
const saving = setInterval(
  () => void save().catch((error) => process.stderr.write(`no snapshot: ${error.message}\n`)),
  SAVE_MS,
);
const users = new FileLock(usersLock(dir));
const watching = setInterval(() => {
  if (users.tryAlone()) void end();
}, USERS_MS);
process.once("SIGTERM", end);

async function save(): Promise<void> {
  const now = await changes();
  if (now === saved) return;
  await saveSnapshot(redis, snapshot);
  saved = now;
}

/** Writes since the start. */
async function changes(): Promise<string | undefined> {
  return /rdb_changes_since_last_save:(\d+)/.exec(await redis.info("persistence"))?.[1];
}

async function end(): Promise<void> {
  clearInterval(saving);
  clearInterval(watching);
  await save();
  redis.disconnect();
  await server.stop();
  process.exit(0);
}
