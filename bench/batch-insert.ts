import { type ConnectionPool, sql } from "@databases/pg";
import type { Entry } from "../lib/define-service.ts";
import { migrate } from "../lib/migrate.ts";
import { fromMessage } from "../services/ingest/raw-message.ts";
import { normalize } from "../services/normalizer/normalize.ts";
import { EventLog } from "../services/storage/event-log.ts";
import { openPool } from "../test/support/event-store.ts";
import { copySeconds, emptied } from "./copy.ts";
import { type Measure, measure, report } from "./measure.ts";
import { type Mix, mixes } from "./payloads.ts";
import { withServers } from "./servers.ts";

/**
 * Storage's writer alone, personal-data split and projections included, against a plain COPY of the rows it wrote:
 * `npm run bench -- batch-insert [events = 100000] [rounds = 5]`. Two write at a time, as in the service.
 */
const [events = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const BATCH = 500;
const WRITERS = 2;
const ROOMS = 4;
let seqNo = 0;

const measures: Measure[] = [];
await withServers(async (config) => {
  await migrate(config.DATABASE_URL as string);
  const db = openPool(config.DATABASE_URL as string);
  for (const [suffix, mix] of mixes()) {
    const ratios: number[] = [];
    const perSecond: number[] = [];
    const nodeUs: number[] = [];
    await append(db, entries(mix, 10 * BATCH));
    for (let round = 0; round < rounds; round++) {
      await emptied(db);
      const all = entries(mix, events);
      const cpu = process.cpuUsage();
      const seconds = await append(db, all);
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

/** Resolves with the seconds it took. */
async function append(db: ConnectionPool, all: Entry<"ttlc:events">[]): Promise<number> {
  const log = new EventLog();
  const startedAt = performance.now();
  const write = async () => {
    for (let batch = all.splice(0, BATCH); batch.length > 0; batch = all.splice(0, BATCH)) await log.append(db, batch);
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return (performance.now() - startedAt) / 1_000;
}

/** As the normalizer would hand them on, each batch of one room. */
function entries(mix: Mix, count: number): Entry<"ttlc:events">[] {
  return mix(count).map((message, i) => {
    const room = Math.floor(i / BATCH) % ROOMS;
    const { entry } = fromMessage(message, {
      streamId: `730000000000000000${room}`,
      sessionId: `00000000-0000-4000-8000-00000000000${room}`,
      provider: "direct",
      connectedAt: message.receivedAt,
    });
    const raw = { ...entry, timestamp: message.receivedAt.toISOString(), seqNo: ++seqNo };
    return { id: `${1_790_000_000_000 + seqNo}-0`, message: normalize(raw, message.receivedAt) };
  });
}
