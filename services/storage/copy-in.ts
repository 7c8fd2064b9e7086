import type { Writable } from "node:stream";
import type { Transaction } from "@databases/pg";

/** Rows for one table. */
export interface Copy {
  table: string;
  /** Names of columns. */
  columns: readonly string[];
  /** As `copyRows` makes them. */
  data: Buffer;
}

/** pg's connection, as far as a query of our own needs it. */
interface Connection {
  stream: Writable;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

interface Client {
  query(query: CopyQuery): void;
}

/**
 * Adds rows to tables by COPY, in `tx`, one table after the other: cheaper than INSERT, without ON CONFLICT and RETURNING
 * (ADR 10).
 *
 * @databases/pg has no COPY, so this is the one place that takes pg's client out of a transaction of it.
 *
 * @throws as a query does
 */
export async function copyIn(tx: Transaction, copies: readonly Copy[]): Promise<void> {
  const { client } = (tx as unknown as { _driver: { client: Client } })._driver;
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyQuery(copies, (error) => (error ? reject(error) : resolve())));
  });
}

/**
 * What pg's client calls while a query of its queue is the active one. The data follows the statements at once: Postgres passes
 * over what comes after one that it refuses, so no answer needs to be waited for.
 */
class CopyQuery {
  readonly #copies: readonly Copy[];
  /** pg puts its timer around it. */
  callback: (error?: unknown) => void;

  constructor(copies: readonly Copy[], callback: (error?: unknown) => void) {
    this.#copies = copies;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    const statements = this.#copies.map(
      ({ table, columns }) => `copy ${table} (${columns.join(", ")}) from stdin (format binary)`,
    );
    connection.stream.cork(); // no timeout of Postgres applies while it waits for data
    connection.query(statements.join("; "));
    for (const { data } of this.#copies) {
      connection.sendCopyFromChunk(data);
      connection.endCopyFrom();
    }
    connection.stream.uncork();
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback();
  }
}
