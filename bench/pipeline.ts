import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionPool, type SQLQuery, sql } from "@databases/pg";
import type { ServiceBroker } from "moleculer";
import { connect } from "../mixins/streams/connection.ts";
import type { EventLog } from "../services/storage/event-log.ts";
import { asOwner, emptyTables, openPool } from "../test/support/event-store.ts";
import { type Measure, measure, report } from "./measure.ts";
import { type Mix, recordedMix, smallMix } from "./payloads.ts";
import { withServers, withServices } from "./servers.ts";
import { Source } from "./source.ts";

/**
 * Messages through the real ingest queue, normalizer and storage into Postgres, in one process, against a plain COPY of the
 * rows they became: `npm run bench -- pipeline [messages = 100000] [rounds = 5]`. The clock runs from the first publish
 * to the last commit. COPY is one statement per table, from a file of the server, into the same tables, empty again.
 */
const [messages = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const ROOMS = 4;
const WARM_UP = 5_000;

interface Round {
  perSecond: number;
  nodeUs: number;
  copyPerSecond: number;
}

const measures: Measure[] = [];
await withServers(async (config) => {
  const db = openPool(config.DATABASE_URL as string);
  await withServices(config, "normalizer,storage", async (broker) => {
    const redis = connect(config.REDIS_URL as string, "commands");
    await redis.connect();
    const source = new Source(redis, ROOMS);
    const mixes: [string, Mix | undefined][] = [
      ["", smallMix()],
      ["_recorded", recordedMix()],
    ];
    for (const [suffix, mix] of mixes) {
      if (!mix) {
        console.error("the recorded frames are not here: their row is left out");
        continue;
      }
      await through(broker, source, mix(WARM_UP));
      const done: Round[] = [];
      for (let round = 0; round < rounds; round++) done.push(await oneRound(broker, source, mix, db));
      measures.push(
        measure(
          `pipeline_vs_copy${suffix}`,
          "ratio",
          done.map(({ perSecond, copyPerSecond }) => perSecond / copyPerSecond),
        ),
        measure(
          `pipeline_per_second${suffix}`,
          "events/s",
          done.map(({ perSecond }) => perSecond),
        ),
        measure(
          `copy_per_second${suffix}`,
          "events/s",
          done.map(({ copyPerSecond }) => copyPerSecond),
        ),
        measure(
          `node_us_per_event${suffix}`,
          "µs CPU",
          done.map(({ nodeUs }) => nodeUs),
        ),
      );
    }
    await source.close();
    redis.disconnect();
  });
  await db.dispose();
});
report(measures);

async function oneRound(broker: ServiceBroker, source: Source, mix: Mix, db: ConnectionPool): Promise<Round> {
  await emptyTables(db);
  await asOwner(db, (tx) => tx.query(sql`checkpoint`));
  const cpu = process.cpuUsage();
  const seconds = await through(broker, source, mix(messages));
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: messages / seconds,
    nodeUs: (user + system) / messages,
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

/** Writes events and event_pii to files of the server, empties the tables and reads the files back. */
async function copySeconds(db: ConnectionPool): Promise<number> {
  const [{ data_directory: dir }] = await asOwner(db, (tx) => tx.query(sql`show data_directory`));
  const tables = ["events", "event_pii"].map((name) => ({ table: sql.ident(name), file: text(`${dir}/${name}.copy`) }));
  await asOwner(db, async (tx) => {
    for (const { table, file } of tables) await tx.query(sql`copy (select * from ${table}) to ${file}`);
  });
  await emptyTables(db);
  await asOwner(db, (tx) => tx.query(sql`checkpoint`));
  const startedAt = performance.now();
  for (const { table, file } of tables) await asOwner(db, (tx) => tx.query(sql`copy ${table} from ${file}`));
  return (performance.now() - startedAt) / 1_000;
}

function text(value: string): SQLQuery {
  return sql.__dangerous__rawValue(`'${value.replaceAll("'", "''")}'`);
}
