import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { inject, it, onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary.ts";

/** `it` for what needs a disk of its own that can be full: skipped where none can be mounted, and says so. */
export const itWithDisk = mayMount()
  ? it
  : (((name: string, ...rest: unknown[]) =>
      (it.skip as (...args: unknown[]) => void)(`${name} (no disk can be mounted here)`, ...rest)) as typeof it);

/** Only root may, and not in every container. */
function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const dir = join(inject("runDir"), `mount-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", dir], { stdio: "ignore" });
    execFileSync("umount", [dir]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Mounts a small disk; it is gone when the test ends.
 *
 * @param size as tmpfs takes it, such as `24m`
 * @param uid whose it is; without it of who runs the test
 * @returns its folder
 */
export async function mountDisk(size: string, uid = 0): Promise<string> {
  const dir = join(await temporaryFolder(), "disk");
  mkdirSync(dir);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=700,uid=${uid}`, "tmpfs", dir]);
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", dir]);
  });
  return dir;
}

export const growDisk = (dir: string, size: string) => execFileSync("mount", ["-o", `remount,size=${size}`, dir]);

/** Takes all the room that is left; resolves with what gives it back. */
export function fillDisk(dir: string): () => Promise<void> {
  const path = join(dir, "filler");
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
  return () => rm(path);
}
