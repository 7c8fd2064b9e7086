import { type SQLQuery, sql } from "@databases/pg";

/** The columns of a recordset in their order, and what they are. `base64` is bytea written so. */
export type Columns<Row> = {
  readonly [Name in keyof Row]?: "text" | "timestamptz" | "bigint" | "uuid" | "boolean" | "jsonb" | "base64";
};

/**
 * A query that returns `rows`, sent as one parameter: a list of lists, since names would be half of what Postgres has
 * to read (ADR 5).
 */
export function recordset<Row extends object>(columns: Columns<Row>, rows: Iterable<Row>): SQLQuery {
  const names = namesOf(columns);
  const values = names.map((name, i) => sql`${valueAt(columns[name] as string, i)} as ${sql.ident(name)}`);
  const lists = Array.from(rows, (row) => names.map((name) => row[name] ?? null));
  return sql`select ${sql.join(values, ", ")} from jsonb_array_elements(${JSON.stringify(lists)}::jsonb) row`;
}

/** The names, for the list of columns of an INSERT. */
export const columnList = <Row extends object>(columns: Columns<Row>): SQLQuery =>
  sql.join(
    namesOf(columns).map((name) => sql.ident(name)),
    ", ",
  );

const namesOf = <Row extends object>(columns: Columns<Row>) => Object.keys(columns) as (keyof Row & string)[];

function valueAt(type: string, i: number): SQLQuery {
  const at = sql.__dangerous__rawValue(String(i));
  if (type === "jsonb") return sql`row->${at}`;
  if (type === "text") return sql`row->>${at}`;
  if (type === "base64") return sql`decode(row->>${at}, 'base64')`;
  return sql`(row->>${at})::${sql.__dangerous__rawValue(type)}`;
}
