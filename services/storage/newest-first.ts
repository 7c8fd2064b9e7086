import { type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";

/** A page of a list in the order `s.first_at desc, s.<id> desc`. */
export interface PageQuery {
  scope?: Scope | undefined;
  after?: string | undefined;
  limit: number;
}

/** The column that tells rows of the same instant apart. */
export interface IdColumn {
  name: string;
  shape: RegExp;
}

/** first_at of the last row seen, in Unix milliseconds. */
const instant = /^\d{1,14}$/;

/** Condition of the page that `after` asks for. first_at may still fall: then a row is met again, never missed. */
export function olderThan(after: string | undefined, id: IdColumn): SQLQuery {
  if (!after) return sql`true`;
  const [firstAt, lastId] = decodeCursor(after, [instant, id.shape]);
  return sql`(s.first_at, s.${sql.ident(id.name)}) < (${new Date(Number(firstAt)).toISOString()}, ${lastId})`;
}

/** @param rows one more than `limit` if there is a next page */
export function toPage<Row extends { first_at: Date }, Item>(
  rows: Row[],
  limit: number,
  idOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(toItem),
    next: last ? encodeCursor([last.first_at.getTime(), idOf(last)]) : null,
  };
}

/** A bigint, as it is read. */
export const numberOrNull = (bigint: string | null) => (bigint === null ? null : Number(bigint));
