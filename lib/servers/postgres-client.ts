import createPool, { type ConnectionPool } from "@databases/pg";

/** One connection for one task, closed at the end. bigint comes as a string. */
export async function withPool<Result>(url: string, task: (pool: ConnectionPool) => Promise<Result>): Promise<Result> {
  const pool = createPool({ connectionString: url, bigIntMode: "string", poolSize: 1, onError() {} });
  try {
    return await task(pool);
  } finally {
    await pool.dispose();
  }
}
