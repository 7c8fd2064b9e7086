import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ServiceSchema } from "moleculer";
import { ConfigError } from "./errors.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The services of this checkout: name to file. */
export function knownServices(root = ROOT): Map<string, string> {
  const files = globSync(["services/*/*.service.ts", "simulator/*.service.ts"], { cwd: root });
  return new Map(files.sort().map((file) => [basename(file, ".service.ts"), join(root, file)]));
}

/**
 * The files of the services that TTLC_SERVICES names, comma-separated.
 *
 * @throws ConfigError for a name that comes twice or is no service, with the names that there are
 */
export function serviceFiles(names: string, known = knownServices()): string[] {
  return names.split(",").map((name, index, all) => {
    if (all.indexOf(name) < index)
      throw new ConfigError(`TTLC_SERVICES names "${name}" twice: name each service once.`);
    const file = known.get(name);
    if (file) return file;
    throw new ConfigError(
      `TTLC_SERVICES names "${name}", which is no service: there are ${[...known.keys()].join(", ")}.`,
    );
  });
}

export async function loadService(file: string): Promise<ServiceSchema> {
  return (await import(pathToFileURL(file).href)).default;
}
