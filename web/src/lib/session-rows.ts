import type { ServedEvent } from "../../../contracts/api.ts";
import { type EventRow, RowMaker } from "./rows.ts";

/** The rows of stored events, as the live feed would have them: a streak is one, at the place where it began. */
export function rowsOf(events: readonly ServedEvent[]): EventRow[] {
  const maker = new RowMaker();
  const rows = new Map<number, EventRow>();
  for (const event of events) {
    const row = maker.row(event);
    rows.set(row.id, row);
  }
  return [...rows.values()];
}
