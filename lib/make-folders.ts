import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing, one by one: Node's `recursive` never ends where nothing can be
 * made, as under /proc, and takes no signals meanwhile.
 *
 * @param mode of the folder itself
 */
export async function makeFolders(path: string, mode?: number): Promise<void> {
  if (await isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) await makeFolders(above);
  await mkdir(path, { mode }).catch(async (error) => {
    if (!(await isFolder(path))) throw error; // else another one was faster
  });
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
