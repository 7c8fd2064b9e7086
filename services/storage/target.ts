import { type Queryable, sql } from "@databases/pg";
import type { ModerationTarget } from "../../contracts/moderation.ts";

/** Null when nothing of the stream is stored, or its channel is not known. */
export async function target(
  db: Queryable,
  { streamId, userId }: { streamId: string; userId?: string | undefined },
): Promise<ModerationTarget | null> {
  const [row] = await db.query(sql`
    select s.channel_id, s.simulated, c.owner_id, c.unique_id, u.unique_id as person,
      case when ended_seq > coalesce(connected_seq, -1) then ended_at else last_at end as heard_at,
      (select session_id from sessions where stream_id = s.stream_id order by first_at desc, session_id desc limit 1)
    from streams s join channels c using (channel_id)
      left join users u on u.tiktok_id = ${userId ?? null} and exists (
        select from stream_users v join streams o using (stream_id)
        where v.user_ref = u.user_ref and o.channel_id = s.channel_id)
    where stream_id = ${streamId}`);
  if (!row?.session_id) return null;
  return {
    channelId: row.channel_id,
    simulated: row.simulated,
    sessionId: row.session_id,
    heardAt: row.heard_at.toISOString(),
    owner: { userId: row.owner_id, uniqueId: row.unique_id },
    person: row.person === null ? null : { uniqueId: row.person },
  };
}
