import { join } from "node:path";
import { alone, FileLock } from "./file-lock.ts";
import { waitUntil } from "./wait-until.ts";

/** A Redis or Postgres to work with. */
export interface Server {
  /** What it is, for a person; without credentials. */
  kind: string;
  url: string;
  /** Lets go of it. A server of ours ends once its last user has let go. */
  stop(): Promise<void>;
}

/** How one kind of local server is found and started; `stop` of what they return really stops it. */
export interface Program {
  /** The server that already runs in this folder, also one that a crashed run left behind. */
  find(): Promise<Server | null>;
  /** Starts one and resolves once it answers. It must outlive this process: others may come to share it. */
  start(): Promise<Server>;
}

/** Held shared by every process that uses the server of a folder. */
export const usersLock = (dir: string) => join(dir, "users.lock");

/** Uses the one server of a folder together with all other processes that do; the last one out stops it. */
export async function shareServer(dir: string, program: Program): Promise<Server> {
  const users = new FileLock(usersLock(dir));
  await waitUntil(() => users.tryShared());
  const leave = () => {
    users.release();
    const last = users.tryAlone();
    users.close();
    return last;
  };
  const startLock = join(dir, "start.lock");
  const use = async () => (await program.find()) ?? program.start();
  const server = await alone(startLock, use).catch((error) => {
    leave();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    ...server,
    stop() {
      stopped ??= alone(startLock, async () => {
        if (leave()) await server.stop();
      });
      return stopped;
    },
  };
}
