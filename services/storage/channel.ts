import { type ConnectionPool, sql } from "@databases/pg";

interface ChannelQuery {
  uniqueId: string;
  /** TikTok's id of the streamer, once known: what a channel is recognised by when its handle changed. */
  ownerId?: string | undefined;
  displayName?: string | undefined;
  simulated: boolean;
}

/** Finds or makes the channel of a streamer, and keeps its handle current. One call at a time, of all processes. */
export function channel(db: ConnectionPool, query: ChannelQuery): Promise<{ channelId: string }> {
  const { ownerId = null, displayName = null, simulated } = query;
  const uniqueId = query.uniqueId.replace(/^@/, "").toLowerCase();
  return db.tx(async (tx) => {
    await tx.query(sql`select pg_advisory_xact_lock(hashtext('channel'))`);
    // The owner decides; a channel whose owner nobody knew yet goes by its handle.
    const [found] = await tx.query(sql`
      select channel_id from channels
      where simulated = ${simulated}
        and (owner_id = ${ownerId} or (unique_id = ${uniqueId} and (owner_id is null or ${ownerId}::text is null)))
      order by owner_id nulls last limit 1`);
    await tx.query(sql`
      update channels set unique_id = null
      where simulated = ${simulated} and unique_id = ${uniqueId} and channel_id is distinct from ${found?.channel_id ?? null}`);
    const [row] = found
      ? await tx.query(sql`
          update channels set unique_id = ${uniqueId}, owner_id = coalesce(${ownerId}, owner_id),
            display_name = coalesce(${displayName}, display_name)
          where channel_id = ${found.channel_id} returning channel_id`)
      : await tx.query(sql`
          insert into channels (simulated, owner_id, unique_id, display_name)
          values (${simulated}, ${ownerId}, ${uniqueId}, ${displayName}) returning channel_id`);
    await tx.query(sql`
      update wanted_rooms set channel_id = ${row.channel_id}
      where unique_id = ${uniqueId} and (provider = 'simulator') = ${simulated}
        and channel_id is distinct from ${row.channel_id}`);
    return { channelId: row.channel_id };
  });
}
