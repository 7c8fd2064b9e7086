import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionPool, sql } from "@databases/pg";
import type { Config } from "../contracts/config.ts";
import { connect } from "../mixins/streams/connection.ts";
import { boundary } from "../services/storage/boundary.ts";
import { EventLog } from "../services/storage/event-log.ts";
import { history } from "../services/storage/history.ts";
import { encodeMark } from "../services/storage/history-cursor.ts";
import { canonical } from "../services/storage/history-filter.ts";
import { openPool } from "../test/support/event-store.ts";
import { ofProcess } from "./cpu.ts";
import { appendAll, entries, roomOf } from "./entries.ts";
import { type Measure, measure, percentile, report } from "./measure.ts";
import { smallMix } from "./payloads.ts";
import { withServers } from "./servers.ts";
import { Source } from "./source.ts";

/**
 * What more processes bring, and what a full log costs: `npm run bench -- scaling [messages = 40000] [rounds = 3]
 * [events = 1000000]`.
 */
const [messages = 40_000, rounds = 3, most = 1_000_000] = process.argv.slice(2).map(Number);
const ROOMS = 4;
const SIZES = [10_000, 100_000, 1_000_000].filter((size) => size <= most);
const INSERTED = 10_000;
const PAGES = 300;

const mix = smallMix();
const measures: Measure[] = [];
for (const count of [1, 2, 4]) measures.push(...(await withServers((config, dir) => processes(config, dir, count))));
measures.push(...(await withServers(sizes)));
report(measures);

/** `count` processes of the normalizer and as many of storage, fed by this one. */
async function processes(config: Config, dir: string, count: number): Promise<Measure[]> {
  const names = ["normalizer", "storage"].flatMap((name) => Array.from({ length: count }, () => name));
  const children = await Promise.all(names.map((name, i) => startProcess(config, dir, name, i)));
  const db = openPool(config.DATABASE_URL as string);
  const redis = connect(config.REDIS_URL as string, "commands");
  await redis.connect();
  const source = new Source(redis, ROOMS);
  let sent = 0;
  const through = async (all: ReturnType<typeof mix>) => {
    sent += all.length;
    await source.publish(all);
    while ((await stored(db)) < sent) await sleep(10);
  };
  try {
    await through(mix(10_000));
    const perSecond: number[] = [];
    const cpuUs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const all = mix(messages);
      const cpu = cpuOf(children);
      const startedAt = performance.now();
      await through(all);
      perSecond.push((messages * 1_000) / (performance.now() - startedAt));
      cpuUs.push((cpuOf(children) - cpu) / messages);
    }
    return [
      measure(`processes_${count}_per_second`, "events/s", perSecond),
      measure(`processes_${count}_us_per_event`, "µs CPU", cpuUs),
    ];
  } finally {
    await source.close();
    redis.disconnect();
    await db.dispose();
    await Promise.all(children.map(stopProcess));
  }
}

type Child = ReturnType<typeof spawn>;

async function startProcess(config: Config, dir: string, service: string, i: number): Promise<Child> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "bin/start.ts"], {
    env: {
      PATH: process.env.PATH,
      REDIS_URL: config.REDIS_URL,
      DATABASE_URL: config.DATABASE_URL,
      TTLC_DATA_DIR: join(dir, `node-${i}`),
      TTLC_NODE_ID: `bench-${service}-${i}`,
      TTLC_SERVICES: service,
      LOG_LEVEL: "fatal",
      MEMORY_TARGET_MB: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout as NonNullable<Child["stdout"]>)) {
    if (line.startsWith("Services")) return child;
  }
  throw new Error(`${service} ended before it was up`);
}

async function stopProcess(child: Child): Promise<void> {
  child.kill("SIGTERM");
  await once(child, "exit");
}

function cpuOf(children: readonly Child[]): number {
  return children.reduce((sum, { pid }) => sum + ofProcess(pid as number), 0);
}

async function stored(db: ConnectionPool): Promise<number> {
  const [row] = await db.query(sql`select coalesce(sum(events), 0) as events from streams`);
  return Number(row.events);
}

/** Storing and reading while the log grows: the same rooms, the same sessions, the same week. */
async function sizes(config: Config): Promise<Measure[]> {
  const db = openPool(config.DATABASE_URL as string);
  const redis = connect(config.REDIS_URL as string, "commands");
  await redis.connect();
  const log = new EventLog();
  const found: Measure[] = [];
  let total = 0;
  const append = async (count: number) => {
    const all = entries(mix, count);
    total += count;
    return appendAll(log, db, all);
  };
  for (const size of SIZES) {
    while (total < size) await append(Math.min(20_000, size - total));
    const insertUs: number[] = [];
    const pageMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      insertUs.push(((await append(INSERTED)) * 1e6) / INSERTED);
      pageMs.push(percentile(await pages(db, total, () => boundary(redis, db)), 0.95));
    }
    found.push(measure(`insert_at_${size}`, "µs", insertUs), measure(`history_page_p95_at_${size}`, "ms", pageMs));
  }
  const bytes = async (what: string) => {
    const size = sql.__dangerous__rawValue(`sum(pg_${what}_size(inhrelid))`);
    const [row] = await db.query(sql`select ${size} as bytes 
      from pg_inherits where inhparent in ('events'::regclass, 'event_pii'::regclass)`);
    return Number(row.bytes) / total;
  };
  found.push(
    measure("index_bytes_per_event", "bytes", [await bytes("indexes")]),
    measure("disk_bytes_per_event", "bytes", [await bytes("total_relation")]),
  );
  redis.disconnect();
  await db.dispose();
  return found;
}

/** Milliseconds of pages of 100 events, each from somewhere in a session. */
async function pages(db: ConnectionPool, total: number, mark: () => Promise<bigint>): Promise<number[]> {
  const through = String(await mark());
  const times: number[] = [];
  for (let page = 0; page < PAGES; page++) {
    const { sessionId } = roomOf(page % ROOMS);
    const place = [String(Math.floor(Math.random() * total)), "0".repeat(64)];
    const after = encodeMark({ place, through }, [["session", sessionId], canonical({})]);
    const startedAt = performance.now();
    await history(db, { sessionId, after, limit: 100 }, mark);
    times.push(performance.now() - startedAt);
  }
  return times;
}
