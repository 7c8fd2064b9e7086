import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { chromiumPath, openBrowser, openPage } from "../support/browser.ts";
import { signIn, violationsOn } from "../support/dashboard.ts";
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

  async function signInAsStreamer(gateway: Ttlc) {
    const { items } = await gateway.get<{ items: { channelId: string }[] }>("/channels");
    const channelIds = items.slice(0, 1).map(({ channelId }) => channelId);
    const faults: string[] = [];
    return {
      faults,
      page: await signIn(browser, gateway, { role: "streamer", to: "/app/sessions", channelIds, faults }),
    };
  }

  /** As a streamer: yesterday's events, a file of them, a replay, and a key for a moderator. */
  async function usePast({ page, faults }: Awaited<ReturnType<typeof signInAsStreamer>>) {
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    /** A theme changes colours alone. */
    const acceptable = async () => {
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      expect(await violationsOn(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      expect(await violationsOn(page, "contrast")).toEqual([]);
    };
    await page.getByRole("link", { name: /^@alice/ }).click();
    await page.locator(".row").first().waitFor();
    await page.locator(".uplot").waitFor();
    await page.getByRole("button", { name: /^Gifts/ }).click({ modifiers: ["Alt"] });
    await page.waitForURL("**?types=gift");
    await waitFor(async () => expect(await page.locator(".row .label:not(.gift)").count()).toBe(0));
    await page.locator(".row button.name").first().click();
    await page.getByRole("dialog").getByLabel("New note").waitFor();
    await button("Show only what they did").click();
    await page.getByRole("button", { name: /^Show everybody again/ }).click();
    const file = await page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
    expect(file).toMatch(/^\/sessions\/[\w-]+\/export\?format=csv$/);

    await button("×1").click();
    await button("Replay").click();
    await button("Pause").click();
    await button("Resume").waitFor();
    await acceptable();
    await page.reload();
    await page.getByText("Paused").waitFor();
    await button("Stop").click();
    await button("Replay again").waitFor();

    await page.getByRole("link", { name: "Settings" }).click();
    await button("Add a person").click();
    await page.getByLabel("Name").fill("Bea");
    await acceptable();
    await button("Make the key").click();
    await page.getByText("shown now and never again").waitFor();
    await button("Done").click();
    await button("Revoke the key of Bea").click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Bea", { exact: true }).waitFor({ state: "detached" });
    await acceptable();

    await page.getByRole("link", { name: "Sessions" }).click();
    await page.locator("tbody tr").nth(1).waitFor();
    await acceptable();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(faults).toEqual([]);
  }

  it.skipIf(skip)("from the login link to a named room, and on through the death of the gateway", async () => {
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 50, record: true });
    const others = await start("ingest,normalizer,storage,rules");
    let gateway = await start("gateway");
    const faults: string[] = [];
    const page = await openPage(browser, await loginLink(gateway), { faults });

    await page.getByRole("textbox", { name: /username/i }).fill("@alice");
    await page.getByRole("button", { name: "Watch" }).click();
    await waitFor(async () => expect(await shown(page)).toBeGreaterThan(50));
    expect(faults).toEqual([]);
    expect(await violationsOn(page)).toEqual([]);

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

    await usePast(await signInAsStreamer(gateway));
    expect(await gateway.signal("SIGTERM")).toBe(0);
    expect(await others.signal("SIGTERM")).toBe(0);
  });
});
