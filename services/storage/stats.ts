import { type Queryable, sql } from "@databases/pg";

/** What there is in Postgres, for metrics. */
export async function totals(db: Queryable): Promise<{ events: number; deadLetters: number }> {
  const [row] = await db.query(sql`
    select (select coalesce(sum(events), 0) from streams)::bigint as events,
      (select count(*) from dead_letters) as dead_letters`);
  return { events: Number(row.events), deadLetters: Number(row.dead_letters) };
}
