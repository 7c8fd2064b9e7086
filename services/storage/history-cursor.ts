import { createHash } from "node:crypto";
import { Errors } from "moleculer";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import type { Order, Place } from "./history-order.ts";

/** Where a history goes on: the place of the last event examined, and how far up the list goes (packed position). */
export interface Mark {
  place: Place;
  through: string;
}

const packed = /^[0-8]?\d{1,18}$/;
const print = /^[\w-]{11}$/;

/**
 * @param asked all that says which list it is: a cursor of another one is refused, since a page of it would belong to neither
 */
export const encodeMark = ({ place, through }: Mark, asked: unknown): string =>
  encodeCursor([...place, through, fingerprint(asked)]);

/** @throws ValidationError INVALID_CURSOR */
export function decodeMark(cursor: string, order: Order, asked: unknown): Mark {
  const key: readonly string[] = decodeCursor(cursor, [...order.shape, packed, print]);
  const [through, of] = key.slice(-2);
  if (through && of === fingerprint(asked)) return { place: key.slice(0, -2), through };
  throw new Errors.ValidationError("`after` is of other filters: start without it.", "INVALID_CURSOR", {});
}

const fingerprint = (asked: unknown) =>
  createHash("sha256").update(JSON.stringify(asked)).digest("base64url").slice(0, 11);
