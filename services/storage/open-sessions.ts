import { type Queryable, sql } from "@databases/pg";

/** A live session without an end. */
export interface OpenSession {
  streamId: string;
  sessionId: string;
  /** When its last event happened, ISO 8601. */
  lastAt: string;
}

/** Sessions of a streamer's rooms that nobody closed, as far as it is stored; the oldest first. */
export async function openSessions(
  db: Queryable,
  { uniqueId, simulated }: { uniqueId: string; simulated: boolean },
): Promise<OpenSession[]> {
  const rows: { stream_id: string; session_id: string; last_at: Date }[] = await db.query(sql`
    select stream_id, session_id, s.last_at
    from sessions s join streams using (stream_id) join channels c using (channel_id)
    where s.ended_at is null and c.unique_id = ${uniqueId} and c.simulated = ${simulated}
    order by s.last_at`);
  return rows.map((row) => ({
    streamId: row.stream_id,
    sessionId: row.session_id,
    lastAt: row.last_at.toISOString(),
  }));
}
