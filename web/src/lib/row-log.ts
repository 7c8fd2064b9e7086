import type { FeedRow } from "./rows.ts";

/** The newest `cap` rows, sorted by id. Trims in bulk, so an append costs next to nothing. */
export class RowLog {
  #rows: FeedRow[];
  readonly #cap: number;

  constructor(cap: number, rows: FeedRow[] = []) {
    this.#cap = cap;
    this.#rows = rows;
  }

  /** Appends the row, or replaces the one with its id; answers whether it is new. A replaced row that is gone stays gone. */
  put(row: FeedRow): boolean {
    const last = this.#rows.at(-1);
    if (!last || last.id < row.id) {
      this.#rows.push(row);
      if (this.#rows.length > this.#cap * 1.25) this.#rows = this.newest();
      return true;
    }
    const at = this.#indexOf(row.id);
    if (at >= 0) this.#rows[at] = row;
    return false;
  }

  /** A copy, oldest first. */
  newest(): FeedRow[] {
    return this.#rows.slice(-this.#cap);
  }

  #indexOf(id: number): number {
    let low = 0;
    let high = this.#rows.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = (this.#rows[middle] as FeedRow).id;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
