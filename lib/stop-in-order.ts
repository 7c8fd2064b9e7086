import type { Service, ServiceBroker } from "moleculer";
import { type StreamName, streams } from "../contracts/streams.ts";
import type { Consumers } from "./define-service.ts";
import { readStreams } from "./repl/streams.ts";
import { withRedis } from "./servers/redis-client.ts";
import { waitUntil } from "./servers/wait-until.ts";

/** Local event before anything stops: who answers for this process says that it is going. */
export const STOPPING = "process.stopping";

/** Stopped before and after all others; the forwarder asks storage. */
const first = ["ingest", "simulator", "normalizer", "forwarder"];
const last = ["gateway"];

/** How long what is on its way may take to reach the service that stops next; what is left waits for the next start. */
const SETTLE_MS = 2_000;

/**
 * Stops the services of a broker from the source to the edge, each once it has taken in what the one before it left
 * behind, then the broker itself. Left to itself Moleculer stops all at once: a room's last words would stay unstored.
 */
export async function stopInOrder(broker: ServiceBroker, redisUrl: string | undefined): Promise<void> {
  broker.broadcastLocal(STOPPING);
  const stopped = new Set<string>();
  for (const service of inOrder(broker.services)) {
    const groups = groupsBehind(service, stopped);
    if (redisUrl && groups.length > 0) await settled(redisUrl, groups);
    await broker.destroyService(service);
    stopped.add(service.name);
  }
  await broker.stop();
}

/** In the order of the pipeline; Moleculer's own go with the broker. */
export function inOrder<Named extends { name: string }>(services: readonly Named[]): Named[] {
  const rank = ({ name }: Named) => {
    if (last.includes(name)) return first.length + 1;
    const at = first.indexOf(name);
    return at === -1 ? first.length : at;
  };
  return services.filter(({ name }) => !name.startsWith("$")).sort((a, b) => rank(a) - rank(b));
}

type Group = [stream: StreamName, group: string];

/** The groups of a service on streams that services stopped before it wrote to. */
function groupsBehind({ schema }: Service, stopped: ReadonlySet<string>): Group[] {
  const consumers = Object.entries((schema as { consumes?: Consumers }).consumes ?? {});
  return consumers.flatMap(([name, consumer]): Group[] => {
    const stream = name as StreamName;
    const isBehind = "group" in consumer && streams[stream].writers.some((writer) => stopped.has(writer));
    return isBehind ? [[stream, consumer.group]] : [];
  });
}

/** Resolves once these groups have acknowledged all there is, or Redis is away, or after SETTLE_MS. */
async function settled(redisUrl: string, groups: readonly Group[]): Promise<void> {
  await withRedis(redisUrl, (redis) =>
    waitUntil(async () => {
      const states = await readStreams(redis, Date.now());
      return groups.every(([stream, group]) => {
        const state = states.find(({ name }) => name === stream)?.groups.find(({ name }) => name === group);
        return !state || (state.lag === 0 && state.pending === 0);
      });
    }, SETTLE_MS),
  ).catch(() => {});
}
