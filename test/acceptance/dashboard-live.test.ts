import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { chromiumPath, openBrowser, openPage } from "../support/browser.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const skip = chromiumPath === undefined && process.env.CI !== "true";
if (skip) console.info("dashboard-live: skipped, there is no Chromium on PATH and CHROMIUM is not set");

describeDurable("a room in the browser", () => {
  const tiktok = new SimulatedTikTok();
  let redis: TestRedis;
  let database: TestDatabase;
  let browser: Browser;

  beforeAll(async () => {
    if (skip) return;
    await tiktok.start();
    redis = await startTestRedis();
    database = await createDatabase();
    browser = await openBrowser();
  });
  afterAll(async () => {
    if (skip) return;
    await browser.close();
    await tiktok.stop();
    await redis.stop();
    await database.drop();
  });

  const start = (services: string, env: Record<string, string> = {}) =>
    startTtlc({
      TTLC_SERVICES: services,
      TTLC_NODE_ID: services.split(",")[0] as string,
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      ...hostsOf(tiktok),
      ...env,
    });
  const shown = async (page: Page) => Number(await page.locator("[data-total]").getAttribute("data-total"));
  const loginLink = async (gateway: Ttlc) => (await gateway.says(/(http:\S+#code=\S+)/))[1] as string;

  it.skipIf(skip)("from the login link to a named room, and on through the death of the gateway", async () => {
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 50, record: true });
    const others = await start("ingest,normalizer,storage");
    let gateway = await start("gateway");
    const faults: string[] = [];
    const page = await openPage(browser, await loginLink(gateway), { faults });

    await page.getByRole("textbox", { name: /username/i }).fill("@alice");
    await page.getByRole("button", { name: "Watch" }).click();
    await waitFor(async () => expect(await shown(page)).toBeGreaterThan(50));
    expect(faults).toEqual([]);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

    await gateway.kill();
    const { total } = room.sent;
    await waitFor(() => expect(room.sent.total).toBeGreaterThan(total + 50));
    gateway = await start("gateway", { API_PORT: new URL(gateway.url).port });
    await waitFor(async () => expect(await shown(page)).toBeGreaterThan(total + 50), 60_000);
    room.pause();

    // CONNECTED is ours; everything else came from the room, each shown once
    await waitFor(async () => expect(await shown(page)).toBe(room.sent.total + 1), 60_000);
    const [stream] = (await gateway.get<{ items: { events: number }[] }>("/streams")).items;
    expect(stream?.events).toBe(room.sent.total + 1);
    expect(await gateway.signal("SIGTERM")).toBe(0);
    expect(await others.signal("SIGTERM")).toBe(0);
  });
});
