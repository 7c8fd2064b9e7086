import { type SQLQuery, sql } from "@databases/pg";
import { begin, finished, type ValueType, writerOf } from "./pg-values.ts";

/** The columns of a recordset in their order, and what they are. */
export type Columns<Row> = { readonly [Name in keyof Row]?: ValueType };

/** What Postgres calls a type, and the number it knows it by (pg_type.oid). */
const types: Record<ValueType, { name: string; oid: number }> = {
  text: { name: "text", oid: 25 },
  timestamptz: { name: "timestamptz", oid: 1184 },
  bigint: { name: "bigint", oid: 20 },
  uuid: { name: "uuid", oid: 2950 },
  boolean: { name: "boolean", oid: 16 },
  jsonb: { name: "jsonb", oid: 3802 },
  base64: { name: "bytea", oid: 17 },
};

/**
 * A query that returns `rows`, sent as one array for each column, in binary: of JSON Postgres would have to parse every
 * value (ADR 10).
 *
 * @throws as `writerOf`
 */
export function recordset<Row extends object>(columns: Columns<Row>, rows: Iterable<Row>): SQLQuery {
  const all = [...rows];
  const arrays = namesOf(columns).map((name) => {
    const type = columns[name] as ValueType;
    const values = all.map((row) => row[name]);
    return sql`${arrayOf(type, values)}::${sql.__dangerous__rawValue(types[type].name)}[]`;
  });
  return sql`select * from unnest(${sql.join(arrays, ", ")}) as row (${columnList(columns)})`;
}

/** The names, for the list of columns of an INSERT. */
export const columnList = <Row extends object>(columns: Columns<Row>): SQLQuery =>
  sql.join(
    namesOf(columns).map((name) => sql.ident(name)),
    ", ",
  );

const namesOf = <Row extends object>(columns: Columns<Row>) => Object.keys(columns) as (keyof Row & string)[];

/** As `array_recv` reads it: how many dimensions, a flag it does not look at, the type, the size, the first index. */
function arrayOf(type: ValueType, values: readonly unknown[]): Buffer {
  const header = Buffer.alloc(20);
  header.writeInt32BE(1, 0);
  header.writeInt32BE(types[type].oid, 8);
  header.writeInt32BE(values.length, 12);
  header.writeInt32BE(1, 16);
  begin(header);
  const write = writerOf(type);
  for (const value of values) write(value);
  return finished();
}
