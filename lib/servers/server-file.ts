import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What others need to use the local server of a folder. Contains its password. */
export interface ServerFile {
  kind: string;
  url: string;
  port: number;
  /** Unknown between the write before and the one after the start. */
  pid?: number;
}

const fileOf = (dir: string) => join(dir, "server.json");

/** Replaces the file as a whole; only its owner may read it. */
export async function writeServerFile(dir: string, file: ServerFile): Promise<void> {
  await writePrivately(fileOf(dir), `${JSON.stringify(file, null, 2)}\n`);
}

export async function readServerFile(dir: string): Promise<ServerFile | null> {
  const text = await readIfThere(fileOf(dir));
  return text === null ? null : JSON.parse(text);
}

export const removeServerFile = (dir: string): Promise<void> => rm(fileOf(dir), { force: true });

/** A password that keeps other users of this machine out of a server on loopback. */
export const newPassword = (): string => randomBytes(24).toString("base64url");

export async function writePrivately(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export function readIfThere(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}
