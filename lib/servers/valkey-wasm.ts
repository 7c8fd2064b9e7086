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
await startLocalValkey(port);
const redis = new Redis(port, "127.0.0.1");
await loadSnapshot(redis, snapshot);
await redis.call("ACL", "SETUSER", ...localUser(new URL(url).password).split(" ")); // from here on we are ready
await redis.call("ACL", "SETUSER", "default", "off");

let saved = await changes();
let saving = Promise.resolve();
let ending: Promise<void> | undefined;
const users = new FileLock(usersLock(dir));
setInterval(save, SAVE_MS);
setInterval(() => {
  if (!ending && users.tryAlone()) end();
}, USERS_MS);
process.on("SIGTERM", end);

/** One after the other; a failure is told in the log, and the next one tries again. */
function save(): Promise<void> {
  saving = saving.then(saveIfChanged).catch((error) => {
    process.stderr.write(`no snapshot: ${error.message}\n`);
  });
  return saving;
}

async function saveIfChanged(): Promise<void> {
  const now = await changes();
  if (now === saved) return;
  await saveSnapshot(redis, snapshot);
  saved = now;
}

/** Writes since the start. */
async function changes(): Promise<string | undefined> {
  return /rdb_changes_since_last_save:(\d+)/.exec(await redis.info("persistence"))?.[1];
}

function end(): void {
  ending ??= save().then(() => process.exit(0));
}
