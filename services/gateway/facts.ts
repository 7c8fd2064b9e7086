import type { Service } from "moleculer";
import type { RoomStatus, SignerStatus } from "../../contracts/room.ts";
import { askAll } from "../../lib/ask.ts";
import { readDrift } from "../../lib/drift/read-drift.ts";
import { surveyStreams } from "../../mixins/streams/survey.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import { askDestinations } from "./destination-alarms.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { Facts, IngestFacts, RedisFacts, StorageFacts } from "./metrics.ts";
import type { Seats } from "./seats.ts";

type Host = Pick<Service, "broker"> &
  Pick<Streams, "redis"> & {
    feed: Pick<LiveFeed, "counters">;
    seats: Pick<Seats, "taken">;
    audit: { failures: number };
  };

/** Asks every part on every node at the same time; who does not answer is left out. */
export async function gatherFacts({ broker, redis, feed, seats, audit }: Host): Promise<Facts> {
  const [redisFacts, rooms, ingests, storages, signers, consumers, destinations, drift] = await Promise.all([
    redisFactsOf(redis).catch(() => undefined),
    askRooms(broker),
    askAll<IngestFacts>(broker, (name) => name === "ingest.stats"),
    askAll<StorageFacts>(broker, (name) => name === "storage.stats"),
    askAll<SignerStatus>(broker, (name) => name === "ingest.signer"),
    askAll<object[]>(broker, (name) => name.endsWith(".streamStats") || counted.has(name)),
    askDestinations(broker),
    readDrift(broker),
  ]);
  return {
    redis: redisFacts,
    rooms,
    ingests,
    storage: storages.length > 0 ? storages.reduce(sumOf) : undefined,
    signers,
    consumers,
    destinations,
    drift,
    feed: { clients: seats.taken, ...feed.counters },
    audit,
  };
}

/** Where services tell what they counted themselves. */
const counted = new Set(["forwarder.counted", "rules.counted"]);

/** The rooms of every ingest that answers; undefined: none does. */
export async function askRooms(broker: Host["broker"]): Promise<RoomStatus[] | undefined> {
  const rooms = await askAll<RoomStatus[]>(broker, (name) => name === "ingest.rooms");
  return rooms.length > 0 ? rooms.flat() : undefined;
}

/** What each process counted is added up; what the database counted is the same for all. */
const sumOf = (one: StorageFacts, other: StorageFacts): StorageFacts => ({
  stored: one.stored + other.stored,
  duplicates: one.duplicates + other.duplicates,
  letters: one.letters,
});

async function redisFactsOf(redis: Host["redis"]): Promise<RedisFacts> {
  const [streams, memory] = await Promise.all([surveyStreams(redis), redis.info("memory")]);
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(memory)?.[1] ?? 0);
  return { streams, usedMemory: bytes("used_memory"), maxMemory: bytes("maxmemory") };
}
