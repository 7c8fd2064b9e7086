import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { DriftKind, DriftReport } from "../../contracts/api.ts";
import type { LetterState } from "../../contracts/letters.ts";
import {
  type RoomCounters,
  type RoomStatus,
  roomStates,
  type SignerStatus,
  type SourceScore,
} from "../../contracts/room.ts";
import { alarmNames, alarmsOf } from "../../mixins/streams/alarms.ts";
import type { GroupSurvey, StreamSurvey } from "../../mixins/streams/survey.ts";
import { type DestinationStates, destinationAlarmNames, destinationAlarmsOf } from "./destination-alarms.ts";
import { roomAlarmNames, roomAlarmsOf } from "./room-alarms.ts";
import { type Transport, transports } from "./seats.ts";

/** Redis at the time of a scrape; memory in bytes. */
export interface RedisFacts {
  streams: StreamSurvey[];
  usedMemory: number;
  /** 0: no limit. */
  maxMemory: number;
}

/** What `ingest.stats` answers. */
export interface IngestFacts {
  node: string;
  /** Rooms that are wanted, of all processes. */
  wanted: number;
  /** Messages that were refused, since another process had their room. */
  fenced: number;
}

/** What `storage.stats` answers. */
export interface StorageFacts {
  stored: number;
  duplicates: number;
  /** Dead letters in Postgres by state. */
  letters: Record<LetterState, number>;
}

/** The pipeline at the time of a scrape; a part that did not answer is undefined. */
export interface Facts {
  redis: RedisFacts | undefined;
  rooms: RoomStatus[] | undefined;
  /** Of each ingest process. */
  ingests: IngestFacts[];
  storage: StorageFacts | undefined;
  /** Of every ingest that answered. */
  signers: SignerStatus[];
  /** What the consumers of each service on each node counted (mixins/streams/stats.ts), and what forwarders and rules sent. */
  consumers: object[][];
  destinations: DestinationStates | undefined;
  drift: DriftReport | undefined;
  feed: Record<"clients" | "eventsSent" | "gaps", Readonly<Record<Transport, number>>>;
  audit: { failures: number };
}

/** The Prometheus text of these facts. Names begin with `ttlc_`, counters end in `_total`, durations are seconds. */
export async function exposition(facts: Facts): Promise<string> {
  const { redis, rooms, ingests, storage, signers, consumers, destinations, drift, feed, audit } = facts;
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
    [{ part: "redis" }, Number(redis !== undefined)],
    [{ part: "ingest" }, Number(rooms !== undefined)],
    [{ part: "storage" }, Number(storage !== undefined)],
  ]);
  const known = [
    ...(redis ? alarmNames : []),
    ...(rooms ? roomAlarmNames : []),
    ...(destinations ? destinationAlarmNames : []),
  ];
  const raised = [
    ...alarmsOf(redis?.streams ?? []),
    ...roomAlarmsOf(rooms ?? []),
    ...destinationAlarmsOf(destinations),
  ];
  gauge(
    "ttlc_alarm",
    "1 while an alarm is raised.",
    known.map((name) => [{ name }, Number(raised.some((alarm) => alarm.name === name))]),
  );
  gauge("ttlc_redis_used_memory_bytes", "Memory that Redis uses.", redis && [[{}, redis.usedMemory]]);
  gauge("ttlc_redis_max_memory_bytes", "Memory that Redis may use, 0 without limit.", redis && [[{}, redis.maxMemory]]);
  gauge(
    "ttlc_stream_length",
    "Entries in a stream.",
    redis?.streams.map(({ stream, length }) => [{ stream }, length]),
  );
  gauge(
    "ttlc_stream_bytes",
    "Memory that a stream takes, estimated.",
    redis?.streams.map(({ stream, bytes }) => [{ stream }, bytes]),
  );
  for (const [field, [name, help]] of Object.entries(groupFacts)) {
    gauge(
      `ttlc_group_${name}`,
      help,
      redis?.streams.flatMap(({ stream, groups }) =>
        groups.flatMap((facts): Sample[] => {
          const value = facts[field as keyof typeof groupFacts];
          return value === null ? [] : [[{ stream, group: facts.group }, value]];
        }),
      ),
    );
  }

  gauge(
    "ttlc_rooms",
    "Rooms that are followed, by state.",
    rooms && roomStates.map((state) => [{ state }, rooms.filter((room) => room.state === state).length]),
  );
  gauge(
    "ttlc_rooms_wanted",
    "Rooms that are wanted, whether or not a process follows them.",
    ingests[0] && [[{}, Math.max(...ingests.map(({ wanted }) => wanted))]],
  );
  counter(
    "ttlc_ingest_fenced_total",
    "Messages of a former owner of a room that were refused.",
    ingests.map(({ node, fenced }) => [{ node }, fenced]),
  );
  gauge(
    "ttlc_room_live",
    "1 while a room is live.",
    rooms?.map((room) => [labels(room), Number(room.state === "live")]),
  );
  gauge(
    "ttlc_room_spool_messages",
    "Messages on disk because Redis cannot take them.",
    rooms?.map((room) => [labels(room), room.spool?.messages ?? 0]),
  );
  gauge(
    "ttlc_room_spool_bytes",
    "What they take there.",
    rooms?.map((room) => [labels(room), room.spool?.bytes ?? 0]),
  );
  for (const [field, [name, help]] of Object.entries(roomCounters)) {
    counter(
      `ttlc_room_${name}_total`,
      help,
      rooms?.map((room) => [labels(room), room.counters[field as keyof RoomCounters]]),
    );
  }

  counter(
    "ttlc_room_dropped_total",
    "Messages given up.",
    rooms?.flatMap((room) =>
      Object.entries(room.dropped).flatMap(([reason, counts]) =>
        Object.entries(counts).map(([name, count]): Sample => [{ ...labels(room), reason, class: name }, count]),
      ),
    ),
  );

  const bySource = (value: (score: SourceScore) => number | null) =>
    rooms?.flatMap((room) =>
      (room.sources ?? []).flatMap((score): Sample[] => {
        const number = value(score);
        return number === null ? [] : [[{ room: room.uniqueId, source: score.provider }, number]];
      }),
    );
  gauge(
    "ttlc_source_connected",
    "1 while a source of a room is connected.",
    bySource((s) => Number(s.isConnected)),
  );
  counter(
    "ttlc_source_messages_total",
    "Messages that a source brought.",
    bySource((s) => s.messages),
  );
  counter(
    "ttlc_source_only_here_total",
    "Messages that the other source, connected too, did not bring.",
    bySource((s) => s.onlyHere),
  );
  gauge(
    "ttlc_source_delay_seconds",
    "Median time from TikTok's own time of a message to its receipt.",
    bySource((s) => (s.medianDelayMs === null ? null : s.medianDelayMs / 1_000)),
  );
  counter(
    "ttlc_source_errors_total",
    "What went wrong with a source.",
    bySource((s) => s.errors),
  );

  counter(
    "ttlc_sign_calls_total",
    "Calls of the sign server, by what became of them.",
    signers.flatMap(({ node, calls }) =>
      Object.entries(calls).map(([outcome, count]): Sample => [{ node, outcome }, count]),
    ),
  );
  gauge(
    "ttlc_sign_budget",
    "Calls of the sign server that could be made now.",
    signers.map(({ node, tokens }) => [{ node }, tokens]),
  );
  gauge(
    "ttlc_sign_paused",
    "1 while the sign server is left alone because it failed.",
    signers.map(({ node, isPaused }) => [{ node }, Number(isPaused)]),
  );

  const streaks = rooms?.flatMap((room) => (room.streaks ? [{ room, streaks: room.streaks }] : []));
  gauge(
    "ttlc_room_streaks_open",
    "Gift streaks going on.",
    streaks?.map(({ room, streaks }) => [labels(room), streaks.open]),
  );
  counter(
    "ttlc_room_streaks_closed_total",
    "Gift streaks whose end was not seen.",
    streaks?.flatMap(({ room, streaks }) =>
      Object.entries(streaks.closed).map(([by, count]): Sample => [{ ...labels(room), by }, count]),
    ),
  );
  counter(
    "ttlc_room_streaks_untracked_total",
    "Frames of gift streaks too many at once to be followed.",
    streaks?.map(({ room, streaks }) => [labels(room), streaks.untracked]),
  );

  counter("ttlc_events_stored_total", "Events stored since storage started.", storage && [[{}, storage.stored]]);
  counter("ttlc_events_duplicate_total", "Events storage had already.", storage && [[{}, storage.duplicates]]);
  gauge(
    "ttlc_destinations",
    "Destinations of the forwarder, by state.",
    destinations && [
      [{ state: "ok" }, destinations.enabled - destinations.failing],
      [{ state: "failing" }, destinations.failing],
      [{ state: "disabled" }, destinations.disabled],
    ],
  );
  gauge(
    "ttlc_dead_letters",
    "Dead letters in Postgres, by what became of them.",
    storage && Object.entries(storage.letters).map(([state, count]): Sample => [{ state }, count]),
  );

  gauge(
    "ttlc_drift_kinds",
    "Different things of a kind that we have no schema of.",
    drift && driftKinds.map((kind) => [{ kind }, drift.kinds.filter((each) => each.kind === kind).length]),
  );
  counter(
    "ttlc_drift_messages_total",
    "Messages that showed them, of fields among those looked at.",
    drift?.kinds.map(({ kind, type, what, count }) => [{ kind, type, what }, count]),
  );

  gauge("ttlc_feed_clients", "Open connections for live feeds of this gateway.", byTransport(feed.clients));
  counter(
    "ttlc_feed_events_sent_total",
    "Events written to live feeds, once per client.",
    byTransport(feed.eventsSent),
  );
  counter("ttlc_feed_gaps_total", "Gaps that clients were told of.", byTransport(feed.gaps));
  counter("ttlc_audit_failures_total", "Changes that could not be recorded in the audit.", [[{}, audit.failures]]);

  const parts = [observeProcess(), registry, AggregatorRegistry.aggregate(consumers)];
  return (await Promise.all(parts.map((part) => part.metrics()))).join("\n");
}

const groupFacts = {
  lag: ["lag", "Entries not yet delivered to a group."],
  pending: ["pending", "Entries a group was given and has not acknowledged."],
  oldestPendingSeconds: [
    "oldest_pending_seconds",
    "Age of the oldest entry a group has not acknowledged, 0 without one.",
  ],
  behindSeconds: [
    "behind_seconds",
    "Age of the oldest entry a group has not acknowledged or not been given, 0 without one.",
  ],
  trimmedUnacked: ["trimmed_unacked", "Entries removed before a group was given them: must be 0."],
} as const satisfies { [Field in Exclude<keyof GroupSurvey, "group">]: readonly [name: string, help: string] };

const roomCounters = {
  received: ["received", "Messages taken from TikTok."],
  published: ["published", "Messages confirmed on ttlc:raw."],
  duplicates: ["duplicates", "Messages seen before and not published again."],
  tooLarge: ["too_large", "Messages published without their data."],
  refused: ["refused", "Messages that cannot be raw entries, sent to ttlc:dlq."],
} as const satisfies { [Field in keyof RoomCounters]: readonly [name: string, help: string] };

const driftKinds: readonly DriftKind["kind"][] = ["unknown_type", "unknown_field", "decode_failure"];

const labels = ({ uniqueId, provider }: RoomStatus) => ({ room: uniqueId, provider });

const byTransport = (counts: Readonly<Record<Transport, number>>): Sample[] =>
  transports.map((transport) => [{ transport }, counts[transport]]);

type Sample = [labels: Record<string, string>, value: number];
type Values = Sample[] | undefined;

const options = (registry: Registry, name: string, help: string, [labels]: Sample) => ({
  name,
  help,
  labelNames: Object.keys(labels),
  registers: [registry],
});

let ofProcess: Registry | undefined;

/** CPU, memory, event loop of this process from now on; once, since they observe it for good. */
export function observeProcess(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ prefix: "ttlc_", register: ofProcess });
  }
  return ofProcess;
}
