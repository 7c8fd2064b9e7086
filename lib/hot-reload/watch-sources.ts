import { type FSWatcher, globSync, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Quiet time after an event: an editor writes a file in several steps. */
const SETTLE_MS = 50;

/**
 * Tells which files below `root` were written, made or removed.
 * Every directory is watched for itself and the files are compared: a recursive watch is lost on Linux for a file that
 * an editor replaces by renaming another over it.
 *
 * @param folders below `root`, with all that is in them; of `root` itself only its own `.ts` files
 * @param onChange gets absolute paths
 */
export function watchSources(
  root: string,
  folders: readonly string[],
  onChange: (files: string[]) => void,
): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let known = stamps();
  let timer: NodeJS.Timeout | undefined;

  function stamps(): Map<string, string> {
    const patterns = ["*.ts", ...folders.map((folder) => `${folder}/**/*.{ts,json,sql,lua}`)];
    return new Map(globSync(patterns, { cwd: root }).flatMap((file) => stamp(join(root, file))));
  }

  function compare(): void {
    watchFolders();
    const now = stamps();
    const changed = [...now].flatMap(([file, value]) => (known.get(file) === value ? [] : [file]));
    const removed = [...known.keys()].filter((file) => !now.has(file));
    known = now;
    if (changed.length + removed.length > 0) onChange([...changed, ...removed]);
  }

  function watchFolders(): void {
    for (const folder of [root, ...folders.flatMap((name) => foldersIn(join(root, name)))]) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, () => {
        clearTimeout(timer);
        timer = setTimeout(compare, SETTLE_MS);
      });
      const forget = () => {
        watchers.delete(folder);
        watcher.close();
      };
      watchers.set(folder, watcher.on("error", forget));
    }
  }

  watchFolders();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** Nothing for a file that has just gone. */
function stamp(file: string): [string, string][] {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? [[file, `${stats.ino}:${stats.mtimeNs}:${stats.size}`]] : [];
}

function foldersIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return [
    folder,
    ...entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ];
}
