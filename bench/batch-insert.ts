import { sql } from "@databases/pg";
import { EventLog } from "../services/storage/event-log.ts";
import { openPool } from "../test/support/event-store.ts";
import { copySeconds, emptied } from "./copy.ts";
import { appendAll, entries } from "./entries.ts";
import { type Measure, measure, report } from "./measure.ts";
import { mixes } from "./payloads.ts";
import { withServers } from "./servers.ts";

/**
 * Storage's writer alone, personal-data split and projections included, against a plain COPY of the rows it wrote:
 * `npm run bench -- batch-insert [events = 100000] [rounds = 5]`. Two write at a time, as in the service.
 */
const [events = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const WARM_UP = 5_000;

const measures: Measure[] = [];
await withServers(async (config) => {
  const db = openPool(config.DATABASE_URL as string);
  for (const [suffix, mix] of mixes()) {
    const ratios: number[] = [];
    const perSecond: number[] = [];
    const nodeUs: number[] = [];
    await appendAll(new EventLog(), db, entries(mix, WARM_UP));
    for (let round = 0; round < rounds; round++) {
      await emptied(db);
      const all = entries(mix, events);
      const cpu = process.cpuUsage();
      const seconds = await appendAll(new EventLog(), db, all);
      const { user, system } = process.cpuUsage(cpu);
      const [{ stored }] = await db.query(sql`select count(*) as stored from events`);
      if (Number(stored) !== events) throw new Error(`${stored} events are stored, not ${events}`);
      ratios.push((await copySeconds(db)) / seconds);
      perSecond.push(events / seconds);
      nodeUs.push((user + system) / events);
    }
    measures.push(
      measure(`batch_insert_vs_copy${suffix}`, "ratio", ratios),
      measure(`batch_insert_per_second${suffix}`, "events/s", perSecond),
      measure(`batch_insert_node_us${suffix}`, "µs CPU", nodeUs),
    );
  }
  await db.dispose();
});
report(measures);
