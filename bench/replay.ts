import { randomUUID } from "node:crypto";
import type { ConnectionPool } from "@databases/pg";
import type { StoredReplay } from "../contracts/replay.ts";
import { openReaders, readIn } from "../mixins/postgres-reader.mixin.ts";
import { connect } from "../mixins/streams/connection.ts";
import type { Commands } from "../mixins/streams.mixin.ts";
import { readMessages } from "../services/ingest/providers/replay.ts";
import { Replay } from "../services/ingest/replay.ts";
import { ReplayLog } from "../services/ingest/replay-log.ts";
import { EventLog } from "../services/storage/event-log.ts";
import { reportReplay, startReplay } from "../services/storage/replays.ts";
import { asOwner, openPool } from "../test/support/event-store.ts";
import { emptied } from "./copy.ts";
import { ofPostgres, ofRedis } from "./cpu.ts";
import { appendAll, entries, roomOf } from "./entries.ts";
import { type Measure, measure, report } from "./measure.ts";
import { mixes } from "./payloads.ts";
import { withServers } from "./servers.ts";

/**
 * One stored session through ingest's replay onto ttlc:raw, unpaced: reading, joining, publishing, with nobody behind:
 * `npm run bench -- replay [events = 100000] [rounds = 5]`. The clock runs from the claim to the last message on the stream.
 */
const [events = 100_000, rounds = 5] = process.argv.slice(2).map(Number);

interface Round {
  perSecond: number;
  /** CPU per event. */
  nodeUs: number;
  redisUs: number;
  postgresUs: number;
}

const measures: Measure[] = [];
await withServers(async (config) => {
  const db = openPool(config.DATABASE_URL as string);
  const readers = openReaders(config.DATABASE_URL as string, "bench");
  const redis = connect(config.REDIS_URL as string, "commands");
  await redis.connect();
  for (const [suffix, mix] of mixes()) {
    await emptied(db);
    const { sessionId, streamId } = roomOf(0);
    const all = entries(mix, events);
    for (const { message } of all) Object.assign(message.event, { sessionId, streamId });
    await appendAll(new EventLog(), db, all);
    await asOwner(db, (tx) => tx.query(tx.sql`vacuum analyze`)).catch(() => {}); // as autovacuum does by and by
    const done: Round[] = [];
    for (let round = 0; round < rounds; round++) done.push(await oneRound(db, readers, redis, sessionId));
    const each = (name: string, unit: string, value: (round: Round) => number) =>
      measure(`${name}${suffix}`, unit, done.map(value));
    measures.push(
      each("replay_events_per_s", "events/s", ({ perSecond }) => perSecond),
      each("replay_node_us_per_event", "µs CPU", ({ nodeUs }) => nodeUs),
      each("replay_redis_us_per_event", "µs CPU", ({ redisUs }) => redisUs),
      each("replay_postgres_us_per_event", "µs CPU", ({ postgresUs }) => postgresUs),
    );
  }
  redis.disconnect();
  await Promise.all([db.dispose(), readers.dispose()]);
});
report(measures);

async function oneRound(
  db: ConnectionPool,
  readers: ConnectionPool,
  redis: Commands,
  sessionId: string,
): Promise<Round> {
  await redis.del("ttlc:raw");
  const replay = await startReplay(db, { sessionId, speed: "max" }, async () => 2n ** 62n);
  const before = [await ofRedis(redis), await ofPostgres(db)] as const;
  const cpu = process.cpuUsage();
  const seconds = await through(replay, readers, redis);
  const { user, system } = process.cpuUsage(cpu);
  const sent = await redis.xlen("ttlc:raw");
  if (sent !== events) throw new Error(`${sent} of ${events} were sent`);
  await reportReplay(db, { sessionId: replay.sessionId, published: sent, state: "done" });
  return {
    perSecond: events / seconds,
    nodeUs: (user + system) / events,
    redisUs: ((await ofRedis(redis)) - before[0]) / events,
    postgresUs: ((await ofPostgres(db)) - before[1]) / events,
  };
}

async function through(replay: StoredReplay, readers: ConnectionPool, redis: Commands): Promise<number> {
  const startedAt = performance.now();
  await new Replay({
    replay,
    isWanted: async () => true,
    log: new ReplayLog(redis, replay, randomUUID()),
    read: (after) => readMessages((task) => readIn(readers, task), replay, after),
    backlog: async () => 0,
    clock: { now: Date.now, sleep: async () => {} },
    onOutage(error) {
      throw error;
    },
  }).run(new AbortController().signal);
  return (performance.now() - startedAt) / 1_000;
}
