import { setTimeout as sleep } from "node:timers/promises";
import type { SessionItem, SessionLedger } from "../contracts/api.ts";
import { type Fault, misbehave } from "../simulator/misbehave.ts";
import { Random } from "../simulator/random.ts";
import type { SimulatedRoom } from "../simulator/room.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { measure, report } from "./measure.ts";
import { memoryMeasures, settled, startTtlc, type Ttlc } from "./ttlc.ts";

/**
 * Many rooms in one `npm start`: `npm run bench -- rooms [minutes = 5] [rooms = 100] [messages per second and room = 20]
 * [faults per minute = 0] [seed = 1]`. Everything that was sent must be stored or counted as a duplicate; with faults, which
 * hit one room each, at random, what was sent into a cut may be missing, and the ledger of every session must still balance.
 */
const [minutes = 5, count = 100, rate = 20, faultsPerMinute = 0, seed = 1] = process.argv.slice(2).map(Number);

/** What goes wrong, and how much of it. */
const faults: readonly [Fault, Parameters<typeof misbehave>[2]?][] = [
  ["close", { code: 1001 }],
  ["close", { code: 1011 }],
  ["reset"],
  ["stall"],
  ["refuseSigning", { status: 500, count: 2 }],
  ["refuseUpgrade", { count: 2 }],
  ["resendHistory", { count: 50 }],
  ["repeatFrames", { count: 20 }],
  ["reverseFrames", { count: 20 }],
  ["unknownTypes", { count: 5 }],
  ["corruptPayloads", { count: 5 }],
  ["corruptGzip"],
  ["oversize"],
  ["loseStreakEnds", { count: 5 }],
];

const tiktok = new SimulatedTikTok();
await tiktok.start();
const rooms = Array.from({ length: count }, (_, i) => tiktok.openRoom({ uniqueId: `room_${i}`, rate, seed: i }));
const env = { SIGN_CALLS_PER_MIN: "6000", STALL_TIMEOUT_SEC: "10" };
const ttlc = await startTtlc(tiktok, ["--user", "room_0"], env);

try {
  await ttlc.until(async () => (await ttlc.get("/ready")) !== undefined);
  for (const room of rooms) await ttlc.post("/streams", { uniqueId: room.uniqueId });
  await ttlc.until(async () => rooms.every(({ sent }) => sent.total > 0));
  const ending = new AbortController();
  const harm = misbehaveAtRandom(rooms, ending.signal);
  const rss = await ttlc.watchMemory(minutes * 60_000);
  ending.abort();
  const done = await harm;
  for (const room of rooms) room.pause();
  const ledgers = await settled(() => ledgersOf(ttlc));

  const sum = (of: (ledger: SessionLedger) => number | null) =>
    ledgers.reduce((total, each) => total + (of(each) ?? 0), 0);
  const sent = rooms.reduce((total, room) => total + room.sent.total, 0);
  const received = sum((each) => each.received);
  const kept = sum((each) => each.stored) - sum((each) => each.facts);
  const [duplicates, letters] = [sum((each) => each.duplicates), sum(lettersIn)];
  const unbalanced = ledgers.filter(({ balance }) => balance.ok !== true);
  console.error(
    `${sent} sent, ${received} received, ${kept} stored, ${duplicates} duplicates, ${letters} dead letters, ` +
      `${ledgers.length} sessions, ${unbalanced.length} of them unbalanced, ${done} faults`,
  );
  for (const ledger of unbalanced) console.error(JSON.stringify(ledger));
  if (unbalanced.length > 0 || kept + duplicates + letters !== received) process.exitCode = 1;
  if (faultsPerMinute === 0 && received !== sent) process.exitCode = 1;
  report([
    ...memoryMeasures(rss, `rss_mb_per_${count}_rooms`, `rss_end_mb_per_${count}_rooms`),
    measure("rooms_events_per_second", "events/s", [kept / minutes / 60]),
    measure("rooms_unbalanced_sessions", "sessions", [unbalanced.length]),
  ]);
} finally {
  await ttlc.stop();
  await tiktok.stop();
}

/** Resolves with how many faults there were. */
async function misbehaveAtRandom(rooms: readonly SimulatedRoom[], ending: AbortSignal): Promise<number> {
  const random = new Random(String(seed));
  let done = 0;
  if (faultsPerMinute === 0) return done;
  for (;;) {
    await sleep(60_000 / faultsPerMinute, undefined, { signal: ending }).catch(() => {});
    if (ending.aborted) return done;
    const [fault, details] = random.pick(faults);
    misbehave(random.pick(rooms), fault, details);
    done++;
  }
}

async function ledgersOf(ttlc: Ttlc): Promise<SessionLedger[]> {
  const sessions = await ttlc.all<SessionItem>("/sessions");
  const ledgers: SessionLedger[] = [];
  for (const { sessionId } of sessions) ledgers.push(await ttlc.get(`/sessions/${sessionId}/ledger`));
  return ledgers;
}

function lettersIn({ deadLettered }: SessionLedger): number {
  return deadLettered.reduce((total, { count }) => total + count, 0);
}
