import { expect, it } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import { exposition, type Facts } from "./metrics.ts";

const counters = { received: 9, published: 6, duplicates: 2, tooLarge: 1, refused: 1 };
const facts: Facts = {
  streams: [{ stream: "ttlc:raw", length: 3 }],
  groups: [
    { stream: "ttlc:raw", group: "normalizer", lag: null, pending: 2, oldestPendingSeconds: 1.5 },
    { stream: "ttlc:events", group: "storage", lag: 7, pending: 0, oldestPendingSeconds: 0 },
  ],
  rooms: [{ uniqueId: "anna", provider: "direct", state: "live", counters } as RoomStatus],
  storage: { stored: 5, duplicates: 1, deadLetters: 2 },
  feed: { clients: 4, eventsSent: 50, gaps: 1 },
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
    'ttlc_stream_length{stream="ttlc:raw"} 3',
    'ttlc_group_lag{stream="ttlc:events",group="storage"} 7',
    'ttlc_group_pending{stream="ttlc:raw",group="normalizer"} 2',
    'ttlc_group_pending{stream="ttlc:events",group="storage"} 0',
    'ttlc_group_oldest_pending_seconds{stream="ttlc:raw",group="normalizer"} 1.5',
    'ttlc_group_oldest_pending_seconds{stream="ttlc:events",group="storage"} 0',
    'ttlc_room_live{room="anna",provider="direct"} 1',
    'ttlc_room_received_total{room="anna",provider="direct"} 9',
    'ttlc_room_published_total{room="anna",provider="direct"} 6',
    'ttlc_room_duplicates_total{room="anna",provider="direct"} 2',
    'ttlc_room_too_large_total{room="anna",provider="direct"} 1',
    'ttlc_room_refused_total{room="anna",provider="direct"} 1',
    "ttlc_events_stored_total 5",
    "ttlc_events_duplicate_total 1",
    "ttlc_dead_letters 2",
    "ttlc_sse_clients 4",
    "ttlc_sse_events_sent_total 50",
    "ttlc_sse_gaps_total 1",
  ]);
});

it("leaves out what a part that is away would have told, and says that it is away", async () => {
  const away = { ...facts, streams: undefined, groups: undefined, rooms: undefined, storage: undefined };
  expect((await samples(away)).slice(0, 3).map((line) => line.at(-1))).toEqual(["0", "0", "0"]);
  expect((await samples(away)).some((line) => /^ttlc_(stream|group|room|events|dead)/.test(line))).toBe(false);
});

it("remembers nothing of the scrape before", async () => {
  await exposition(facts);
  expect((await samples({ ...facts, rooms: [] })).some((line) => line.startsWith("ttlc_room"))).toBe(false);
});

it("tells how the process does", async () => {
  expect(await exposition(facts)).toContain("ttlc_process_resident_memory_bytes");
});
