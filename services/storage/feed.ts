import { type Queryable, sql } from "@databases/pg";
import type { ServedEvent } from "../../contracts/api.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import { toServedEvents } from "./inherited.ts";
import { inWeeksOfStream, ofStreamsOfChannel, selectEvents } from "./select-events.ts";

interface FeedQuery {
  /** One stream, or those of one channel; all without either. */
  streamId?: string | undefined;
  channelId?: string | undefined;
  /** Positions: after this one, up to and with that one, which must not be above the boundary (its default). */
  after: string;
  through?: string | undefined;
  limit: number;
}

interface FeedPage {
  items: { position: string; event: ServedEvent }[];
  /** Where to go on; null when there is no more. */
  next: string | null;
}

/** Live events in the order of their delivery. */
export async function feed(
  db: Queryable,
  { streamId, channelId, after, through, limit }: FeedQuery,
  boundary: () => Promise<bigint>,
): Promise<FeedPage> {
  const last = through ? packPosition(through) : await boundary();
  const ofStream = streamId && sql`e.stream_id = ${streamId} and ${await inWeeksOfStream(db, streamId)}`;
  const ofChannel = channelId && (await ofStreamsOfChannel(db, channelId));
  const rows = await selectEvents(db, {
    where: sql`e.position > ${String(packPosition(after))} and e.position <= ${String(last)} and ${ofStream || sql`true`}
      and ${ofChannel || sql`true`}`,
    order: sql`position`,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const events = await toServedEvents(db, page);
  const items = page.map((row, i) => ({ position: unpackPosition(row.position), event: events[i] as ServedEvent }));
  return { items, next: rows.length > limit ? (items.at(-1)?.position ?? null) : null };
}

/** The position just below the last `count` events of a stream; "0-0" when it has none. */
export async function recent(
  db: Queryable,
  { streamId, count }: { streamId: string; count: number },
): Promise<{ after: string }> {
  const [row] = await db.query(sql`
    select min(position) as first from (
      select position from events e
      where e.stream_id = ${streamId} and ${await inWeeksOfStream(db, streamId)}
      order by position desc limit ${count}
    ) newest`);
  return { after: row.first === null ? "0-0" : unpackPosition(BigInt(row.first) - 1n) };
}
