import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../lib/servers/ports.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { openBrowser } from "../test/support/browser.ts";
import { machine } from "./machine.ts";
import { startCommand } from "./start-command.ts";

/**
 * Sent = stored = shown: `npm start` on a simulated room, watched in Chromium, as a streamer would.
 * `npm run bench -- live [events per second = 200] [seconds = 60]`
 */
const [rate = 200, seconds = 60] = process.argv.slice(2).map(Number);
const KEY = "bench-live-admin-key";
/** Runs in the page: how long each frame took, and each task over 50 ms. */
const watchFrames = `
  globalThis.watched = { frames: [], longTasks: [] };
  new PerformanceObserver((list) => watched.longTasks.push(...list.getEntries().map((task) => task.duration)))
    .observe({ entryTypes: ["longtask"] });
  let last = performance.now();
  requestAnimationFrame(function onFrame(now) {
    watched.frames.push(now - last);
    last = now;
    requestAnimationFrame(onFrame);
  });`;

const tiktok = new SimulatedTikTok();
await tiktok.start();
const room = tiktok.openRoom({ uniqueId: "alice", rate });
const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
const port = await freePort();
const startedAt = performance.now();
const start = await startCommand();
const ttlc = spawn(process.execPath, [...start.args, "--user", "alice"], {
  env: {
    ...start.env,
    TTLC_DATA_DIR: dataDir,
    TTLC_ADMIN_KEY: KEY,
    API_PORT: String(port),
    LOG_LEVEL: "warn",
    SIGN_API_URL: tiktok.url,
    TIKTOK_WEB_HOST: tiktok.url,
    TIKTOK_WEBCAST_HOST: tiktok.url,
  },
});
let output = "";
for (const stream of [ttlc.stdout, ttlc.stderr]) {
  stream.on("data", (chunk) => {
    output += chunk;
  });
}
const ended = once(ttlc, "close");
const browser = await openBrowser();

try {
  const link = await until(() => /http:\S+#code=\S+/.exec(output)?.[0]);
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(link);
  const shown = async () => Number(await page.locator("[data-total]").getAttribute("data-total"));
  const stored = async () => (await streams())[0]?.events ?? 0;
  await until(async () => (await shown()) > 0);
  const firstMs = performance.now() - startedAt;

  room.pause();
  const before = await settled(async () => ({ sent: room.sent.total, stored: await stored(), shown: await shown() }));
  room.resume();
  await page.evaluate(watchFrames);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const cpu = async () =>
    (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  const cpuBefore = await cpu();
  await sleep(seconds * 1_000);
  const cpuShare = ((await cpu()) - cpuBefore) / seconds;
  const { frames, longTasks } = (await page.evaluate("watched")) as { frames: number[]; longTasks: number[] };
  room.pause();
  const after = await settled(async () => ({ sent: room.sent.total, stored: await stored(), shown: await shown() }));

  const sorted = frames.toSorted((a, b) => a - b);
  const figures = {
    "first event on screen after npm start, ms": Math.round(firstMs),
    sent: after.sent - before.sent,
    stored: after.stored - before.stored,
    shown: after.shown - before.shown,
    "sent per second": Math.round((after.sent - before.sent) / seconds),
    fps: ((1_000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0)).toFixed(1),
    "p95 frame, ms": sorted[Math.floor(sorted.length * 0.95)]?.toFixed(1),
    "frames over 25 ms, %": ((100 * sorted.filter((frame) => frame > 25).length) / sorted.length).toFixed(2),
    "tasks over 100 ms": longTasks.filter((ms) => ms > 100).length,
    "page's main thread, % of a core": (100 * cpuShare).toFixed(1),
    "ttlc RSS, MB": Math.round((await rss()) / 2 ** 20),
  };
  const lines = Object.entries(figures).map(([name, value]) => `${String(value).padStart(8)}  ${name}\n`);
  process.stdout.write(`${machine()}\n${lines.join("")}`);
} finally {
  await browser.close();
  ttlc.kill("SIGTERM");
  await ended;
  await tiktok.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** Until it is true; gives up after a minute, saying what ttlc wrote. */
async function until<Value>(look: () => Value | Promise<Value>): Promise<NonNullable<Value>> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await look();
    if (value) return value as NonNullable<Value>;
    if (Date.now() > deadline) throw new Error(`waited for a minute; ttlc wrote:\n${output}`);
    await sleep(50);
  }
}

/** The value once it has stood still for three seconds. */
async function settled<Value>(look: () => Promise<Value>): Promise<Value> {
  for (let last = await look(), stood = 0; ; ) {
    await sleep(500);
    const now = await look();
    stood = JSON.stringify(now) === JSON.stringify(last) ? stood + 1 : 0;
    if (stood === 6) return now;
    last = now;
  }
}

async function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-api-key": KEY } });
}

async function streams(): Promise<{ events: number }[]> {
  return ((await (await get("/streams")).json()) as { items: { events: number }[] }).items;
}

async function rss(): Promise<number> {
  return Number(/^ttlc_process_resident_memory_bytes (\S+)/m.exec(await (await get("/metrics")).text())?.[1]);
}
