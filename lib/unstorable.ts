import { MAX_DEPTH } from "./json.ts";

/** What is wrong with a text that `unstorable` finds. */
export const notStorable = "has a character that is none: NUL, or half of a pair";

/**
 * Where in what came as JSON a text or a name stands that Postgres does not keep, or not as it is: with NUL, or with half
 * of a pair of UTF-16.
 *
 * @returns the paths of its fields, dotted; of a name, where it is used
 */
export function unstorable(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0") ? [] : [path.join(".")];
  if (typeof value !== "object" || value === null || path.length > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const wrong = unstorable(name, path);
    return wrong.length > 0 ? wrong : unstorable(inner, [...path, name]);
  });
}
