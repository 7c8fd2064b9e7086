import { pairs } from "../../mixins/streams/reply.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";

/** The two groups that may slow ingest: what waits for another one is its own affair (DESIGN section 5). */
const groups = { "ttlc:raw": "normalizer", "ttlc:events": "storage" } as const;

/** Entries that wait for the normalizer or for storage; all that are there while a group does not exist. */
export async function backlog(redis: Commands): Promise<number> {
  const counts = await Promise.all(
    Object.entries(groups).map(async ([stream, name]) => {
      const [about, found] = await Promise.all([redis.xinfo("STREAM", stream), redis.xinfo("GROUPS", stream)]).catch(
        none,
      );
      const group = (found as unknown[][]).map(pairs).find((each) => each.name === name);
      return waiting(pairs(about as unknown[]), group);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Redis cannot always tell a lag; that a group is through it can. */
function waiting(stream: Record<string, unknown>, group: Record<string, unknown> | undefined): number {
  if (!group) return Number(stream.length ?? 0);
  const isThrough = group["last-delivered-id"] === stream["last-generated-id"];
  return Number(group.pending) + (isThrough ? 0 : Number(group.lag ?? stream.length));
}

/** There is no such stream yet. */
function none(error: Error): [unknown[], unknown[]] {
  if (/no such key/i.test(error.message)) return [[], []];
  throw error;
}
