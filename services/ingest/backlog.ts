import type { StreamName } from "../../contracts/streams.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";

/** Those whom a replay must not keep from what is live. */
const groups: readonly { stream: StreamName; name: string; mayBeAway: boolean }[] = [
  { stream: "ttlc:raw", name: "normalizer", mayBeAway: false },
  { stream: "ttlc:events", name: "storage", mayBeAway: false },
  { stream: "ttlc:events", name: "rules", mayBeAway: true },
];
/** A member that reads, or waits for entries, is heard of more often. */
const AWAY_AFTER_MS = 5_000;

/**
 * Entries that wait for the normalizer, for storage or for the rules; all that are there while a group does not exist. Rules
 * that are away, or not used, keep nobody waiting.
 *
 * @param awayAfterMs without a sign of any of the group's members
 */
export async function backlog(redis: Commands, awayAfterMs = AWAY_AFTER_MS): Promise<number> {
  const counts = await Promise.all(
    groups.map(async ({ stream, name, mayBeAway }) => {
      const [about, found] = await Promise.all([redis.xinfo("STREAM", stream), redis.xinfo("GROUPS", stream)]).catch(
        none,
      );
      const group = (found as unknown[][]).map(pairs).find((each) => each.name === name);
      if (mayBeAway && (!group || (await isAway(redis, stream, name, awayAfterMs)))) return 0;
      return waiting(pairs(about as unknown[]), group);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function isAway(redis: Commands, stream: StreamName, group: string, afterMs: number): Promise<boolean> {
  const members = await redis.xinfo("CONSUMERS", stream, group).catch((error: Error) => {
    if (/NOGROUP|no such key/i.test(error.message)) return []; // it was there a moment ago: Redis was emptied
    throw error;
  });
  return (members as unknown[][]).map(pairs).every(({ idle }) => Number(idle) >= afterMs);
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
