import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Who imports whom below a folder, and a version per file that goes into its URL (`?v=2`). Importing a file that was
 * invalidated makes a new instance of it and of all that import it; every other module keeps its instance.
 * Old instances stay in memory: for development only.
 */
export class ModuleGraph {
  readonly #modules = new Set<string>();
  /** Of each file that a module imports, be it there or not, the modules that do. */
  readonly #importers = new Map<string, Set<string>>();
  readonly #versions = new Map<string, number>();
  readonly #hooks: { deregister(): void };

  constructor(root: string) {
    const base = `${pathToFileURL(root).href}/`;
    const isOurs = (url: string) => url.startsWith(base) && !url.includes("/node_modules/");
    this.#hooks = registerHooks({
      resolve: (specifier, { parentURL = "", ...context }, next) => {
        if (/^\.\.?\//.test(specifier) && isOurs(parentURL)) this.#link(parentURL, new URL(specifier, parentURL).href);
        const found = next(specifier, { parentURL, ...context });
        if (!isOurs(found.url)) return found;
        const url = plain(found.url);
        this.#modules.add(url);
        return { ...found, url: this.#versioned(url) };
      },
    });
  }

  /** The module in its present version. Rejects with what the module threw, or with its syntax error. */
  import(file: string): Promise<{ default?: unknown }> {
    return import(this.#versioned(pathToFileURL(file).href));
  }

  /**
   * Makes the next import of these files, and of all that depend on them, a new instance. A file that is no module
   * (.sql, .lua, .json that is read) counts as its readers: the modules whose source names it.
   *
   * @returns every file that has a new version
   */
  invalidate(files: Iterable<string>): Set<string> {
    const stale = new Set<string>();
    for (const file of files) {
      this.#collect(pathToFileURL(file).href, stale);
      if (!file.endsWith(".ts")) for (const reader of this.#readers(file)) this.#collect(reader, stale);
    }
    for (const url of stale) this.#versions.set(url, this.#version(url) + 1);
    return new Set([...stale].map((url) => fileURLToPath(url)));
  }

  close(): void {
    this.#hooks.deregister();
  }

  /** What was loaded before there was a graph has no version: its imports are not known, and not ours to renew. */
  #link(importer: string, imported: string): void {
    if (!importer.includes("?v=")) return;
    const importers = this.#importers.get(imported) ?? new Set();
    this.#importers.set(imported, importers.add(plain(importer)));
  }

  #version(url: string): number {
    return this.#versions.get(url) ?? 1;
  }

  #versioned(url: string): string {
    return `${url}?v=${this.#version(url)}`;
  }

  /** The file and all that import it, directly or not. */
  #collect(url: string, into: Set<string>): void {
    if (into.has(url)) return;
    into.add(url);
    for (const importer of this.#importers.get(url) ?? []) this.#collect(importer, into);
  }

  #readers(file: string): string[] {
    const name = basename(file);
    return [...this.#modules].filter((url) => sourceOf(url).includes(name));
  }
}

const plain = (url: string): string => url.split("?", 1)[0] as string;

function sourceOf(url: string): string {
  try {
    return readFileSync(fileURLToPath(url), "utf8");
  } catch {
    return ""; // removed meanwhile
  }
}
