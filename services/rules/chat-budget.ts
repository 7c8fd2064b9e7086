import { type Queryable, sql } from "@databases/pg";

/** Chat messages in a channel, in a minute and at once, all rules and processes together. */
const PER_MINUTE = 20;

/** Takes one of the channel's messages; false: there is none left just now. */
export async function takeChat(db: Queryable, channelId: string): Promise<boolean> {
  const rows = await db.query(sql`
    insert into chat_budgets as b (channel_id, tokens) values (${channelId}, ${PER_MINUTE - 1})
    on conflict (channel_id) do update set
      tokens = least(${PER_MINUTE}, b.tokens + extract(epoch from now() - b.at) * ${PER_MINUTE} / 60) - 1, at = now()
    where least(${PER_MINUTE}, b.tokens + extract(epoch from now() - b.at) * ${PER_MINUTE} / 60) >= 1
    returning 1`);
  return rows.length > 0;
}
