import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { EventType } from "../contracts/unified-event.ts";
import type { Entry } from "../lib/define-service.ts";
import { migrate } from "../lib/migrate.ts";
import { startPostgres } from "../lib/servers/postgres.ts";
import { EventLog } from "../services/storage/event-log.ts";
import { makeEntry, makeEvent, sha256, viewer } from "../test/fixtures/events.ts";
import { emptyTables, openPool } from "../test/support/event-store.ts";

/** How fast storage appends: `node bench/storage-append.ts`, on an embedded PostgreSQL of its own, fsync on. */
const EVENTS = 20_000;
const ROUNDS = 3;
const avatarUrl = `https://p16-sign-va.tiktokcdn.com/${"a".repeat(150)}`;

const dataDir = join(tmpdir(), `ttlc-bench-${process.pid}`);
await mkdir(dataDir, { recursive: true });
const postgres = await startPostgres({ dataDir });
try {
  await migrate(postgres.url);
  const db = openPool(postgres.url);
  console.log(
    `${new Date().toISOString()} Node ${process.version}, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}`,
  );
  for (let round = 1; round <= ROUNDS; round++) {
    for (const size of [200, 500]) {
      await emptyTables(db);
      const entries = Array.from({ length: EVENTS }, (_, i) => entry(i));
      const log = new EventLog();
      await log.append(db, entries.splice(0, size));
      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      while (entries.length > 0) await log.append(db, entries.splice(0, size));
      const seconds = (performance.now() - startedAt) / 1_000;
      const { user, system } = process.cpuUsage(cpu);
      const rows = EVENTS - size;
      console.log(
        `round ${round}, batches of ${size}: ${Math.round(rows / seconds)} events/s, ${((user + system) / rows).toFixed(1)} µs of Node each`,
      );
    }
  }
  await db.dispose();
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** A busy room: 20 kinds of messages in the shares of a recorded one, 1,500 viewers, originals of 400 to 1,600 bytes. */
function entry(i: number): Entry<"ttlc:events"> {
  const kinds: [EventType, object][] = [
    ...Array(7).fill(["CHAT", { message: "what a lovely song, greetings from here!", language: "en" }]),
    ...Array(4).fill(["LIKE", { count: 15, total: i }]),
    ...Array(4).fill(["JOIN", { memberCount: i }]),
    ["GIFT", { giftCount: 1 + (i % 9), coins: 1 + (i % 9), streakId: sha256(`${i % 50}`), streakState: "progress" }],
    ["FOLLOW", {}],
    ["SHARE", {}],
    ["ROOM_USER", { viewers: 1_000 + (i % 100), top: [{ ...viewer(1), score: 5 }] }],
    ["RAW", { rawType: "WebcastRankUpdateMessage", data: { ranks: Array(20).fill({ rank: 1, text: "popular" }) } }],
  ];
  const [eventType, payload] = kinds[i % kinds.length] as [EventType, object];
  const user = eventType === "ROOM_USER" || eventType === "RAW" ? null : viewer(Math.floor(1_500 * Math.random() ** 2));
  const timestamp = new Date(1_790_000_000_000 + i * 5).toISOString();
  const event = makeEvent(eventType, {
    seqNo: i,
    msgId: `m${i}`,
    timestamp,
    user: user && { ...user, avatarUrl },
    payload,
  });
  return makeEntry(event, { raw: randomBytes(400 + ((i * 37) % 1_200)).toString("base64"), encoding: "base64" });
}
