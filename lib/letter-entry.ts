import { PoisonMessageError } from "./errors.ts";

/** As many as an entry may have and more; a script could not take thousands. */
const MOST_FIELDS = 64;

/**
 * The fields of the entry that a dead letter holds, each as text.
 *
 * @param payload of the letter
 * @throws PoisonMessageError PARSE_ERROR when it holds none
 */
export function entryOf(payload: string): Record<string, string> {
  let fields: unknown;
  try {
    fields = JSON.parse(payload);
  } catch {
    throw new PoisonMessageError("PARSE_ERROR", "the letter does not hold the fields of an entry");
  }
  if (!isEntry(fields)) throw new PoisonMessageError("PARSE_ERROR", "the letter does not hold the fields of an entry");
  return fields;
}

function isEntry(fields: unknown): fields is Record<string, string> {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return false;
  const values = Object.values(fields);
  return values.length > 0 && values.length <= MOST_FIELDS && values.every((value) => typeof value === "string");
}
