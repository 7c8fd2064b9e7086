import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page as Items, StreamDetail } from "../../contracts/api.ts";
import type { ChannelItem } from "../../contracts/channels.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { chromiumPath, openBrowser } from "../support/browser.ts";
import { ask, signIn, violationsOn } from "../support/dashboard.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const skip = chromiumPath === undefined && process.env.CI !== "true";
if (skip) console.info("dashboard-moderation: skipped, there is no Chromium on PATH and CHROMIUM is not set");

describe.skipIf(skip)("moderators in the browser", () => {
  const tiktok = new SimulatedTikTok();
  let redis: TestRedis;
  let database: TestDatabase;
  let browser: Browser;
  let euler: Receiver;
  let ttlc: Ttlc;
  let page: Page;
  /** A room at TikTok, and one that is simulated. */
  let alice: string;
  let simulated: string;
  const faults: string[] = [];

  beforeAll(async () => {
    await tiktok.start();
    [redis, database, browser, euler] = await Promise.all([
      startTestRedis(),
      createDatabase(),
      openBrowser(),
      new Receiver().start(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await tiktok.stop();
    await euler?.stop();
    await redis?.stop();
    await database?.drop();
  });

  /** ttlc in a process of its own, that has met both rooms. */
  async function start() {
    ttlc = await startTtlc({
      TTLC_SERVICES: "simulator,ingest,normalizer,storage,rules,gateway",
      ...{ REDIS_URL: redis.url, DATABASE_URL: database.url, ...hostsOf(tiktok), SIMULATOR_RATE: "3" },
      ...{ EULER_API_URL: euler.host, EULER_API_KEY: "key", EULER_OAUTH_TOKEN: "token", EULER_ACCOUNT: "bot" },
      RATE_LIMIT_PER_MIN: "1000",
    });
    tiktok.openRoom({ uniqueId: "alice", rate: 3 });
    await ask(ttlc, "POST", "/streams", { uniqueId: "alice" });
    await ask(ttlc, "POST", "/streams", { uniqueId: "simulated_room", provider: "simulator" });
    [alice, simulated] = await waitFor(async () => {
      const { items } = await ttlc.get<Items<StreamDetail>>("/streams");
      const met = [false, true].map((kind) => items.find((one) => one.simulated === kind && one.events > 10)?.streamId);
      expect(met).toEqual([expect.any(String), expect.any(String)]);
      return met as [string, string];
    });
  }
  async function signInAs(role: string, to: string): Promise<Page> {
    const channelIds = (await ttlc.get<Items<ChannelItem>>("/channels")).items.map(({ channelId }) => channelId);
    return signIn(browser, ttlc, { role, to, channelIds, faults });
  }
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const toast = (text: RegExp) => page.locator("[role=status]", { hasText: text }).waitFor();
  const actions = async () => (await ttlc.get<Items<RuleActionItem>>("/actions?by=person")).items;

  /** Of somebody who wrote. */
  async function openCard() {
    await page.locator(".row", { hasText: "Chat" }).first().waitFor();
    await page.keyboard.press("p");
    await page.locator(".row", { hasText: "Chat" }).last().getByRole("button").click();
    await button("Time out for 1 min").waitFor();
  }

  type Look = [width: 1440 | 390, colorScheme: "light" | "dark"];
  /** As it looks, and to those who do not see it. */
  async function acceptable(...looks: Look[]) {
    for (const [width, colorScheme] of looks) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await violationsOn(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  it("act from the card of a person, see what becomes of it, and do by hand what is left to them", async () => {
    await start();
    page = await signInAs("moderator", `/app/live/${simulated}`);
    await doByHand();
    await page.goto(`${ttlc.url}/app/live/${alice}`);
    await timeOut();
    await ban();
    await unban();
    await keepNote();
    await acceptable([1440, "dark"]);
    expect(faults).toEqual([]);
    await offerToNobodyElse();
    expect(await ttlc.signal("SIGTERM")).toBe(0);
  });

  /** What ttlc has no means for is written down, and closed by whoever did it. */
  async function doByHand() {
    await openCard();
    await page.getByText("The room is simulated").waitFor();
    await button("Time out for 1 min").click();
    await toast(/Left to a person/);
    expect(await actions()).toMatchObject([
      {
        ...{ streamId: simulated, measure: "timeout", seconds: 60, state: "skipped", reason: "no_capability" },
        ...{ eventId: expect.stringMatching(/^[0-9a-f]{64}$/), givenReason: "no reason given" },
        actor: { name: "moderator", role: "moderator" },
      },
    ]);
    await acceptable([1440, "light"], [390, "dark"]);

    await page.getByText("One thing waits for a person.").getByRole("link", { name: "Look" }).click();
    await page.getByText(/^Time out @\S+ for 1 min$/).waitFor();
    await acceptable([390, "light"]);
    await button(/^Done by hand: Time out @\S+ for 1 min$/).click();
    await page.getByText(/^Time out @\S+ for 1 min: Done by hand by moderator\.$/).waitFor();
    await page.mouse.move(0, 0); // the list stands still under it
    await page.getByText("Nothing waits.").waitFor();
    expect(await actions()).toMatchObject([{ resolved: { outcome: "done_by_hand", by: { name: "moderator" } } }]);
  }

  async function timeOut() {
    await openCard();
    await page.keyboard.press("t");
    await page.getByText(/^No rule waits for events of this kind|^This event is not stored/).waitFor();
    await page.getByLabel(/^Why/).fill("Insults");
    await button("Time out for 5 min").click();
    await toast(/\bDone\b/);
    const [done] = await actions();
    expect(done).toMatchObject({ streamId: alice, measure: "timeout", seconds: 300, givenReason: "Insults" });
    const mutes = `/webcast/rooms/${alice}/moderation/mutes?user_id=${done?.userId}`;
    expect(euler.at(`${mutes}&duration=300`).map(({ method }) => method)).toEqual(["PUT"]);
    await page.locator("h1").click();
    await page.keyboard.press("u");
    await toast(/Timeout taken back/);
    await page.getByText("taken back", { exact: false }).last().waitFor();
    await waitFor(async () => expect(euler.at(mutes).map(({ method }) => method)).toEqual(["DELETE"]));
  }

  /** Refused at first. */
  async function ban() {
    const userId = (await actions())[0]?.userId;
    await page.keyboard.press("b");
    await button("Ban").click();
    await page.getByText("Say why before you ban somebody.").waitFor();
    await page.getByLabel(/^Why/).fill("Threats");
    euler.will(`/webcast/rooms/${alice}/moderation/bans?tiktok_user_id=${userId}`, 403, 204);
    await button("Ban").click();
    await toast(/Failed: the account does not moderate this room/);
    await button("Ban…").click();
    await page.getByLabel(/^Why/).fill("Threats");
    await button("Ban").click();
    await toast(/\bDone\b/);
  }

  /** Of somebody who is out of the feed by now: found among what was done, and by their handle. */
  async function unban() {
    await page.getByRole("link", { name: "Moderate" }).click();
    const done = page.getByRole("list", { name: "Done lately" });
    await done.getByRole("button", { name: /^Undo: Ban/ }).click();
    await toast(/Ban taken back/);
    await waitFor(async () => expect((await actions())[0]).toMatchObject({ measure: "unban", state: "done" }));
    await acceptable([1440, "light"], [390, "dark"]);
    const name = (await done.getByRole("button", { name: /^@/ }).first().textContent()) ?? "";
    await page.getByLabel("Find a person").fill(name);
    await button("Find").click();
    await page.getByRole("list", { name: "Find a person" }).getByText(name).click();
  }

  async function keepNote() {
    await page.getByText(/^In the room of @\w+\.$/).waitFor();
    await page.getByLabel("New note").fill("Was warned twice.");
    await button("Keep the note").click();
    await page.getByRole("list", { name: "Notes" }).getByText("Was warned twice.").waitFor();
  }

  async function offerToNobodyElse() {
    const { length } = faults;
    page = await signInAs("viewer", "/app/mod");
    await page.getByText("Ask the streamer for the right to moderate.").waitFor();
    expect(await page.getByRole("link", { name: "Moderate" }).count()).toBe(0);
    expect(faults.slice(length).filter((fault) => !/ 403 /.test(fault))).toEqual([]);
  }
});
