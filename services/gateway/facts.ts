import type { Service } from "moleculer";
import type { RoomStatus } from "../../contracts/room.ts";
import { surveyStreams } from "../../mixins/streams/survey.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { Facts, RedisFacts, StorageFacts } from "./metrics.ts";

/** A node that does not answer within this is left out of a scrape. */
const PATIENCE_MS = 2_000;

type Host = Pick<Service, "broker"> & Pick<Streams, "redis"> & { feed: Pick<LiveFeed, "clients" | "counters"> };

/** Asks every part at the same time; who does not answer is left out. */
export async function gatherFacts({ broker, redis, feed }: Host): Promise<Facts> {
  const absent = () => undefined;
  const [redisFacts, rooms, storage, consumers] = await Promise.all([
    redisFactsOf(redis).catch(absent),
    broker.call<RoomStatus[]>("ingest.list").catch(absent),
    broker.call<StorageFacts>("storage.stats").catch(absent),
    consumersOf(broker),
  ]);
  return { redis: redisFacts, rooms, storage, consumers, feed: { clients: feed.clients, ...feed.counters } };
}

async function redisFactsOf(redis: Host["redis"]): Promise<RedisFacts> {
  const [streams, memory] = await Promise.all([surveyStreams(redis), redis.info("memory")]);
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(memory)?.[1] ?? 0);
  return { streams, usedMemory: bytes("used_memory"), maxMemory: bytes("maxmemory") };
}

/** What the streams mixin of every service on every node has counted. */
async function consumersOf(broker: Host["broker"]): Promise<object[][]> {
  const actions: { name: string; endpoints?: { nodeID: string }[] }[] = broker.registry.getActionList({
    onlyAvailable: true,
    withEndpoints: true,
  });
  const answers = actions
    .filter(({ name }) => name.endsWith(".streamStats"))
    .flatMap(({ name, endpoints = [] }) =>
      endpoints.map(({ nodeID }) =>
        broker.call<object[], object>(name, {}, { nodeID, timeout: PATIENCE_MS }).catch(() => []),
      ),
    );
  return Promise.all(answers);
}
