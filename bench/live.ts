import { setTimeout as sleep } from "node:timers/promises";
import { SimulatedTikTok } from "../simulator/server.ts";
import { openBrowser } from "../test/support/browser.ts";
import { machine } from "./machine.ts";
import { settled, startTtlc } from "./ttlc.ts";

/**
 * Sent = stored = shown: `npm start` on a simulated room, watched in Chromium, as a streamer would.
 * `npm run bench -- live [events per second = 200] [seconds = 60]`
 */
const [rate = 200, seconds = 60] = process.argv.slice(2).map(Number);
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
const startedAt = performance.now();
const ttlc = await startTtlc(tiktok, ["--user", "alice"]);
const browser = await openBrowser();

try {
  const link = await ttlc.until(() => /http:\S+#code=\S+/.exec(ttlc.output())?.[0]);
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(link);
  const shown = async () => Number(await page.locator("[data-total]").getAttribute("data-total"));
  await ttlc.until(async () => (await shown()) > 0);
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
    "ttlc RSS, MB": Math.round((await ttlc.rss()) / 2 ** 20),
  };
  const lines = Object.entries(figures).map(([name, value]) => `${String(value).padStart(8)}  ${name}\n`);
  process.stdout.write(`${machine()}\n${lines.join("")}`);
} finally {
  await browser.close();
  await ttlc.stop();
  await tiktok.stop();
}

async function stored(): Promise<number> {
  const { items } = await ttlc.get<{ items: { events: number }[] }>("/streams");
  return items[0]?.events ?? 0;
}
