import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionPool } from "@databases/pg";
import type { ServiceBroker } from "moleculer";
import { connect } from "../mixins/streams/connection.ts";
import type { Commands } from "../mixins/streams.mixin.ts";
import type { EventLog } from "../services/storage/event-log.ts";
import { openPool } from "../test/support/event-store.ts";
import { copySeconds, emptied } from "./copy.ts";
import { ofPostgres, ofRedis } from "./cpu.ts";
import { type Measure, measure, report } from "./measure.ts";
import { type Mix, mixes } from "./payloads.ts";
import { withServers, withServices } from "./servers.ts";
import { Source } from "./source.ts";

/**
 * Messages through the real ingest queue, normalizer and storage into Postgres, in one process, against a plain COPY of the
 * rows they became: `npm run bench -- pipeline [messages = 100000] [rounds = 5]`. The clock runs from the first publish
 * to the last commit.
 */
const [messages = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const ROOMS = 4;
const WARM_UP = 20_000;

interface Round {
  perSecond: number;
  /** CPU per event. */
  nodeUs: number;
  redisUs: number;
  postgresUs: number;
  copyPerSecond: number;
}

const measures: Measure[] = [];
await withServers(async (config) => {
  const db = openPool(config.DATABASE_URL as string);
  await withServices(config, "normalizer,storage", async (broker) => {
    const redis = connect(config.REDIS_URL as string, "commands");
    await redis.connect();
    const source = new Source(redis, ROOMS);
    for (const [suffix, mix] of mixes()) {
      await through(broker, source, mix(WARM_UP));
      const done: Round[] = [];
      for (let round = 0; round < rounds; round++) done.push(await oneRound(broker, source, mix, db, redis));
      const each = (name: string, unit: string, value: (round: Round) => number) =>
        measure(`${name}${suffix}`, unit, done.map(value));
      measures.push(
        each("pipeline_vs_copy", "ratio", ({ perSecond, copyPerSecond }) => perSecond / copyPerSecond),
        each("pipeline_per_second", "events/s", ({ perSecond }) => perSecond),
        each("copy_per_second", "events/s", ({ copyPerSecond }) => copyPerSecond),
        each("node_us_per_event", "µs CPU", ({ nodeUs }) => nodeUs),
        each("redis_us_per_event", "µs CPU", ({ redisUs }) => redisUs),
        each("postgres_us_per_event", "µs CPU", ({ postgresUs }) => postgresUs),
      );
    }
    await source.close();
    redis.disconnect();
  });
  await db.dispose();
});
report(measures);

async function oneRound(
  broker: ServiceBroker,
  source: Source,
  mix: Mix,
  db: ConnectionPool,
  redis: Commands,
): Promise<Round> {
  await emptied(db);
  const all = mix(messages);
  const before = [await ofRedis(redis), await ofPostgres(db)] as const;
  const cpu = process.cpuUsage();
  const seconds = await through(broker, source, all);
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: messages / seconds,
    nodeUs: (user + system) / messages,
    redisUs: ((await ofRedis(redis)) - before[0]) / messages,
    postgresUs: ((await ofPostgres(db)) - before[1]) / messages,
    copyPerSecond: messages / (await copySeconds(db)),
  };
}

/** Seconds from the first publish to the last commit. */
async function through(broker: ServiceBroker, source: Source, all: ReturnType<Mix>): Promise<number> {
  const { log } = broker.getLocalService("storage") as unknown as { log: EventLog };
  const until = log.counts.stored + all.length;
  const startedAt = performance.now();
  await source.publish(all);
  while (log.counts.stored < until) await sleep(2);
  return (performance.now() - startedAt) / 1_000;
}
