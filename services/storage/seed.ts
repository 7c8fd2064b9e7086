import { type Queryable, sql } from "@databases/pg";

/** Far more than what can be on its way to Postgres, or was given out by a Redis that is gone. */
const SEED_STEP = 2 ** 20;

/** Where the sequence of a room goes on, and its newest session. */
export interface Seed {
  seed: number;
  last: { sessionId: string; at: string; seqNo: number; open: boolean } | null;
}

/**
 * A new sequence base for a room whose counter in Redis is gone: 0 for a room nobody knows, else a step above
 * everything that is stored, was handed out before, or the caller remembers (`floor`). It is recorded before it is
 * answered, so no two calls are given the same one.
 */
export async function seed(db: Queryable, { streamId, floor }: { streamId: string; floor: number }): Promise<Seed> {
  const [{ seed }] = await db.query(sql`
    with known as (select greatest(${floor}::bigint, (select last_seq from streams where stream_id = ${streamId})) as seq)
    insert into seq_seeds as s (stream_id, seed)
    select ${streamId}, case when seq = 0 then 0 else seq + ${SEED_STEP}::bigint end from known
    on conflict (stream_id) do update set
      seed = greatest(s.seed, (select seq from known)) + ${SEED_STEP}::bigint, seeded_at = now()
    returning seed`);
  const [last] = await db.query(sql`
    select session_id, last_at, last_seq, ended_at is null as open
    from sessions where stream_id = ${streamId} order by last_seq desc limit 1`);
  return {
    seed: Number(seed),
    last:
      (last && {
        sessionId: last.session_id,
        at: last.last_at.toISOString(),
        seqNo: Number(last.last_seq),
        open: last.open,
      }) ||
      null,
  };
}
