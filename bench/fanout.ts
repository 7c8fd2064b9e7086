import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../lib/servers/ports.ts";
import { connect } from "../mixins/streams/connection.ts";
import { now, type Question, type Reading } from "./fanout-clients.ts";
import { machine } from "./machine.ts";
import { type Measure, measure, report } from "./measure.ts";
import { smallMix } from "./payloads.ts";
import { withServers, withServices } from "./servers.ts";
import { Source } from "./source.ts";

/**
 * From ingest's queue to the live feeds of many: `npm run bench -- fanout [rounds = 3] [seconds = 20]`. Ingest,
 * normalizer, storage and gateway run here, as in `npm start`; the readers are a process of their own, which checks
 * that each of them gets every event once and in order. A latency runs from the moment a message is handed to ingest's
 * queue to the moment a reader has the bytes of its event; cores are the CPU time of this process while events come.
 */
const [rounds = 3, seconds = 20] = process.argv.slice(2).map(Number);
const WARM_UP_SECONDS = 5;
const KEY = "bench-fanout-admin-key";

interface Feed {
  port: number;
  path: string;
  key: string;
}

interface Round extends Reading {
  cores: number;
}

const p50 = ({ p50Ms }: Round) => p50Ms;
const p99 = ({ p99Ms }: Round) => p99Ms;
const cores = ({ cores }: Round) => cores;

const mix = smallMix();
const measures: Measure[] = [];
await withServers(async (given) => {
  const limits = { FEED_MAX_CLIENTS: 1_000, FEED_MAX_PER_KEY: 1_000, RATE_LIMIT_PER_MIN: 1_000_000 };
  const config = { ...given, ...limits, API_PORT: await freePort(), TTLC_ADMIN_KEY: KEY };
  await withServices(config, "ingest,normalizer,storage,gateway", async () => {
    const redis = connect(config.REDIS_URL as string, "commands");
    await redis.connect();
    const source = new Source(redis, 1);
    try {
      await hand(source, 1, 1); // there has to be a stream to listen to
      const feed = await feedOf(config.API_PORT);
      const quiet = await heard(source, feed, { clients: 100, rate: 200 });
      const busy = await heard(source, feed, { clients: 100, rate: 2_000 });
      const crowded = await heard(source, feed, { clients: 1_000, rate: 200 });
      measures.push(
        measure("ingest_to_sse_p50_ms_200", "ms", quiet.map(p50)),
        measure("ingest_to_sse_p99_ms_200", "ms", quiet.map(p99)),
        measure("fanout_100x200_cores", "cores", quiet.map(cores)),
        measure("fanout_100x2000_p50_ms", "ms", busy.map(p50)),
        measure("fanout_100x2000_p99_ms", "ms", busy.map(p99)),
        measure("fanout_100x2000_cores", "cores", busy.map(cores)),
        measure("fanout_1000x200_p50_ms", "ms", crowded.map(p50)),
        measure("fanout_1000x200_p99_ms", "ms", crowded.map(p99)),
        measure("fanout_1000x200_cores", "cores", crowded.map(cores)),
      );
    } finally {
      await source.close();
      redis.disconnect();
    }
  });
});
report(measures);

/** The live feed of the only stream there is, once storage knows it. */
async function feedOf(port: number): Promise<Feed> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/streams`, { headers: { "x-api-key": KEY } });
    const { items } = (await answer.json()) as { items: { streamId: string }[] };
    if (items[0]) return { port, path: `/streams/${items[0].streamId}/events`, key: KEY };
    await sleep(50);
  }
}

/** Rounds with so many readers, who come and go with them. */
async function heard(
  source: Source,
  feed: Feed,
  { clients, rate }: { clients: number; rate: number },
): Promise<Round[]> {
  const readers = fork(fileURLToPath(new URL("fanout-clients.ts", import.meta.url)), ["clients"], {
    serialization: "advanced",
  });
  const ended = once(readers, "exit");
  const ask = async (question: Question) => {
    readers.send(question);
    const [answer] = await Promise.race([
      once(readers, "message"),
      ended.then(() => Promise.reject(new Error("the readers are gone"))),
    ]);
    return answer as unknown;
  };
  try {
    await ask({ ask: "connect", ...feed, clients });
    await oneRound(ask, source, { rate, seconds: WARM_UP_SECONDS });
    const done: Round[] = [];
    for (let round = 0; round < rounds; round++) done.push(await oneRound(ask, source, { rate, seconds }));
    return done;
  } finally {
    readers.kill();
    await ended;
  }
}

async function oneRound(
  ask: (question: Question) => Promise<unknown>,
  source: Source,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<Round> {
  await ask({ ask: "begin", events: rate * seconds });
  const [startedAt, cpu] = [now(), process.cpuUsage()];
  const sent = await hand(source, rate, seconds);
  const { user, system } = process.cpuUsage(cpu);
  const cores = (user + system) / 1_000 / (now() - startedAt);
  const reading = (await ask({ ask: "finish", ...sent })) as Reading;
  const { p50Ms, p99Ms, faults } = reading;
  console.error(
    `${rate} ev/s: p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${cores.toFixed(3)} cores; ${machine()}`,
  );
  if (faults.length > 0)
    throw new Error(`${faults.length} readers missed something:\n${faults.slice(0, 5).join("\n")}`);
  return { ...reading, cores };
}

/** Hands over one message after the other, evenly; resolves once all are on the stream. */
async function hand(
  source: Source,
  rate: number,
  seconds: number,
): Promise<{ firstSeqNo: number; handedOver: Float64Array }> {
  const handedOver = new Float64Array(rate * seconds);
  const published: Promise<unknown>[] = [];
  const startedAt = now();
  while (published.length < handedOver.length) {
    const due = Math.min(handedOver.length, 1 + Math.floor(((now() - startedAt) * rate) / 1_000));
    while (published.length < due) {
      const [message] = mix(1) as [ReturnType<typeof mix>[number]];
      handedOver[published.length] = now();
      published.push(source.send(message));
    }
    await sleep(Math.max(1, startedAt + (1_000 * due) / rate - now()));
  }
  const [firstSeqNo] = (await Promise.all(published)) as number[];
  return { firstSeqNo: firstSeqNo as number, handedOver };
}
