import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { removeFolder } from "./remove-folder.ts";

/** A folder that is removed when the test ends; others may enter it. */
export async function temporaryFolder(mode = 0o755): Promise<string> {
  const dir = await mkdtemp(join(inject("runDir") ?? tmpdir(), "ttlc-"));
  await chmod(dir, mode);
  onTestFinished(() => removeFolder(dir));
  return dir;
}
