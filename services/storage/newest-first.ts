import { type SQLQuery, sql } from "@databases/pg";
import type { Page } from "../../contracts/api.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

/** A page of a list in the order `first_at desc, id desc`. */
export interface PageQuery {
  after?: string | undefined;
  limit: number;
}

/** first_at and id of the last row seen. */
const cursorShape = [/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, /^[^:]{1,128}$/] as const;

/** `where` condition of the page that `after` asks for. first_at may still fall: then a row is met again, never missed. */
export function olderThan(after: string | undefined, id: SQLQuery): SQLQuery {
  if (!after) return sql`true`;
  const [firstAt, lastId] = decodeCursor(after, cursorShape);
  return sql`(first_at, ${id}) < (${firstAt}::timestamptz, ${lastId})`;
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
    next: last ? encodeCursor([last.first_at.toISOString(), idOf(last)]) : null,
  };
}
