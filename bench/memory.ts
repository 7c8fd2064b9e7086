import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../lib/servers/ports.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { FeedReader, HEADROOM } from "./fanout-clients.ts";
import { machine } from "./machine.ts";
import { measure, report } from "./measure.ts";

/**
 * The memory of ttlc's own process under a busy room: `npm run bench -- memory [minutes = 10] [events per second =
 * 2000]`. `npm start` as it is, on a room simulated here, with one reader of the live feed and fifty that never read:
 * each of them is replaced when ttlc has cut it off. The servers' memory is not in it. Says what was stored, too: memory
 * is only low for what was done.
 */
const [minutes = 10, rate = 2_000] = process.argv.slice(2).map(Number);
const KEY = "bench-memory-admin-key";
const STALLED = 50;
/** Longer than a live feed waits for who does not read. */
const STALL_MS = 40_000;
const SAMPLE_MS = 1_000;
const PROGRESS_MS = 30_000;
const MB = 2 ** 20;

interface Sample {
  rss: number;
  heapUsed: number;
  heapTotal: number;
  external: number;
}

const tiktok = new SimulatedTikTok();
await tiktok.start();
const room = tiktok.openRoom({ uniqueId: "alice", rate });
const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
const port = await freePort();
let output = "";
const ttlc = await startTtlc();
const ended = once(ttlc, "close");
const stalled: Socket[] = [];

try {
  await until(async () => (await stored()) > 0);
  room.pause();
  const before = await settled();
  const feed = await listen();
  const replacing = setInterval(() => void replaceOne(), STALL_MS / STALLED);
  room.resume();
  const samples = await sampled(minutes * 60_000);
  clearInterval(replacing);
  room.pause();
  const after = await settled();
  samples.push(await sample());

  const [sent, kept] = [after.sent - before.sent, after.stored - before.stored];
  console.error(`${sent} sent, ${kept} stored, ${feed.count} shown, ${Math.round(sent / minutes / 60)} a second`);
  if (kept !== sent) process.exitCode = 1;
  if (feed.count !== sent || feed.faults > 0) process.exitCode = 1;
  const rss = samples.map((each) => each.rss / MB);
  report([measure("rss_peak_mb", "MB", [Math.max(...rss)]), measure("rss_end_mb", "MB", [rss.at(-1) as number])]);
} finally {
  for (const socket of stalled) socket.destroy();
  ttlc.kill("SIGTERM");
  await ended;
  await tiktok.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** With the flags of `npm start`. */
async function startTtlc(): Promise<ChildProcess> {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: { start: string } };
  const [, ...args] = scripts.start.split(" ");
  const child = spawn(process.execPath, [...args, "--user", "alice"], {
    env: {
      PATH: process.env.PATH,
      TTLC_DATA_DIR: dataDir,
      TTLC_ADMIN_KEY: KEY,
      API_PORT: String(port),
      LOG_LEVEL: "warn",
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url,
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-10_000);
    });
  }
  return child;
}

async function sampled(ms: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  for (let told = 0; performance.now() - startedAt < ms; await sleep(SAMPLE_MS)) {
    const now = await sample();
    samples.push(now);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (seconds * 1_000 < told) continue;
    told += PROGRESS_MS;
    const [rss, used, total, external] = [now.rss, now.heapUsed, now.heapTotal, now.external].map((bytes) =>
      Math.round(bytes / MB),
    );
    console.error(
      `${Math.round(seconds)} s: RSS ${rss} MB, heap ${used} of ${total} MB, external ${external} MB; ${machine()}`,
    );
  }
  return samples;
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
  const socket = connect({ port, host: "127.0.0.1", onread: { buffer: bytes.subarray(HEADROOM), callback } });
  socket.on("error", answered.reject);
  socket.write(request());
  await answered.promise;
  return reader;
}

/** One more who never reads; the oldest of them goes, once there are fifty. */
function replaceOne(): void {
  const socket = connect({ port, host: "127.0.0.1" }).pause();
  socket.on("error", () => {});
  socket.write(request());
  stalled.push(socket);
  if (stalled.length > STALLED) stalled.shift()?.destroy();
}

function request(): string {
  return `GET /streams/${room.roomId}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${KEY}\r\nAccept: text/event-stream\r\n\r\n`;
}

async function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-api-key": KEY } });
}

async function stored(): Promise<number> {
  const { items } = (await (await get("/streams")).json()) as { items: { events: number }[] };
  return items[0]?.events ?? 0;
}

async function sample(): Promise<Sample> {
  const text = await (await get("/metrics")).text();
  const value = (name: string) => Number(new RegExp(`^ttlc_${name} (\\S+)`, "m").exec(text)?.[1]);
  return {
    rss: value("process_resident_memory_bytes"),
    heapUsed: value("nodejs_heap_size_used_bytes"),
    heapTotal: value("nodejs_heap_size_total_bytes"),
    external: value("nodejs_external_memory_bytes"),
  };
}

/** Until it is true; gives up after a minute, saying what ttlc wrote. */
async function until(look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await look().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited for a minute; ttlc wrote:\n${output}`);
    await sleep(50);
  }
}

/** What was sent and what is stored, once neither has changed for three seconds. */
async function settled(): Promise<{ sent: number; stored: number }> {
  const look = async () => ({ sent: room.sent.total, stored: await stored() });
  for (let last = await look(), stood = 0; ; ) {
    await sleep(500);
    const now = await look();
    stood = now.sent === last.sent && now.stored === last.stored ? stood + 1 : 0;
    if (stood === 6) return now;
    last = now;
  }
}
