import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../shared/data");

/**
 * A file of ../shared/data; undefined where that is not there.
 *
 * @throws in CI, where what it demands is to be shown
 */
export function shared<Content>(name: string): Content | undefined {
  const file = join(FOLDER, name);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  if (process.env.CI) throw new Error(`${file} is missing: what it demands cannot be shown`);
  return undefined;
}

/** The same, of one that is a list; else none. */
export const sharedRows = <Row>(name: string): Row[] => shared<Row[]>(name) ?? [];

/** What an input that begins with `gen:` stands for; any other is itself. */
export async function expanded(input: unknown): Promise<unknown> {
  const { expand } = await import(join(FOLDER, "generators.mjs"));
  return expand(input);
}
