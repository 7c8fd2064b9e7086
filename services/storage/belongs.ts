import { type Queryable, type SQLQuery, sql } from "@databases/pg";

interface Question {
  kind: "channel" | "stream" | "session" | "streamer" | "rule" | "destination" | "action";
  /** The uuid of a channel, a session, a rule or a destination, TikTok's room id, a streamer's handle, an action's number. */
  id: string;
  /** Of a streamer: whether the simulation or the real one of that handle is meant. */
  simulated?: boolean | undefined;
}

const uuids = new Set<Question["kind"]>(["channel", "session", "rule", "destination"]);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which channel something belongs to, null when it is not known; sessions may be replays. */
export async function belongs(
  db: Queryable,
  { kind, id, simulated }: Question,
): Promise<{ channelId: string | null; simulated: boolean } | null> {
  if (uuids.has(kind) && !uuid.test(id)) return null;
  if (kind === "action" && !/^\d{1,18}$/.test(id)) return null;
  const [row] = await db.query(queries[kind](id, simulated ?? null));
  return row ? { channelId: row.channel_id, simulated: row.simulated } : null;
}

const queries: Record<Question["kind"], (id: string, simulated: boolean | null) => SQLQuery> = {
  channel: (id) => sql`select channel_id, simulated from channels where channel_id = ${id}`,
  stream: (id) => sql`select channel_id, simulated from streams where stream_id = ${id}`,
  session: (id) => sql`
    select channel_id, simulated from streams where stream_id = coalesce(
      (select stream_id from sessions where session_id = ${id}), (select stream_id from replays where session_id = ${id}))`,
  rule: (id) => sql`select channel_id, simulated from rules join channels using (channel_id) where rule_id = ${id}`,
  destination: (id) => sql`
    select channel_id, simulated from destinations join channels using (channel_id) where destination_id = ${id}`,
  action: (id) => sql`
    select channel_id, simulated from actions_log join channels using (channel_id) where action_id = ${id}::bigint`,
  streamer: (id, simulated) => sql`
    select channel_id, simulated from channels where unique_id = ${id.replace(/^@/, "").toLowerCase()}
      and simulated = coalesce(${simulated}, simulated)
    order by simulated limit 1`,
};
