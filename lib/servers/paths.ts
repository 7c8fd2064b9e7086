import { isAbsolute, relative } from "node:path";

/** As short as a person would write it here: relative when it lies below the working directory. */
export function shownPath(path: string, cwd = process.cwd()): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
