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

/**
 * Sent = stored = shown: `npm start` with a simulated room, watched in Chromium, as a streamer would.
 * `npm run bench -- live [events per second = 200] [seconds = 60]`
 */
const [rate = 200, seconds = 60] = process.argv.slice(2).map(Number);
const KEY = "bench-live-admin-key";

const tiktok = new SimulatedTikTok();
await tiktok.start();
const room = tiktok.openRoom({ uniqueId: "alice", rate });
const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
const port = await freePort();
const startedAt = performance.now();
const ttlc = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "bin/start.ts", "--user", "alice"], {
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
let output = "";
for (const stream of [ttlc.stdout, ttlc.stderr]) stream.on("data", (chunk) => (output += chunk));
const ended = once(ttlc, "close");
const browser = await openBrowser();

try {
  const link = await until(() => /http:\S+#code=\S+/.exec(output)?.[0]);
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(link);
  const shown = async () => Number(await page.locator("[data-events]").getAttribute("data-events"));
  await until(async () => (await shown()) > 0);
  const firstMs = performance.now() - startedAt;

  await page.evaluate(() => {
    const frames: number[] = [];
    const longTasks: number[] = [];
    Object.assign(window, { frames, longTasks });
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ["longtask"],
    });
    let last = performance.now();
    const onFrame = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const cpu = async () =>
    (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  const cpuBefore = await cpu();
  const before = room.sent.total;
  await sleep(seconds * 1_000);
  const cpuShare = ((await cpu()) - cpuBefore) / seconds;
  const sentWhileMeasured = room.sent.total - before;
  const { frames, longTasks } = await page
    .evaluate(() => window as unknown as { frames: number[]; longTasks: number[] })
    .then(() =>
      page.evaluate(() => ({
        frames: (window as never as { frames: number[] }).frames,
        longTasks: (window as never as { longTasks: number[] }).longTasks,
      })),
    );

  room.pause();
  const stored = async () => (await get("/streams")).items[0].events - (await ownFacts());
  await until(async () => (await stored()) >= room.sent.total);
  const facts = await ownFacts();
  await until(async () => (await shown()) >= room.sent.total + facts).catch(() => {});

  const sorted = frames.toSorted((a, b) => a - b);
  const fps = (1_000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0);
  const figures = {
    "first event on screen after npm start, ms": Math.round(firstMs),
    "sent per second": Math.round(sentWhileMeasured / seconds),
    sent: room.sent.total,
    stored: await stored(),
    shown: (await shown()) - facts,
    fps: fps.toFixed(1),
    "p95 frame, ms": sorted[Math.floor(sorted.length * 0.95)]?.toFixed(1),
    "frames over 25 ms, %": ((100 * sorted.filter((frame) => frame > 25).length) / sorted.length).toFixed(2),
    "tasks over 100 ms": longTasks.filter((ms) => ms > 100).length,
    "main thread, % of a core": (100 * cpuShare).toFixed(1),
    "ttlc RSS, MB": Math.round(rssOf(await metrics()) / 2 ** 20),
  };
  process.stdout.write(
    `${machine()}\n${Object.entries(figures)
      .map(([name, value]) => `${String(value).padStart(8)}  ${name}\n`)
      .join("")}`,
  );
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

async function get(path: string) {
  return (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-api-key": KEY } })).json();
}

/** Events that are ours and not TikTok's: CONNECTED and the like. */
async function ownFacts(): Promise<number> {
  const { items } = await get("/sessions");
  return items.length;
}

async function metrics(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { "x-api-key": KEY } })).text();
}

function rssOf(text: string): number {
  return Number(/^ttlc_process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}
