import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import type { RawEnvelope } from "../contracts/raw-envelope.ts";
import type { UnifiedEvent } from "../contracts/unified-event.ts";
import { readConfig } from "../lib/config.ts";
import { defineService } from "../lib/define-service.ts";
import { startRedis } from "../lib/servers/redis.ts";
import { waitUntil } from "../lib/servers/wait-until.ts";
import { connect } from "../mixins/streams/connection.ts";
import { surveyStreams } from "../mixins/streams/survey.ts";
import { type Commands, type Streams, streams } from "../mixins/streams.mixin.ts";
import brokerOptions from "../moleculer.config.ts";
import { fromMessage } from "../services/ingest/raw-message.ts";
import { normalize } from "../services/normalizer/normalize.ts";
import { measure, report } from "./measure.ts";
import { smallMix } from "./payloads.ts";
import { Arrivals } from "./peers/arrivals.ts";
import { startBullmq } from "./peers/bullmq.ts";
import { startChannels } from "./peers/channels.ts";
import { installPeers } from "./peers/install.ts";
import { chunks, type Job, type Stages } from "./peers/job.ts";
import { startMoleculerEvents } from "./peers/moleculer-events.ts";

/**
 * The same job for our streams and for others, in turn: `npm run bench -- stages [messages = 100000] [rounds = 5]`.
 *
 * A producer fills queue A, a handler parses each event, changes a field and publishes it to queue B, whose reader parses
 * and counts it: events of about 600 bytes of JSON, all in this process, each time on a Redis of its own (AOF every
 * second). The clock runs from the first event sent to the last one counted, after a warm-up on the same connections.
 * The peers (bench/peers) are at their best settings.
 *
 * Ours is the streams mixin as services use it, its `publish` included, between ttlc:raw and ttlc:events, with all that
 * makes it durable: own pending entries are drained, those of the dead claimed, the janitor trims, and every entry is
 * checked against its contract where it is read. Each event must arrive exactly once.
 */
const [messages = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const WARM_UP = 3_000;

const contestants = {
  stage: startStages,
  channels: startChannels,
  bullmq: startBullmq,
  moleculer_events: startMoleculerEvents,
} satisfies Record<string, (job: Job) => Promise<Stages>>;
type Name = keyof typeof contestants;
const names = Object.keys(contestants) as Name[];
const peers = names.filter((name) => name !== "stage");

installPeers();
const events = makeEvents(WARM_UP + messages);
const perSecond: Record<Name, number>[] = [];
for (let round = 0; round < rounds; round++) {
  const inTurn = names.map((_, i) => names[(round + i) % names.length] as Name);
  const rates: Partial<Record<Name, number>> = {};
  for (const name of inTurn) rates[name] = await eventsPerSecond(name);
  perSecond.push(rates as Record<Name, number>);
}
report([
  ...peers.map((peer) =>
    measure(
      `stage_vs_${peer}`,
      "ratio",
      perSecond.map((rates) => rates.stage / rates[peer]),
    ),
  ),
  ...names.map((name) =>
    measure(
      `${name}_per_second`,
      "events/s",
      perSecond.map((rates) => rates[name]),
    ),
  ),
]);

/** The job, done once. */
async function eventsPerSecond(name: Name): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
  const redis = await startRedis({ dataDir, url: undefined });
  const arrivals = new Arrivals(events.length);
  try {
    const stages = await contestants[name]({
      redisUrl: redis.url,
      touch: (event) => Object.assign(event, { isHistory: true }),
      sink: ({ seqNo, isHistory }) => isHistory && arrivals.count(seqNo),
    });
    try {
      await stages.send(events.slice(0, WARM_UP));
      await arrivals.all(WARM_UP);
      const startedAt = performance.now();
      await stages.send(events.slice(WARM_UP));
      await arrivals.all(events.length);
      const seconds = (performance.now() - startedAt) / 1_000;
      if (stages.settled) {
        await stages.settled();
        arrivals.expectOnce();
      }
      return messages / seconds;
    } finally {
      await stages.stop();
    }
  } catch (cause) {
    throw new Error(`${name} has not done its job`, { cause });
  } finally {
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Ours. */
async function startStages({ redisUrl, touch, sink }: Job): Promise<Stages> {
  const config = readConfig({ REDIS_URL: redisUrl, LOG_LEVEL: "warn", TTLC_NODE_ID: `bench-${process.pid}` });
  const broker = new ServiceBroker(brokerOptions(config));
  const middle = defineService({
    name: "middle",
    mixins: [streams],
    consumes: {
      "ttlc:raw": {
        group: "normalizer",
        to: "ttlc:events",
        map: ({ data }) => ({ event: touch(JSON.parse(data as string)) }),
      },
    },
  });
  const end = defineService({
    name: "end",
    mixins: [streams],
    consumes: {
      "ttlc:events": {
        group: "storage",
        async batch(entries) {
          for (const { message } of entries) sink(message.event);
        },
      },
    },
  });
  for (const service of [middle, end]) broker.createService(service);
  const redis = connect(redisUrl, "commands");
  await Promise.all([redis.connect(), broker.start()]);
  await waitUntil(async () => (await groups(redis)).length === 2);
  const { publish } = broker.getLocalService("middle") as unknown as Streams;
  return {
    async send(events) {
      for (const chunk of chunks(events)) await Promise.all(chunk.map((event) => publish("ttlc:raw", rawOf(event))));
    },
    async settled() {
      const isThrough = async () => (await groups(redis)).every(({ lag, pending }) => lag === 0 && pending === 0);
      if (!(await waitUntil(isThrough, 5_000))) throw new Error("entries are left in a group");
    },
    async stop() {
      await broker.stop();
      redis.disconnect();
    },
  };
}

function rawOf(event: UnifiedEvent): RawEnvelope {
  return {
    schemaVersion: "raw.v1",
    streamId: event.streamId,
    sessionId: event.sessionId,
    source: "live",
    type: event.rawType,
    seqNo: event.seqNo,
    timestamp: event.timestamp,
    ingestedAt: event.ingestedAt,
    data: JSON.stringify(event),
    encoding: "json",
  };
}

async function groups(redis: Commands) {
  return (await surveyStreams(redis)).flatMap(({ groups }) => groups);
}

/** As the normalizer makes them, each with a seqNo of its own. */
function makeEvents(count: number): UnifiedEvent[] {
  return smallMix()(count).map((message, seqNo) => {
    const origin = { streamId: "7300000000000000000", sessionId: randomUUID(), provider: "simulator" } as const;
    const { entry } = fromMessage(message, { ...origin, connectedAt: message.receivedAt });
    return normalize({ ...entry, seqNo }, message.receivedAt).event;
  });
}
