import { connect, type Socket } from "node:net";
import { SimulatedTikTok } from "../simulator/server.ts";
import { FeedReader, HEADROOM } from "./fanout-clients.ts";
import { report } from "./measure.ts";
import { KEY, memoryMeasures, settled, startTtlc } from "./ttlc.ts";

/**
 * The memory of ttlc's own process under a busy room: `npm run bench -- memory [minutes = 10] [events per second =
 * 2000]`. `npm start` as it is, on a room simulated here, with one reader of the live feed and fifty that never read:
 * each of them is replaced when ttlc has cut it off. The servers' memory is not in it. Says what was stored, too: memory
 * is only low for what was done.
 */
const [minutes = 10, rate = 2_000] = process.argv.slice(2).map(Number);
const STALLED = 50;
/** Longer than a live feed waits for who does not read. */
const STALL_MS = 40_000;

const tiktok = new SimulatedTikTok();
await tiktok.start();
const room = tiktok.openRoom({ uniqueId: "alice", rate });
const ttlc = await startTtlc(tiktok, ["--user", "alice"]);
const stalled: Socket[] = [];

try {
  await ttlc.until(async () => (await stored()) > 0);
  room.pause();
  const before = await settled(look);
  const feed = await listen();
  const replacing = setInterval(() => void replaceOne(), STALL_MS / STALLED);
  room.resume();
  const samples = await ttlc.watchMemory(minutes * 60_000);
  clearInterval(replacing);
  room.pause();
  const after = await settled(look);

  const [sent, kept] = [after.sent - before.sent, after.stored - before.stored];
  console.error(`${sent} sent, ${kept} stored, ${feed.count} shown, ${Math.round(sent / minutes / 60)} a second`);
  if (kept !== sent) process.exitCode = 1;
  if (feed.count !== sent || feed.faults > 0) process.exitCode = 1;
  report(memoryMeasures(samples, "rss_peak_mb", "rss_end_mb"));
} finally {
  for (const socket of stalled) socket.destroy();
  await ttlc.stop();
  await tiktok.stop();
}

async function look() {
  return { sent: room.sent.total, stored: await stored() };
}

async function stored(): Promise<number> {
  const { items } = await ttlc.get<{ items: { events: number }[] }>("/streams");
  return items[0]?.events ?? 0;
}

/** The room's live feed, read to the end as it comes. */
async function listen(): Promise<FeedReader> {
  const reader = new FeedReader();
  const bytes = Buffer.alloc(HEADROOM + 65_536);
  const answered = Promise.withResolvers<void>();
  const callback = (length: number): boolean => {
    reader.read(bytes, HEADROOM + length);
    answered.resolve();
    return true;
  };
  const { port } = ttlc;
  const socket = connect({ port, host: "127.0.0.1", onread: { buffer: bytes.subarray(HEADROOM), callback } });
  socket.on("error", answered.reject);
  socket.write(request());
  await answered.promise;
  return reader;
}

/** One more who never reads; the oldest of them goes, once there are fifty. */
function replaceOne(): void {
  const socket = connect({ port: ttlc.port, host: "127.0.0.1" }).pause();
  socket.on("error", () => {});
  socket.write(request());
  stalled.push(socket);
  if (stalled.length > STALLED) stalled.shift()?.destroy();
}

function request(): string {
  return `GET /streams/${room.roomId}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${KEY}\r\nAccept: text/event-stream\r\n\r\n`;
}
