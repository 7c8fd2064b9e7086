import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumPath, openBrowser, openPage } from "../support/browser.ts";
import { startWebStub, stubRoom, stubStream, type WebStub } from "../support/web-stub.ts";

/** The built dashboard in a real browser, before a stub of the gateway: what needs layout, pixels or a keyboard. */
const skip = chromiumPath === undefined && process.env.CI !== "true";
if (skip) console.info("dashboard-stub: skipped, there is no Chromium on PATH and CHROMIUM is not set");

const desktop = { viewport: { width: 1440, height: 900 } };
/** A condition that the page reaches by itself, on slow cores too. */
const eventually = <Value>(look: () => Value | Promise<Value>) => expect.poll(look, { timeout: 10_000 });
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

describe.skipIf(skip)("the dashboard", () => {
  let dist: string;
  let browser: Browser;
  let stub: WebStub;
  let faults: string[];

  beforeAll(async () => {
    dist = await mkdtemp(join(tmpdir(), "ttlc-web-"));
    const build = ["build", "web", "--outDir", dist, "--emptyOutDir", "--logLevel", "error"];
    await promisify(execFile)("node_modules/.bin/vite", build, { env: { ...process.env, NODE_ENV: "production" } });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true, force: true });
  });
  beforeEach(async () => {
    faults = [];
    stub = await startWebStub({ dist });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stub.close();
    expect(faults).toEqual([]);
  });

  const open = (path: string, options: BrowserContextOptions = desktop) =>
    openPage(browser, `${stub.url}/app${path}`, { reducedMotion: "reduce", ...options, faults });
  const chat = (message: string) => stub.push([stub.events.of("CHAT", { message }, stub.events.people[0])]);
  const text = (page: Page, name: string) => page.getByText(name, { exact: true }).first();
  const log = (page: Page) => page.getByRole("log");
  /** The live view with the feed open. */
  async function openLive(options?: BrowserContextOptions, query = "") {
    const page = await open(`/live/${stub.streamId}${query}`, options);
    await eventually(() => stub.feeds.length).toBeGreaterThan(0);
    return page;
  }

  describe("weighs", () => {
    interface Chunk {
      file: string;
      imports?: string[];
      css?: string[];
    }
    async function sizes(...entries: string[]) {
      const manifest: Record<string, Chunk> = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8"));
      const files = new Set<string>();
      const add = (name: string) => {
        const { file, imports = [], css = [] } = manifest[name] as Chunk;
        for (const one of [file, ...css]) files.add(one);
        imports.forEach(add);
      };
      entries.forEach(add);
      const weigh = async (ending: string) => {
        const wanted = [...files].filter((file) => file.endsWith(ending));
        const packed = await Promise.all(wanted.map(async (file) => gzipSync(await readFile(join(dist, file))).length));
        return packed.reduce((sum, bytes) => sum + bytes, 0) / 1024;
      };
      return { js: await weigh(".js"), css: await weigh(".css") };
    }

    it("at most 110 KB of scripts and 15 KB of styles for the live view", async () => {
      const { js, css } = await sizes("index.html", "src/routes/Live.svelte");
      expect(js).toBeLessThan(110);
      expect(css).toBeLessThan(15);
    });

    it.each(["Sessions", "Session", "Rules", "Rule", "NewRule", "Letters", "Letter", "Moderate", "Settings"])(
      "at most 70 KB more for %s, which comes when it is asked for",
      async (page) => {
        const shell = await sizes("index.html");
        const all = await sizes("index.html", `src/routes/${page}.svelte`);
        expect(all.js - shell.js).toBeLessThan(70);
        expect(all.css).toBeLessThan(15);
      },
    );

    it("at most 70 KB for the chart, which comes later", async () => {
      const shell = await sizes("index.html", "src/routes/Live.svelte");
      const all = await sizes("index.html", "src/routes/Live.svelte", "../node_modules/uplot/dist/uPlot.esm.js");
      expect(all.js - shell.js).toBeLessThan(70);
    });
  });

  describe("breaks no rule of accessibility, in the dark theme and in the light one,", () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    async function violations(page: Page) {
      const all: string[] = [];
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await new AxeBuilder({ page }).withTags(rules).analyze();
        for (const { id, nodes } of found.violations) {
          all.push(`${colorScheme}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
        }
      }
      return all;
    }

    it.each(["/welcome", "/login", "/nowhere"])("on %s", async (path) => {
      stub.streams.push(
        stubStream("mila", "2", { endedAt: "2026-01-05T20:00:00Z", room: null }),
        stubStream("leo", "3", { room: stubRoom("leo", "3", "failed", { reason: "There is no such user." }) }),
      );
      const page = await open(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (path === "/welcome") await text(page, "@leo").waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it("in the live view, with every kind of row, a card and the list of keys", async () => {
      const page = await openLive();
      const { of, next, people } = stub.events;
      stub.push([
        ...Array.from({ length: 150 }, next),
        of("GIFT", gift(1_000), people[1]),
        of("SUBSCRIBE", {}, people[2]),
        of("SHARE", {}, people[3]),
        of("DISCONNECTED", { code: 1006, reason: "Socket closed" }),
        of("CHAT", { message: "the last one" }, people[3]),
      ]);
      stub.frame("gap", { from: "1767643200000-0", to: "1767643209000-0" });
      await page.locator(".uplot").waitFor();
      await text(page, "the last one").waitFor();
      expect(await violations(page)).toEqual([]);

      await page.locator(".row", { hasText: "the last one" }).getByRole("button").click();
      await page.getByRole("region", { name: /^About/ }).waitFor();
      expect(await violations(page)).toEqual([]);

      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it("on a phone, with the summary, the menu and a card", async () => {
      const page = await openLive(phone);
      chat("good evening");
      await page.locator(".row", { hasText: "good evening" }).getByRole("button").tap();
      await page.getByRole("dialog").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Close" }).tap();
      await page.getByRole("button", { name: "Show the summary" }).tap();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "More" }).tap();
      await page.getByRole("dialog").waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  describe("signs in", () => {
    beforeEach(() => {
      stub.signedIn = false;
    });

    it("by a one-time link, whose code leaves the address at once", async () => {
      const page = await open("/login#code=good");
      await page.waitForURL(`**/app/live/${stub.streamId}`);
      await page.goBack().catch(() => {});
      expect(page.url()).not.toContain("code");
    });

    it("by a key, back to where it was asked for", async () => {
      const page = await open(`/live/${stub.streamId}?types=gift`);
      await page.waitForURL("**/app/login?to=*");
      await page.getByLabel("Access key").fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await text(page, "This key is not valid here.").waitFor();
      await page.getByLabel("Access key").fill("good");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/app/live/${stub.streamId}?types=gift`);
      // The refusals are what was asked for here.
      faults = faults.filter((fault) => !fault.includes("401"));
    });

    it("not by a link that was used", async () => {
      const page = await open("/login#code=used");
      await page.getByText("This link has been used").waitFor();
      expect(new URL(page.url()).hash).toBe("");
      faults = faults.filter((fault) => !fault.includes("401"));
    });
  });

  describe("asks for a room", () => {
    it("waits for it, and shows it as soon as it is live", async () => {
      stub.streams = [];
      const page = await open("/live");
      await page.waitForURL("**/app/welcome");
      await page.getByLabel("TikTok username").fill("https://www.tiktok.com/@Mila/live");
      await page.keyboard.press("Enter");
      await text(page, "@mila is not live").waitFor();
      await text(page, "Waiting").waitFor();
      expect(stub.connects).toEqual([{ uniqueId: "mila" }]);
      await eventually(() => stub.feeds.length).toBeGreaterThan(0);
      stub.streams = [stubStream("mila", stub.streamId)];
      stub.frame("state", stubRoom("mila", stub.streamId, "live"));
      await page.waitForURL(`**/app/live/${stub.streamId}`);
      await text(page, "Live").waitFor();
    });

    it("and lists it with how it is", async () => {
      stub.streams = [
        stubStream("leo", "3", { room: stubRoom("leo", "3", "failed", { reason: "There is no such user." }) }),
      ];
      const page = await open("/welcome");
      await text(page, "There is no such user.").waitFor();
      expect(await page.getByRole("link", { name: "@leo" }).getAttribute("href")).toBe("/app/live/3");
    });

    it("and says what is wrong with a name, without asking the server", async () => {
      const page = await open("/welcome");
      await page.getByLabel("TikTok username").fill("two words");
      await page.keyboard.press("Enter");
      await page.getByText("That is not a TikTok username.").waitFor();
      expect(stub.connects).toEqual([]);
    });

    it("simulated, by one button", async () => {
      const page = await open("/welcome");
      await page.getByRole("button", { name: "Use the simulated room" }).click();
      await page.waitForURL(`**/app/live/${stub.streamId}`);
      expect(stub.connects[0]).toEqual({ uniqueId: "simulated_room", provider: "simulator" });
    });

    it("only if they may: a moderator sees the rooms of their channels alone", async () => {
      const channel = { channelId: "c", uniqueId: "leo", displayName: null, simulated: false };
      stub.me = { ...stub.me, name: "Bea", role: "moderator", channels: [channel], rights: { "rooms.read": "whole" } };
      const page = await open("/welcome");
      await text(page, "@simulated_room").waitFor();
      await page.getByRole("heading", { name: "Rooms", level: 1 }).waitFor();
      expect(await page.getByLabel("TikTok username").count()).toBe(0);
      expect(await page.getByRole("button", { name: /Stop watching|simulated room/ }).count()).toBe(0);
    });

    it("but not the simulated one when they are there for their own channel", async () => {
      const channel = { channelId: "c", uniqueId: "leo", displayName: null, simulated: false };
      stub.me = { ...stub.me, name: "Leo", role: "streamer", channels: [channel] };
      const page = await open("/welcome");
      await page.getByLabel("TikTok username").waitFor();
      await eventually(() => page.getByRole("button", { name: "Use the simulated room" }).count()).toBe(0);
    });

    it("and shows why the list cannot be had, with the request's id and a way to try again", async () => {
      stub.failure = { status: 503, error_code: "OUTAGE", message: "Storage is away.", correlation_id: "c-42" };
      const page = await open("/welcome");
      await page.getByText("c-42").waitFor();
      stub.failure = undefined;
      await page.getByRole("button", { name: "Try again" }).click();
      await text(page, "@simulated_room").waitFor();
      faults = faults.filter((fault) => !fault.includes("503"));
    });
  });

  describe("shows the feed", () => {
    /** What the feed's window shows at this moment. */
    const visible = (page: Page) =>
      log(page).evaluate((element) => {
        const box = element.getBoundingClientRect();
        const rows = [...element.querySelectorAll("[data-row]")];
        const inside = rows.filter((row) => row.getBoundingClientRect().bottom <= box.bottom + 1);
        return {
          rows: Math.round(element.scrollHeight / 36),
          last: Number(inside.at(-1)?.dataset.row),
          drawn: rows.length,
        };
      });

    it("to its newest row at 200 events a second, in a window of few rows", async () => {
      const page = await openLive();
      const burst = setInterval(() => {
        stub.push(
          Array.from({ length: 10 }, () => stub.events.of("CHAT", { message: "hello" }, stub.events.people[0])),
        );
      }, 50);
      let before = 60;
      for (let look = 0; look < 6; look++) {
        await eventually(() => visible(page)).toSatisfy(({ rows }) => rows > before);
        const { rows, last, drawn } = await visible(page);
        expect(last).toBe(rows);
        expect(drawn).toBeLessThanOrEqual(60);
        before = rows;
      }
      clearInterval(burst);
    });

    it("and opens the person one points at while it runs: 12 of 12", async () => {
      const page = await openLive();
      stub.rate = 200;
      await eventually(() => visible(page)).toSatisfy(({ rows }) => rows > 60);
      const box = await log(page).boundingBox();
      for (let i = 0; i < 12; i++) {
        const [x, y] = [(box?.x ?? 0) + 172, (box?.y ?? 0) + 54 + 36 * i];
        await page.mouse.move(x, y);
        const name = await page.evaluate(`document.elementFromPoint(${x}, ${y}).textContent`);
        const sent = stub.sent;
        await eventually(() => stub.sent).toBeGreaterThan(sent + 10);
        await page.mouse.click(x, y);
        expect(
          await page
            .getByRole("region", { name: /^About/ })
            .getByRole("heading", { level: 2 })
            .textContent(),
        ).toBe(name);
        await page.keyboard.press("Escape");
        await page.mouse.move(5, 5);
        await eventually(() => page.getByText("jump to latest").count()).toBe(0);
      }
    });

    it("held by the wheel, until one jumps to the latest", async () => {
      const page = await openLive();
      stub.push(
        Array.from({ length: 100 }, () => stub.events.of("CHAT", { message: "before" }, stub.events.people[0])),
      );
      await eventually(() => visible(page)).toMatchObject({ rows: 100 });
      await log(page).hover();
      await page.mouse.wheel(0, -600);
      await page.mouse.move(5, 5);
      chat("after");
      await page.getByText("1 new — jump to latest").waitFor();
      expect(await visible(page)).toMatchObject({ rows: 100 });
      await page.keyboard.press("End");
      await text(page, "after").waitFor();
      expect(await visible(page)).toMatchObject({ rows: 101, last: 101 });
    });

    it("held by the pause button and its keys", async () => {
      const page = await openLive();
      await page.keyboard.press("p");
      chat("while paused");
      await page.getByText("1 new — jump to latest").waitFor();
      await page.getByRole("button", { name: "Resume" }).click();
      await text(page, "while paused").waitFor();
      await page.keyboard.press("p");
      await page.getByRole("button", { name: "Resume" }).waitFor();
      await page.locator("body").press("Space");
      await page.getByRole("button", { name: "Pause" }).waitFor();
    });

    it("row by row to the keyboard", async () => {
      const page = await openLive();
      const { of, people } = stub.events;
      stub.push(people.slice(0, 3).map((user) => of("CHAT", { message: "hi" }, user)));
      stub.push([of("DISCONNECTED", { code: 1000, reason: "bye" })]);
      await page.getByText("Disconnected: bye").waitFor();
      for (const key of ["j", "k", "k", "Enter"]) await page.keyboard.press(key);
      await page.getByRole("region", { name: `About ${people[0]?.displayName}` }).waitFor();
      await page.keyboard.press("Escape");
      await eventually(() => page.getByRole("region", { name: /^About/ }).count()).toBe(0);
    });

    it("filtered by chips and words, which the address keeps", async () => {
      const page = await openLive();
      const { of, people } = stub.events;
      stub.push([of("CHAT", { message: "good evening" }, people[0]), of("FOLLOW", {}, people[1])]);
      await text(page, "followed").waitFor();
      await page.getByRole("button", { name: /^Chat/ }).click({ modifiers: ["Alt"] });
      await eventually(() => log(page).getByText("followed").count()).toBe(0);
      await page.keyboard.press("/");
      await page.keyboard.type("evening");
      await page.waitForURL("**?types=chat&q=evening");
      await page.reload();
      await text(page, "good evening").waitFor();
      expect(await log(page).getByText("followed").count()).toBe(0);
      expect(await page.getByRole("button", { name: /^Chat/ }).getAttribute("aria-pressed")).toBe("true");
      await page.getByRole("button", { name: "Show all" }).click();
      await text(page, "good evening").waitFor();
    });

    it("with the sums of the server and of what came since", async () => {
      const page = await openLive();
      stub.push([
        stub.events.of("ROOM_USER", { viewers: 3_456 }),
        stub.events.of("LIKE", { count: 1, total: 51_000 }, stub.events.people[0]),
        stub.events.of("GIFT", gift(860), stub.events.people[0]),
      ]);
      const summary = page.getByRole("complementary");
      for (const figure of ["3.5K", "51K", "7K"]) await summary.getByText(figure, { exact: true }).waitFor();
      expect(await summary.getByRole("listitem").nth(2).textContent()).toContain("860");
    });

    it("on, after the last position, when the connection was cut", async () => {
      const page = await openLive();
      chat("before");
      await text(page, "before").waitFor();
      stub.cut();
      await page.getByText(/^Reconnecting/).waitFor();
      await eventually(() => stub.feeds).toHaveLength(2);
      expect(stub.feeds).toEqual(["?recent=200", "?after=1-0"]);
      await text(page, "Live").waitFor();
      chat("afterwards");
      await text(page, "afterwards").waitFor();
      faults = faults.filter((fault) => !fault.includes("ERR_"));
    });

    it("readable still when one is signed out, with the way back in", async () => {
      const page = await openLive();
      chat("still here");
      await text(page, "still here").waitFor();
      stub.signedIn = false;
      stub.cut();
      await page.getByText("You are signed out.").waitFor();
      await text(page, "still here").waitFor();
      await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
      await page.waitForURL("**/app/login?to=*");
      faults = faults.filter((fault) => !/ERR_|401/.test(fault));
    });

    it("with its room's state, and says where to go when it has a new broadcast", async () => {
      const page = await openLive();
      stub.frame("state", stubRoom("simulated_room", stub.streamId, "reconnecting"));
      await text(page, "Reconnecting").waitFor();
      stub.frame("state", stubRoom("simulated_room", "42", "live"));
      expect(await page.getByRole("link", { name: "Open it" }).getAttribute("href")).toBe("/app/live/42");
      await text(page, "Over").waitFor();
      expect(await page.getByText("was live for").count()).toBe(1);
    });

    it("of a broadcast that nobody closed as over, not as live with the newer one's room", async () => {
      stub.streams = [
        stubStream("mila", stub.streamId, {
          startedAt: "2026-01-05T20:00:00Z",
          lastEventAt: "2026-01-05T20:16:40Z",
          room: stubRoom("mila", "42", "live"),
        }),
      ];
      const page = await openLive();
      await text(page, "Over").waitFor();
      await page.getByText("Its last event came").first().waitFor();
      await text(page, "was live for 16:40").waitFor();
    });

    it("without the code of the reason why it failed", async () => {
      const reason = "SIGN_FORBIDDEN: the sign server forbids this to the key (403)";
      stub.streams = [
        stubStream("mila", stub.streamId, { room: stubRoom("mila", stub.streamId, "failed", { reason }) }),
      ];
      const page = await openLive();
      await text(page, "The sign server forbids this to the key (403).").waitFor();
      expect(await page.getByText("SIGN_FORBIDDEN").count()).toBe(0);
    });

    it("filtered by an address with a type in capitals", async () => {
      const page = await openLive(desktop, "?types=CHAT,PRAYER&q=a");
      const { of, people } = stub.events;
      stub.push([of("FOLLOW", {}, people[0]), of("CHAT", { message: "all is well" }, people[0])]);
      await text(page, "all is well").waitFor();
      expect(await log(page).getByText("followed").count()).toBe(0);
      await page.waitForURL("**?types=chat&q=a");
    });

    it("with a line where events are missing", async () => {
      const page = await openLive();
      chat("before");
      stub.frame("gap", { from: "1767643200000-0", to: "1767643209000-0" });
      await log(page)
        .getByText(/^Events between \d\d:00:00 and \d\d:00:09 are missing$/)
        .waitFor();
    });

    it("of somebody who writes markup as text", async () => {
      const page = await openLive();
      for (const message of ["<script>window.__xss=1</script>", '"><svg/onload=window.__xss=1>']) chat(message);
      await text(page, '"><svg/onload=window.__xss=1>').waitFor();
      expect(await page.evaluate('"__xss" in window')).toBe(false);
    });
  });

  describe("on a phone", () => {
    it.each(["/live", "/welcome", "/login"])("cuts nothing off at 390 px on %s", async (path) => {
      const page = await open(path, phone);
      await page.getByRole("heading", { level: 1 }).waitFor();
      stub.rate = 50;
      if (path === "/live") await page.locator(".row").nth(10).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      const outside = await page
        .locator("button, a, input, h1")
        .evaluateAll((elements) =>
          elements
            .filter((element) => !element.closest(".chips") && element.getBoundingClientRect().right > 390)
            .map((element) => element.outerHTML),
        );
      expect(outside).toEqual([]);
    });

    it("holds the feed for a finger that scrolls, and for the card it opens", async () => {
      const page = await openLive(phone);
      stub.rate = 50;
      await page.locator(".row").nth(12).waitFor();
      const name = page.locator(".row .name").nth(8);
      await name.tap();
      const sheet = page.getByRole("dialog");
      await sheet.waitFor();
      const rows = await log(page).evaluate(({ scrollHeight }) => scrollHeight);
      const { sent } = stub;
      await eventually(() => stub.sent).toBeGreaterThan(sent + 10);
      expect(await log(page).evaluate(({ scrollHeight }) => scrollHeight)).toBe(rows);
      await page.getByRole("button", { name: "Close" }).tap();
      await eventually(() => log(page).evaluate(({ scrollHeight }) => scrollHeight)).toBeGreaterThan(rows);
    });
  });

  it("keeps a chosen theme over a reload, from the first paint on", async () => {
    const page = await open("/welcome", { colorScheme: "dark", ...desktop });
    await page.getByRole("button", { name: "Light" }).click();
    await page.addInitScript(`new PerformanceObserver(() => {
      const { dataset } = document.documentElement;
      dataset.paintedAs ??= dataset.theme ?? "system";
    }).observe({ type: "paint" })`);
    await page.reload();
    await page.locator("html[data-painted-as=light]").waitFor({ state: "attached" });
  });
});

const gift = (coins: number) => ({
  giftId: "1",
  giftName: "Galaxy",
  giftCount: 1,
  diamondCount: coins,
  coins,
  streakable: false,
  streakState: "none" as const,
});
