import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { StartError } from "../errors.ts";
import { makeFolders } from "../make-folders.ts";
import { shownPath } from "./paths.ts";

const REASONS: Record<string, string> = {
  EACCES: "this user is not allowed to use it",
  EPERM: "this user is not allowed to use it",
  EEXIST: "it, or what is above it, is no folder",
  EROFS: "it is on a read-only file system",
  ENOSPC: "the disk is full",
};

/**
 * Makes TTLC_DATA_DIR, or a folder in it, when it is missing. Resolves with its absolute path.
 *
 * @param mode of a new folder
 * @throws StartError when this user cannot make it, or not read and write there
 */
export async function dataFolder(dataDir: string, name = "", mode?: number): Promise<string> {
  const path = resolve(dataDir, name);
  try {
    await makeFolders(path, mode);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return path;
  } catch (cause) {
    throw dataFolderError(path, cause);
  }
}

/** Names the variable, why the folder cannot be used, and what to do. */
export function dataFolderError(path: string, cause: unknown): StartError {
  const { code = "unknown" } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? "no folder can be made there";
  return new StartError(
    `TTLC_DATA_DIR: ${shownPath(path)} cannot be used: ${reason} (${code}). Set TTLC_DATA_DIR to a folder that this user can write to.`,
    { cause },
  );
}
