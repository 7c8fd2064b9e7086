import { Errors } from "moleculer";

/** Where a list goes on: opaque to clients, so that what it is made of may change. */
export const encodeCursor = (key: readonly unknown[]): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/**
 * The key in a cursor of `encodeCursor`.
 *
 * @param shape what its parts must look like, as text
 * @throws ValidationError INVALID_CURSOR
 */
export function decodeCursor<const Shape extends readonly RegExp[]>(
  cursor: string,
  shape: Shape,
): { [Part in keyof Shape]: string } {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(key) && key.length === shape.length && shape.every((part, i) => part.test(String(key[i])))) {
      return key.map(String) as { [Part in keyof Shape]: string };
    }
  } catch {
    // not JSON
  }
  throw new Errors.ValidationError("`after` is not a cursor of this list: start without it.", "INVALID_CURSOR", {});
}
