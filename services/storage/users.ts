import { type Queryable, sql } from "@databases/pg";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";

/** What an event says about who did it, as a row of users. */
export interface Identity {
  tiktok_id: string;
  unique_id: string;
  display_name: string;
  avatar_url?: string | undefined;
  identity_at: string;
  identity_seq: number;
}

/** Everybody who did something in `events`, as the newest of them tells it. */
export function identities(events: readonly UnifiedEvent[]): Identity[] {
  const newest = new Map<string, Identity>();
  for (const { user, timestamp, seqNo } of events) {
    if (!user) continue;
    const known = newest.get(user.userId);
    const identity = {
      tiktok_id: user.userId,
      unique_id: user.uniqueId,
      display_name: user.displayName,
      avatar_url: user.avatarUrl,
      identity_at: timestamp,
      identity_seq: seqNo,
    };
    if (!known || isBetter(identity, known)) newest.set(user.userId, identity);
  }
  return [...newest.values()];
}

/** Newer; but one without a handle says less than any other. */
function isBetter(a: Identity, b: Identity): boolean {
  if ((a.unique_id === "") !== (b.unique_id === "")) return b.unique_id === "";
  if (a.identity_at !== b.identity_at) return a.identity_at > b.identity_at;
  return a.identity_seq > b.identity_seq;
}

/** Resolves with user_ref by TikTok's id. In the order of ids, so that two writers never wait in a circle. */
export async function upsertUsers(tx: Queryable, people: readonly Identity[]): Promise<Map<string, string>> {
  if (people.length === 0) return new Map();
  const rows: { tiktok_id: string; user_ref: string }[] = await tx.query(sql`
    insert into users as u (tiktok_id, unique_id, display_name, avatar_url, identity_at, identity_seq)
    select tiktok_id, unique_id, display_name, avatar_url, identity_at, identity_seq
    from jsonb_populate_recordset(null::users, ${JSON.stringify(people)}::jsonb)
    order by tiktok_id
    on conflict (tiktok_id) do update set
      (unique_id, display_name, avatar_url, identity_at, identity_seq) = (
        select best.* from (values
          (excluded.unique_id, excluded.display_name, excluded.avatar_url, excluded.identity_at, excluded.identity_seq),
          (u.unique_id, u.display_name, u.avatar_url, u.identity_at, u.identity_seq)
        ) best (unique_id, display_name, avatar_url, identity_at, identity_seq)
        order by unique_id <> '' desc, identity_at desc, identity_seq desc limit 1
      )
    returning tiktok_id, user_ref`);
  return new Map(rows.map((row) => [row.tiktok_id, row.user_ref]));
}
