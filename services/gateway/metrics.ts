import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { RoomCounters, RoomStatus } from "../../contracts/room.ts";

/** One consumer group at the time of a scrape. */
export interface GroupFacts {
  stream: string;
  group: string;
  /** Entries not yet delivered to it; null when Redis cannot tell. */
  lag: number | null;
  /** Delivered and not acknowledged. */
  pending: number;
  oldestPendingSeconds: number;
}

/** What `storage.stats` answers. */
export interface StorageFacts {
  stored: number;
  duplicates: number;
  deadLetters: number;
}

/** The pipeline at the time of a scrape; a part that did not answer is undefined. */
export interface Facts {
  streams: { stream: string; length: number }[] | undefined;
  groups: GroupFacts[] | undefined;
  rooms: RoomStatus[] | undefined;
  storage: StorageFacts | undefined;
  feed: { clients: number; eventsSent: number; gaps: number };
}

/** The Prometheus text of these facts. Names begin with `ttlc_`, counters end in `_total`, durations are seconds. */
export async function exposition({ streams, groups, rooms, storage, feed }: Facts): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, values: Values) => {
    if (!values?.[0]) return;
    const metric = new Gauge(options(registry, name, help, values[0]));
    for (const [labels, value] of values) metric.set(labels, value);
  };
  const counter = (name: string, help: string, values: Values) => {
    if (!values?.[0]) return;
    const metric = new Counter(options(registry, name, help, values[0]));
    for (const [labels, value] of values) metric.inc(labels, value);
  };

  gauge("ttlc_part_up", "1 if the part answered this scrape.", [
    [{ part: "redis" }, Number(streams !== undefined)],
    [{ part: "ingest" }, Number(rooms !== undefined)],
    [{ part: "storage" }, Number(storage !== undefined)],
  ]);
  gauge(
    "ttlc_stream_length",
    "Entries in a stream.",
    streams?.map(({ stream, length }) => [{ stream }, length]),
  );

  const ofGroups = (value: (facts: GroupFacts) => number | null): Values =>
    groups?.flatMap((facts) => {
      const number = value(facts);
      return number === null ? [] : [[{ stream: facts.stream, group: facts.group }, number]];
    });
  gauge(
    "ttlc_group_lag",
    "Entries not yet delivered to a group.",
    ofGroups(({ lag }) => lag),
  );
  gauge(
    "ttlc_group_pending",
    "Entries a group was given and has not acknowledged.",
    ofGroups(({ pending }) => pending),
  );
  gauge(
    "ttlc_group_oldest_pending_seconds",
    "Age of the oldest entry a group has not acknowledged, 0 without one.",
    ofGroups(({ oldestPendingSeconds }) => oldestPendingSeconds),
  );

  gauge(
    "ttlc_room_live",
    "1 while a room is live.",
    rooms?.map((room) => [labels(room), Number(room.state === "live")]),
  );
  for (const [field, [name, help]] of Object.entries(roomCounters)) {
    counter(
      `ttlc_room_${name}_total`,
      help,
      rooms?.map((room) => [labels(room), room.counters[field as keyof RoomCounters]]),
    );
  }

  counter("ttlc_events_stored_total", "Events stored since storage started.", storage && [[{}, storage.stored]]);
  counter("ttlc_events_duplicate_total", "Events storage had already.", storage && [[{}, storage.duplicates]]);
  gauge("ttlc_dead_letters", "Dead letters in Postgres.", storage && [[{}, storage.deadLetters]]);

  gauge("ttlc_sse_clients", "Open live feeds of this gateway.", [[{}, feed.clients]]);
  counter("ttlc_sse_events_sent_total", "Events written to live feeds, once per client.", [[{}, feed.eventsSent]]);
  counter("ttlc_sse_gaps_total", "Gaps that clients were told of.", [[{}, feed.gaps]]);

  return `${await processMetrics().metrics()}\n${await registry.metrics()}`;
}

const roomCounters = {
  received: ["received", "Messages taken from TikTok."],
  published: ["published", "Messages confirmed on ttlc:raw."],
  duplicates: ["duplicates", "Messages seen before and not published again."],
  tooLarge: ["too_large", "Messages published without their data."],
  refused: ["refused", "Messages that cannot be raw entries, sent to ttlc:dlq."],
} as const satisfies { [Field in keyof RoomCounters]: readonly [name: string, help: string] };

const labels = ({ uniqueId, provider }: RoomStatus) => ({ room: uniqueId, provider });

type Sample = [labels: Record<string, string>, value: number];
type Values = Sample[] | undefined;

const options = (registry: Registry, name: string, help: string, [labels]: Sample) => ({
  name,
  help,
  labelNames: Object.keys(labels),
  registers: [registry],
});

let ofProcess: Registry | undefined;

/** CPU, memory, event loop: made once, since they observe the process for good. */
function processMetrics(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ prefix: "ttlc_", register: ofProcess });
  }
  return ofProcess;
}
