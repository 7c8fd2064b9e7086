import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import { eventMatcher } from "../../lib/event-filter.ts";
import { decodeMark, encodeMark, type Mark } from "./history-cursor.ts";
import { allOf, canonical, type HistoryFilter, throughOf, wantedRows, wantedTexts, weeksOf } from "./history-filter.ts";
import type { Order, Place } from "./history-order.ts";
import { type Stretch, walk } from "./history-walk.ts";
import { toServedEvents } from "./inherited.ts";
import { between, eventsOf } from "./select-events.ts";

/** Which part of a list, and how much. */
export interface Paging extends HistoryFilter {
  after?: string | undefined;
  limit: number;
}

/** Packed: up to here Postgres has all there is. */
export type Boundary = () => Promise<bigint>;

/** Of `timestamp`, in Unix milliseconds, as a projection knows it once the boundary is known: no event of a page is beyond. */
export interface Bounds {
  first: number;
  last: number;
}

export const boundsOf = ({ first_at, last_at }: { first_at: Date; last_at: Date }): Bounds => ({
  first: first_at.getTime(),
  last: last_at.getTime(),
});

export interface Name {
  order: Order;
  /** Which list it is: part of its cursors. */
  of: unknown[];
}

/** A list of events. */
export interface List extends Name {
  bounds: Bounds;
  stretch: (after: Place) => Stretch | null;
  /** Condition on events `e`. */
  wanted?: SQLQuery;
}

/**
 * Where a page begins. A list stays what it was when its first page was read: how far up it goes is in the cursor, so
 * that events which arrive meanwhile neither shift nor join it.
 */
export async function markOf(
  { order, of }: Name,
  { after, limit: _, ...filter }: Paging,
  boundary: Boundary,
): Promise<Mark> {
  if (after) return decodeMark(after, order, [of, canonical(filter)]);
  return { place: order.start, through: String(lower(await boundary(), throughOf(filter))) };
}

/** It may have fewer events than `limit`, or none, and still go on: see EXAMINED. */
export async function page(
  db: Queryable,
  { order, of, bounds, stretch, wanted = sql`true` }: List,
  { after: _, limit, ...filter }: Paging,
  { place, through }: Mark,
): Promise<Page<ServedEvent>> {
  const { keys, next } = await walk(
    db,
    {
      order,
      through,
      stretch,
      wanted: allOf([wanted, wantedRows(filter, through)]),
      wantedTexts: wantedTexts(filter),
      weeks: (table) => allOf([between(table, bounds.first, bounds.last), weeksOf(filter, table)]),
    },
    place,
    limit,
    isFiltered(filter),
  );
  const events = await toServedEvents(db, await eventsOf(db, keys));
  return {
    items: events.filter(eventMatcher(filter)), // what SQL finds may be a little more
    next: next && encodeMark({ place: next, through }, [of, canonical(filter)]),
  };
}

const isFiltered = (filter: HistoryFilter) => Object.values(filter).some((value) => value !== undefined);

const lower = (a: bigint, b = a) => (b < a ? b : a);
