import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Rule } from "../../contracts/rule.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { chromiumPath, openBrowser } from "../support/browser.ts";
import { ask, expectAcceptable, signIn } from "../support/dashboard.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const skip = chromiumPath === undefined && process.env.CI !== "true";
if (skip) console.info("dashboard-rules: skipped, there is no Chromium on PATH and CHROMIUM is not set");

describe.skipIf(skip)("rules in the browser", () => {
  const tiktok = new SimulatedTikTok();
  let redis: TestRedis;
  let database: TestDatabase;
  let browser: Browser;
  let ttlc: Ttlc;
  let channelId: string;
  const faults: string[] = [];

  beforeAll(async () => {
    await tiktok.start();
    [redis, database, browser] = await Promise.all([startTestRedis(), createDatabase(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await tiktok.stop();
    await redis?.stop();
    await database?.drop();
  });

  /** ttlc in a process of its own, with a room that it has met. */
  async function start() {
    ttlc = await startTtlc({
      TTLC_SERVICES: "ingest,normalizer,storage,rules,gateway",
      ...{ REDIS_URL: redis.url, DATABASE_URL: database.url, ...hostsOf(tiktok) },
    });
    tiktok.openRoom({ uniqueId: "alice", rate: 20 });
    await ask(ttlc, "POST", "/streams", { uniqueId: "alice" });
    channelId = await waitFor(async () => {
      const { items } = await ttlc.get<{ items: { channelId: string }[] }>("/channels");
      expect(items).toHaveLength(1);
      return items[0]?.channelId as string;
    });
  }
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const log = (page: Page) => page.getByRole("list", { name: "Lately" }).getByRole("listitem");
  const rule = (id: string) => ttlc.get<Rule>(`/rules/${id}`);
  /** By somebody else. */
  async function change(id: string, name: string, version: number) {
    const { eventType, condition, action } = await rule(id);
    const changed = { name, eventType, condition, action };
    expect(await ask(ttlc, "PUT", `/rules/${id}`, changed, { "if-match": `"${version}"` })).toMatchObject({ name });
  }

  it("is written, tried, saved, and fires; and somebody else's change is not overwritten unseen", async () => {
    await start();
    const page = await signIn(browser, ttlc, { role: "streamer", to: "/app/rules", channelIds: [channelId], faults });
    await page.getByRole("link", { name: /^Thank for a big gift/ }).waitFor();
    await expectAcceptable(page);
    await page.getByRole("link", { name: /^An empty rule/ }).click();

    await button(page, "Save the rule").click();
    await page.getByText("Some parts cannot be used").waitFor();
    await page.locator("[aria-invalid]:focus").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Chat log");
    await page.getByRole("combobox", { name: "Event" }).selectOption({ label: "somebody writes in chat" });
    await page
      .getByRole("combobox", { name: "Condition", exact: true })
      .selectOption({ label: "if all of these hold" });
    await page.getByRole("combobox", { name: "Comparison of condition 1" }).selectOption({ label: "does not contain" });
    await page.getByRole("textbox", { name: "Value of condition 1" }).fill("http");
    await page.getByRole("combobox", { name: "Action" }).selectOption({ label: "Write it in the log" });
    const text = page.getByRole("textbox", { name: "Text" });
    await text.fill("said: ");
    await text.press("Home");
    await button(page, "{username}").click();
    await page.keyboard.type(" ");
    expect(await text.inputValue()).toBe("{username} said: ");
    await page.getByText("mila_n said:").waitFor();

    await button(page, "Test on the last events").click();
    await page
      .getByText(/ said: $/)
      .first()
      .waitFor();
    await button(page, "Save the rule").click();
    await page.getByRole("heading", { name: "Chat log", level: 1 }).waitFor();
    await page.getByText("Saved as version 1.").waitFor();
    const id = new URL(page.url()).pathname.split("/").at(-1) as string;
    expect((await rule(id)).condition).toEqual({ "!": [{ in: ["http", { var: "payload.message" }] }] });

    await watch(page);
    await quarrel(page, id);
    await leave(page, id);
    await page.getByRole("checkbox", { name: "Chat log: on" }).click();
    await waitFor(async () => expect(await rule(id)).toMatchObject({ enabled: false, version: 6 }));
    await expectAcceptable(page);

    await readAsModerator();
    await page.getByRole("link", { name: "Chat log" }).click();
    await button(page, "Delete").click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("link", { name: /^An empty rule/ }).waitFor();
    // The refusals are what was asked for here.
    expect(faults.filter((fault) => !/ (400|412|422) /.test(fault))).toEqual([]);
    expect(await ttlc.signal("SIGTERM")).toBe(0);
  });

  /** What it did, what it would have done, and what another version would do. */
  async function watch(page: Page) {
    await waitFor(async () => {
      await button(page, "Look again").click();
      expect(await log(page).filter({ hasText: "Done" }).count()).toBeGreaterThan(2);
    });
    await log(page).first().getByRole("link").click();
    await page.getByRole("heading", { name: "What it made of this event" }).waitFor();
    await page.getByRole("region", { name: "What it made of this event" }).getByText("Done").waitFor();
    await button(page, "Test on the last events").click();
    await button(page, "Test again").waitFor();
    await button(page, "Run").click();
    await page.getByText(/^Would have fired \d+ times/).waitFor();
    await page.getByRole("textbox", { name: "Text" }).fill("{username} wrote");
    await button(page, "Run it in the shadow").click();
    await waitFor(async () => {
      await button(page, "Compare again").click();
      const compared = page.getByRole("list", { name: "Differences" }).getByRole("listitem");
      expect(await compared.filter({ hasText: "said:" }).filter({ hasText: "wrote" }).count()).toBeGreaterThan(0);
    });
    await expectAcceptable(page);
    await button(page, "Forget it").click();
    await button(page, "Run it in the shadow").waitFor();
  }

  /** With the gateway about a condition, and with somebody else about the rule. */
  async function quarrel(page: Page, id: string) {
    const logic = page.getByRole("textbox", { name: "JSON logic" });
    await page.getByRole("combobox", { name: "Condition", exact: true }).selectOption({ label: "as JSON logic" });
    await logic.fill('{"and": [{"var": "user.isFollower"}, {">": [{"var": "payload.coins"}, 1]}]}');
    await button(page, "Save").click();
    await page.getByText(/^condition\.and\.1.*: reads "payload\.coins"/).waitFor();
    await logic.fill('{"or": [{"var": "user.isFollower"}, {"!!": {"var": "payload.language"}}]}');
    await change(id, "Theirs", 1);
    await button(page, "Save").click();
    await button(page, "Save mine over it").click();
    await page.getByText("Saved as version 3.").waitFor();
    expect(await rule(id)).toMatchObject({ name: "Chat log", condition: { or: expect.anything() } });
    await change(id, "Theirs", 3);
    await button(page, "Save").click();
    await button(page, "Show theirs, drop mine").click();
    await page.getByRole("heading", { name: "Theirs", level: 1 }).waitFor();
    await button(page, "Take over version 1").click();
    await button(page, "Save").click();
    await page.getByText("Saved as version 5.").waitFor();
  }

  /** Without saving: once they think better of it, once with an address that is refused, and in the end for good. */
  async function leave(page: Page, id: string) {
    const asked: string[] = [];
    const answer = (accept: boolean) =>
      page.once("dialog", (dialog) => {
        asked.push(dialog.message());
        return accept ? dialog.accept() : dialog.dismiss();
      });
    await page.getByRole("combobox", { name: "Action" }).selectOption({ label: "Tell another program (webhook)" });
    answer(false);
    await page.getByRole("link", { name: "All rules" }).click();
    await page.getByRole("textbox", { name: "Address" }).fill("https://169.254.169.254/");
    await button(page, "Save").click();
    await page
      .locator("[aria-invalid]:focus")
      .and(page.getByRole("textbox", { name: "Address" }))
      .waitFor();
    await page.getByText(/^Nothing is sent to this address/).waitFor();
    answer(true);
    await page.getByRole("link", { name: "All rules" }).click();
    await page.getByRole("heading", { name: "Rules", level: 1 }).waitFor();
    expect(asked).toEqual([expect.stringMatching(/^Leave without saving/), expect.stringMatching(/^Leave/)]);
    expect((await rule(id)).action.type).toBe("log");
  }

  /** Who sees rules and tries them, and changes nothing. */
  async function readAsModerator() {
    const page = await signIn(browser, ttlc, { role: "moderator", to: "/app/rules", channelIds: [channelId], faults });
    const link = page.getByRole("link", { name: "Chat log" });
    await link.waitFor();
    await waitFor(async () => expect(await page.getByRole("checkbox").count()).toBe(0));
    await link.click();
    await page.getByText("You see this rule and can try it.").waitFor();
    expect(await button(page, "Save").count()).toBe(0);
    expect(await page.getByRole("textbox", { name: "Name" }).isDisabled()).toBe(true);
    await button(page, "Test on the last events").click();
    await page
      .getByText(/ said: $/)
      .first()
      .waitFor();
    await page.context().close();
  }
});
