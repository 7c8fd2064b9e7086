import { DatabaseSync } from "node:sqlite";
import { waitUntil } from "./wait-until.ts";

const SQLITE_BUSY = 5;

/**
 * A lock between processes that the operating system lets go of when its holder dies, however it dies: SQLite's lock
 * on an empty database file, as Node has no flock. Many may hold it shared, or one alone.
 */
export class FileLock {
  readonly #db: DatabaseSync;

  /** @param file made when missing, left in place for ever */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
  }

  tryShared(): boolean {
    return this.#try("begin; select 1 from sqlite_schema");
  }

  tryAlone(): boolean {
    return this.#try("begin exclusive");
  }

  /** Lets go; a holder must do this before it takes the other kind. */
  release(): void {
    if (this.#db.isTransaction) this.#db.exec("rollback");
  }

  close(): void {
    this.#db.close();
  }

  #try(statements: string): boolean {
    try {
      this.#db.exec(statements);
      return true;
    } catch (error) {
      this.release();
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
      throw error;
    }
  }
}

/** Runs the task while nobody else, in this process or another, runs one under the same file. */
export async function alone<Result>(file: string, task: () => Promise<Result>): Promise<Result> {
  const lock = new FileLock(file);
  try {
    await waitUntil(() => lock.tryAlone());
    return await task();
  } finally {
    lock.close();
  }
}
