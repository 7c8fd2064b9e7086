import type { Transaction } from "@databases/pg";
import { copyRows } from "./copy-rows.ts";
import type { Columns } from "./recordset.ts";

/** pg's connection, as far as a query of our own needs it. */
interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

interface Client {
  query(query: CopyQuery): void;
}

/**
 * Adds `rows` to `table` by COPY, in `tx`. Half of what an INSERT costs Postgres, which knows no ON CONFLICT and no
 * RETURNING here (ADR 10).
 *
 * @databases/pg has no COPY, so this is the one place that takes pg's client out of a transaction of it.
 *
 * @throws as a query does, and as `copyRows` does, before anything is sent
 */
export async function copyIn<Row extends object>(
  tx: Transaction,
  table: string,
  columns: Columns<Row>,
  rows: readonly Row[],
): Promise<void> {
  const data = copyRows(columns, rows);
  const text = `copy ${table} (${Object.keys(columns).join(", ")}) from stdin (format binary)`;
  const { client } = (tx as unknown as { _driver: { client: Client } })._driver;
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyQuery(text, data, (error) => (error ? reject(error) : resolve())));
  });
}

/**
 * What pg's client calls while a query of its queue is the active one. The data follows the statement at once: when Postgres
 * refuses that, it passes over data that comes after, so no answer needs to be waited for.
 */
class CopyQuery {
  readonly #text: string;
  readonly #data: Buffer;
  /** pg puts its timer around it. */
  callback: (error?: unknown) => void;

  constructor(text: string, data: Buffer, callback: (error?: unknown) => void) {
    this.#text = text;
    this.#data = data;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
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
