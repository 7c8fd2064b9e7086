import type { Service } from "moleculer";
import type { RoomStatus } from "../../contracts/room.ts";
import { type StreamName, streams as topology } from "../../contracts/streams.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { Facts, GroupFacts, StorageFacts } from "./metrics.ts";

const streamNames = Object.keys(topology) as StreamName[];

type Host = Pick<Service, "broker"> & Pick<Streams, "redis"> & { feed: Pick<LiveFeed, "clients" | "counters"> };

/** Asks every part at the same time; who does not answer is left out. */
export async function gatherFacts({ broker, redis, feed }: Host, now: number): Promise<Facts> {
  const absent = () => undefined;
  const [streams, groups, rooms, storage] = await Promise.all([
    Promise.all(streamNames.map(async (stream) => ({ stream, length: await redis.xlen(stream) }))).catch(absent),
    Promise.all(streamNames.map((stream) => groupsOf(redis, stream, now))).then((lists) => lists.flat(), absent),
    broker.call<RoomStatus[]>("ingest.list").catch(absent),
    broker.call<StorageFacts>("storage.stats").catch(absent),
  ]);
  return { streams, groups, rooms, storage, feed: { clients: feed.clients, ...feed.counters } };
}

/** The durable groups of a stream: tails hold nothing back, so they have no lag that matters. */
async function groupsOf(redis: Host["redis"], stream: StreamName, now: number): Promise<GroupFacts[]> {
  if ((await redis.exists(stream)) === 0) return [];
  const durable: readonly string[] = topology[stream].groups;
  const found = ((await redis.xinfo("GROUPS", stream)) as unknown[][])
    .map(pairs)
    .filter(({ name }) => durable.includes(String(name)));
  return Promise.all(
    found.map(async ({ name, lag, pending }) => {
      const [, oldest] = (await redis.xpending(stream, String(name))) as [number, string | null];
      return {
        stream,
        group: String(name),
        lag: lag === null ? null : Number(lag),
        pending: Number(pending),
        oldestPendingSeconds: oldest === null ? 0 : Math.max(0, (now - Number.parseInt(oldest, 10)) / 1000),
      };
    }),
  );
}
