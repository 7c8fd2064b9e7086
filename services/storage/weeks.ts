import { type Queryable, sql } from "@databases/pg";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05, the first Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** Monday 00:00 UTC of the week of an instant, both in Unix milliseconds: the partition it belongs to. */
export function weekOf(ms: number): number {
  return Math.floor((ms - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS;
}

/** The weeks that have partitions. Made before the transaction that needs them, in one of their own. */
export class Weeks {
  readonly #known = new Set<number>();

  /** @param instants ISO 8601 */
  async ensure(db: Queryable, instants: Iterable<string>): Promise<void> {
    for (const instant of instants) {
      const week = weekOf(Date.parse(instant));
      if (this.#known.has(week)) continue;
      await db.query(sql`select ensure_week(${instant}::timestamptz)`);
      this.#known.add(week);
    }
  }

  /** One of them was dropped: ask again. */
  forget(): void {
    this.#known.clear();
  }
}
