import type { Redis } from "ioredis";
import type { StreamName } from "../../contracts/streams.ts";
import { comparePositions } from "../../lib/position.ts";
import { pairs } from "../../mixins/streams/reply.ts";

type Group = readonly [stream: StreamName, group: string];

/** The durable groups that everything must come through, in the order of the flow. */
const recording: readonly Group[] = [
  ["ttlc:raw", "normalizer"],
  ["ttlc:events", "storage"],
  ["ttlc:dlq", "ops"],
];
/** Those that act on it, before what they give up. */
const acting: readonly Group[] = [
  ["ttlc:events", "rules"],
  ["ttlc:events", "forwarder"],
  ["ttlc:dlq", "ops"],
];

/** What the groups have still to handle. */
export interface Drain {
  /** Nothing. */
  isComplete: boolean;
  /** Changes whenever something was handled. */
  progress: string;
  /** Of the first of its groups. */
  isUnfinished(stream: StreamName, id: string): boolean;
}

/** Asked in the order of the flow: what leaves one stream while we ask is seen in the next. */
export async function surveyGroups(redis: Redis, { acts }: { acts: boolean }): Promise<Drain> {
  const left = new Map<string, { after: string; pending: Set<string> }>();
  let isComplete = true;
  for (const [stream, group] of acts ? [...recording, ...acting] : recording) {
    const [newest] = (await redis.xrevrange(stream, "+", "-", "COUNT", 1)) as [string, string[]][];
    if (!newest) continue;
    const found = ((await redis.xinfo("GROUPS", stream)) as unknown[][]).map(pairs).find(({ name }) => name === group);
    const after = String(found?.["last-delivered-id"] ?? "0-0");
    const ids = found ? ((await redis.xpending(stream, group, "-", "+", 100_000)) as [string, ...unknown[]][]) : [];
    left.set(`${stream} ${group}`, { after, pending: new Set(ids.map(([id]) => id)) });
    isComplete &&= ids.length === 0 && comparePositions(after, newest[0]) >= 0;
  }
  return {
    isComplete,
    progress: [...left.values()].map(({ after, pending }) => `${after} ${pending.size}`).join(),
    isUnfinished(stream, id) {
      const group = recording.find(([name]) => name === stream)?.[1];
      const of = left.get(`${stream} ${group}`);
      return of !== undefined && (comparePositions(id, of.after) > 0 || of.pending.has(id));
    },
  };
}
