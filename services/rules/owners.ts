import { type Queryable, sql } from "@databases/pg";

/** A streamer, to tell them apart from viewers; null: not known. */
export interface Owner {
  userId: string | null;
  uniqueId: string | null;
}

/** Whose channels these are. */
export async function ownersOf(db: Queryable, channelIds: readonly string[]): Promise<ReadonlyMap<string, Owner>> {
  if (channelIds.length === 0) return new Map();
  const rows: { channel_id: string; owner_id: string | null; unique_id: string | null }[] = await db.query(sql`
    select channel_id, owner_id, unique_id from channels where channel_id = any(${channelIds}::uuid[])`);
  return new Map(rows.map((row) => [row.channel_id, { userId: row.owner_id, uniqueId: row.unique_id }]));
}

/** Whether somebody is the streamer. */
export const isOwner = (
  { userId, uniqueId }: { userId: string; uniqueId: string },
  owner: Owner | null | undefined,
): boolean => userId === owner?.userId || (owner != null && uniqueId.toLowerCase() === owner.uniqueId?.toLowerCase());
