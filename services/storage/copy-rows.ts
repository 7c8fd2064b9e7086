import { begin, finished, type ValueType, writeInt16, writerOf } from "./pg-values.ts";
import type { Columns } from "./recordset.ts";

/** The signature, no flags, no extension. */
const header = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
/** In place of the number of fields. */
const TRAILER = -1;

/**
 * `rows` as the binary format of COPY has them (https://www.postgresql.org/docs/current/sql-copy.html).
 *
 * @throws as `writerOf`
 */
export function copyRows<Row extends object>(columns: Columns<Row>, rows: readonly Row[]): Buffer {
  const names = Object.keys(columns) as (keyof Row)[];
  const writers = names.map((name) => writerOf(columns[name] as ValueType));
  begin(header);
  for (const row of rows) {
    writeInt16(names.length);
    for (let i = 0; i < names.length; i++) writers[i]?.(row[names[i] as keyof Row]);
  }
  writeInt16(TRAILER);
  return finished();
}
