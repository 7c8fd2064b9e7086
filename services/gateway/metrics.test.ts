import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { DriftKind } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { StreamStats } from "../../mixins/streams/stats.ts";
import type { GroupSurvey } from "../../mixins/streams/survey.ts";
import { Counters as ForwarderCounters } from "../forwarder/counters.ts";
import { Counters as RulesCounters } from "../rules/counters.ts";
import { exposition, type Facts } from "./metrics.ts";
import { Traffic } from "./traffic.ts";

const counters = { received: 9, published: 6, duplicates: 2, tooLarge: 1, refused: 1 };
const letters = { new: 2, redriving: 0, redriven: 4, failed: 0, discarded: 1 };
const still = { lag: 0, pending: 0, oldestPendingSeconds: 0, behindSeconds: 0, trimmedUnacked: 0 };
const group = (group: string, changes: Partial<GroupSurvey>): GroupSurvey => ({ group, ...still, ...changes });
const facts: Facts = {
  redis: {
    usedMemory: 9_000,
    maxMemory: 0,
    streams: [
      {
        stream: "ttlc:raw",
        length: 3,
        bytes: 700,
        young: 3,
        groups: [group("normalizer", { lag: null, pending: 2, oldestPendingSeconds: 1.5, behindSeconds: 1.5 })],
      },
      {
        stream: "ttlc:events",
        length: 8,
        bytes: 900,
        young: 8,
        groups: [group("storage", { lag: 7, behindSeconds: 30, trimmedUnacked: 4 })],
      },
    ],
  },
  rooms: [
    {
      ...{ uniqueId: "anna", provider: "direct", state: "live", counters },
      spool: { messages: 3, bytes: 900 },
      sources: [
        { provider: "direct", isConnected: true, messages: 9, onlyHere: 2, medianDelayMs: 250, errors: 1 },
        { provider: "euler", isConnected: false, messages: 0, onlyHere: 0, medianDelayMs: null, errors: 0 },
      ],
      dropped: { overload: { crowd: 7, other: 3, vital: 0 } },
      streaks: { open: 2, closed: { timeout: 4, streamEnd: 1 }, untracked: 6 },
    } as RoomStatus,
  ],
  storage: { stored: 5, duplicates: 1, letters },
  signers: [
    {
      ...{ node: "in-1", tokens: 58, isPaused: true },
      calls: { ok: 9, failed: 5, limited: 1, refused: 0, withheld: 3, delayed: 2 },
    },
  ],
  ingests: [{ node: "in-1", wanted: 3, fenced: 2 }],
  consumers: [],
  destinations: { enabled: 3, failing: 1, disabled: 2, givenUp: ["GONE"] },
  drift: {
    ...{ since: "2026-03-01T12:00:00.000Z", checked: 90, omitted: 0 },
    kinds: [{ kind: "unknown_field", type: "WebcastChatMessage", what: "user.99", count: 3 } as DriftKind],
  },
  feed: {
    clients: { sse: 4, websocket: 2 },
    eventsSent: { sse: 50, websocket: 7 },
    gaps: { sse: 1, websocket: 0 },
  },
  audit: { failures: 2 },
};

const samples = async (given: Facts) =>
  (await exposition(given))
    .split("\n")
    .filter((line) => line.startsWith("ttlc_") && !/^ttlc_(process|nodejs)/.test(line));

it("tells the pipeline's numbers", async () => {
  expect(await samples(facts)).toEqual([
    'ttlc_part_up{part="redis"} 1',
    'ttlc_part_up{part="ingest"} 1',
    'ttlc_part_up{part="storage"} 1',
    'ttlc_alarm{name="lag"} 1',
    'ttlc_alarm{name="trimmed_unacked"} 1',
    'ttlc_alarm{name="dlq_growth"} 0',
    'ttlc_alarm{name="spool"} 1',
    'ttlc_alarm{name="shedding"} 0',
    'ttlc_alarm{name="given_up"} 0',
    'ttlc_alarm{name="destination_disabled"} 1',
    "ttlc_redis_used_memory_bytes 9000",
    "ttlc_redis_max_memory_bytes 0",
    'ttlc_stream_length{stream="ttlc:raw"} 3',
    'ttlc_stream_length{stream="ttlc:events"} 8',
    'ttlc_stream_bytes{stream="ttlc:raw"} 700',
    'ttlc_stream_bytes{stream="ttlc:events"} 900',
    'ttlc_group_lag{stream="ttlc:events",group="storage"} 7',
    'ttlc_group_pending{stream="ttlc:raw",group="normalizer"} 2',
    'ttlc_group_pending{stream="ttlc:events",group="storage"} 0',
    'ttlc_group_oldest_pending_seconds{stream="ttlc:raw",group="normalizer"} 1.5',
    'ttlc_group_oldest_pending_seconds{stream="ttlc:events",group="storage"} 0',
    'ttlc_group_behind_seconds{stream="ttlc:raw",group="normalizer"} 1.5',
    'ttlc_group_behind_seconds{stream="ttlc:events",group="storage"} 30',
    'ttlc_group_trimmed_unacked{stream="ttlc:raw",group="normalizer"} 0',
    'ttlc_group_trimmed_unacked{stream="ttlc:events",group="storage"} 4',
    'ttlc_rooms{state="waiting"} 0',
    'ttlc_rooms{state="resolving"} 0',
    'ttlc_rooms{state="connecting"} 0',
    'ttlc_rooms{state="live"} 1',
    'ttlc_rooms{state="reconnecting"} 0',
    'ttlc_rooms{state="ended"} 0',
    'ttlc_rooms{state="failed"} 0',
    "ttlc_rooms_wanted 3",
    'ttlc_ingest_fenced_total{node="in-1"} 2',
    'ttlc_room_live{room="anna",provider="direct"} 1',
    'ttlc_room_spool_messages{room="anna",provider="direct"} 3',
    'ttlc_room_spool_bytes{room="anna",provider="direct"} 900',
    'ttlc_room_received_total{room="anna",provider="direct"} 9',
    'ttlc_room_published_total{room="anna",provider="direct"} 6',
    'ttlc_room_duplicates_total{room="anna",provider="direct"} 2',
    'ttlc_room_too_large_total{room="anna",provider="direct"} 1',
    'ttlc_room_refused_total{room="anna",provider="direct"} 1',
    'ttlc_room_dropped_total{room="anna",provider="direct",reason="overload",class="crowd"} 7',
    'ttlc_room_dropped_total{room="anna",provider="direct",reason="overload",class="other"} 3',
    'ttlc_room_dropped_total{room="anna",provider="direct",reason="overload",class="vital"} 0',
    'ttlc_source_connected{room="anna",source="direct"} 1',
    'ttlc_source_connected{room="anna",source="euler"} 0',
    'ttlc_source_messages_total{room="anna",source="direct"} 9',
    'ttlc_source_messages_total{room="anna",source="euler"} 0',
    'ttlc_source_only_here_total{room="anna",source="direct"} 2',
    'ttlc_source_only_here_total{room="anna",source="euler"} 0',
    'ttlc_source_delay_seconds{room="anna",source="direct"} 0.25',
    'ttlc_source_errors_total{room="anna",source="direct"} 1',
    'ttlc_source_errors_total{room="anna",source="euler"} 0',
    'ttlc_sign_calls_total{node="in-1",outcome="ok"} 9',
    'ttlc_sign_calls_total{node="in-1",outcome="failed"} 5',
    'ttlc_sign_calls_total{node="in-1",outcome="limited"} 1',
    'ttlc_sign_calls_total{node="in-1",outcome="refused"} 0',
    'ttlc_sign_calls_total{node="in-1",outcome="withheld"} 3',
    'ttlc_sign_calls_total{node="in-1",outcome="delayed"} 2',
    'ttlc_sign_budget{node="in-1"} 58',
    'ttlc_sign_paused{node="in-1"} 1',
    'ttlc_room_streaks_open{room="anna",provider="direct"} 2',
    'ttlc_room_streaks_closed_total{room="anna",provider="direct",by="timeout"} 4',
    'ttlc_room_streaks_closed_total{room="anna",provider="direct",by="streamEnd"} 1',
    'ttlc_room_streaks_untracked_total{room="anna",provider="direct"} 6',
    "ttlc_events_stored_total 5",
    "ttlc_events_duplicate_total 1",
    'ttlc_destinations{state="ok"} 2',
    'ttlc_destinations{state="failing"} 1',
    'ttlc_destinations{state="disabled"} 2',
    'ttlc_dead_letters{state="new"} 2',
    'ttlc_dead_letters{state="redriving"} 0',
    'ttlc_dead_letters{state="redriven"} 4',
    'ttlc_dead_letters{state="failed"} 0',
    'ttlc_dead_letters{state="discarded"} 1',
    'ttlc_drift_kinds{kind="unknown_type"} 0',
    'ttlc_drift_kinds{kind="unknown_field"} 1',
    'ttlc_drift_kinds{kind="decode_failure"} 0',
    'ttlc_drift_messages_total{kind="unknown_field",type="WebcastChatMessage",what="user.99"} 3',
    'ttlc_feed_clients{transport="sse"} 4',
    'ttlc_feed_clients{transport="websocket"} 2',
    'ttlc_feed_events_sent_total{transport="sse"} 50',
    'ttlc_feed_events_sent_total{transport="websocket"} 7',
    'ttlc_feed_gaps_total{transport="sse"} 1',
    'ttlc_feed_gaps_total{transport="websocket"} 0',
    "ttlc_audit_failures_total 2",
  ]);
});

it("leaves out what a part that is away would have told, and says that it is away", async () => {
  const away = {
    ...facts,
    redis: undefined,
    rooms: undefined,
    ingests: [],
    storage: undefined,
    destinations: undefined,
  };
  expect((await samples(away)).slice(0, 3).map((line) => line.at(-1))).toEqual(["0", "0", "0"]);
  expect(
    (await samples(away)).some((line) =>
      /^ttlc_(alarm|redis|stream|group|rooms?|ingest|events|dead|destinations)/.test(line),
    ),
  ).toBe(false);
});

it("joins what the consumers of all nodes counted", async () => {
  const [one, two] = ["one", "two"].map((node) => new StreamStats(node, "storage")) as [StreamStats, StreamStats];
  one.ofConsumer("ttlc:events", "storage").handled(200, 0.004);
  one.ofConsumer("ttlc:events", "storage").handled(3, 0.001);
  two.ofConsumer("ttlc:events", "storage").deadLettered("HANDLER_FAILED");
  const consumers = [await one.asJSON(), await two.asJSON()];
  const of = (node: string) => `node="${node}",service="storage"`;
  expect(await samples({ ...facts, consumers })).toEqual(
    expect.arrayContaining([
      `ttlc_consumer_batch_entries_bucket{le="5",stream="ttlc:events",group="storage",${of("one")}} 1`,
      `ttlc_consumer_batch_entries_sum{stream="ttlc:events",group="storage",${of("one")}} 203`,
      `ttlc_consumer_handling_seconds_count{stream="ttlc:events",group="storage",${of("one")}} 2`,
      `ttlc_consumer_in_flight{stream="ttlc:events",group="storage",${of("two")}} 0`,
      `ttlc_consumer_dead_lettered_total{stream="ttlc:events",group="storage",reason="HANDLER_FAILED",${of("two")}} 1`,
    ]),
  );
});

it("docs/metrics.md explains every metric, and no other", async () => {
  const counting = [new StreamStats("one", "storage"), new ForwarderCounters("one"), new RulesCounters("one")];
  const consumers = await Promise.all(counting.map((each) => each.asJSON()));
  const text = (await exposition({ ...facts, consumers })) + (await new Traffic().exposition());
  const shown = [...text.matchAll(/^# TYPE (ttlc_\w+)/gm)].map(([, name]) => name as string);
  const told = [...readFileSync("docs/metrics.md", "utf8").matchAll(/^\| `(ttlc_\w+)`/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(shown.filter((name) => !/^ttlc_(process|nodejs)_/.test(name)).toSorted());
});

it("remembers nothing of the scrape before", async () => {
  await exposition(facts);
  expect((await samples({ ...facts, rooms: [] })).some((line) => line.startsWith("ttlc_room_"))).toBe(false);
});

it("tells how the process does", async () => {
  expect(await exposition(facts)).toContain("ttlc_process_resident_memory_bytes");
});
