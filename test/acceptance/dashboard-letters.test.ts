import { randomUUID } from "node:crypto";
import { sql } from "@databases/pg";
import { Redis } from "ioredis";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page as Items } from "../../contracts/api.ts";
import type { Letter } from "../../contracts/letters.ts";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import { chromiumPath, openBrowser } from "../support/browser.ts";
import { expectAcceptable, signIn } from "../support/dashboard.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const skip = chromiumPath === undefined && process.env.CI !== "true";
if (skip) console.info("dashboard-letters: skipped, there is no Chromium on PATH and CHROMIUM is not set");

const CANARY = "Canary Carla";

describe.skipIf(skip)("dead letters in the browser", () => {
  const sessionId = randomUUID();
  let redis: TestRedis;
  let database: TestDatabase;
  let browser: Browser;
  let client: Redis;
  let ttlc: Ttlc;
  const faults: string[] = [];

  beforeAll(async () => {
    [redis, database, browser] = await Promise.all([startTestRedis(), createDatabase(), openBrowser()]);
    client = new Redis(redis.url);
  });
  afterAll(async () => {
    await browser?.close();
    await client?.quit();
    await redis?.stop();
    await database?.drop();
  });

  const message = (seqNo: number, data: string): RawEnvelope => ({
    ...{ schemaVersion: "raw.v1", streamId: "7300000000000000001", sessionId, source: "live" },
    ...{ type: "WebcastChatMessage", seqNo, encoding: "json", data },
    ...{ timestamp: "2026-03-01T12:00:00.000Z", ingestedAt: "2026-03-01T12:00:00.500Z" },
  });
  const chat = JSON.stringify({ content: `${CANARY} says hello`, user: { userId: "7", nickname: CANARY } });
  /** Two that nothing can read, and one that a mapping of the past could not. */
  async function fail() {
    for (const seqNo of [1, 2]) await client.xadd("ttlc:raw", "*", ...encode("ttlc:raw", message(seqNo, `{${CANARY}`)));
    const letter = {
      ...{ stage: "normalizer", stream: "ttlc:raw", group: "normalizer", entryId: "1600000000000-3", attempts: 0 },
      ...{ reason: "SCHEMA_ERROR" as const, error: "payload.message must be string" },
      ...{ failedAt: "2026-03-01T12:00:01.000Z" },
      payload: JSON.stringify(fieldsOf(encode("ttlc:raw", message(3, chat)))),
    };
    await client.xadd("ttlc:dlq", "*", ...encode("ttlc:dlq", letter));
    await waitFor(async () => expect((await letters()).items).toHaveLength(3));
  }
  const letters = (query = "") => ttlc.get<Items<Letter>>(`/dlq?sessionId=${sessionId}${query}`);

  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
  const runs = (page: Page) => page.getByRole("list", { name: "Runs" }).getByRole("listitem");

  /** Of people nothing is seen. */
  async function acceptable(page: Page) {
    await expectAcceptable(page);
    expect(await page.content()).not.toContain(CANARY);
  }

  it("are grouped, filtered, looked at, and redriven or discarded, as the server says after a reload too", async () => {
    ttlc = await startTtlc({
      TTLC_SERVICES: "ingest,normalizer,storage,gateway",
      ...{ REDIS_URL: redis.url, DATABASE_URL: database.url },
    });
    await fail();
    const page = await signIn(browser, ttlc, { role: "ops", to: "/app/ops/dlq", faults });
    await page.getByRole("link", { name: "Cannot be read" }).waitFor();
    await page.getByText("2 letters, open").waitFor();
    await acceptable(page);

    await page.getByLabel("Reason").selectOption({ label: "Breaks the contract" });
    await waitFor(() => expect(new URL(page.url()).search).toBe("?reason=SCHEMA_ERROR"));
    await waitFor(async () => expect(await page.getByText("Cannot be read").filter({ visible: true }).count()).toBe(0));
    await page.getByRole("link", { name: "Breaks the contract" }).click();
    const [one] = (await letters("&reason=SCHEMA_ERROR")).items;
    await page.getByRole("link", { name: one?.id as string }).click();
    await page.getByText("It would be stored.").waitFor();
    await page.getByRole("row", { name: 'eventType "CHAT"' }).waitFor();
    await page.getByText(/\[hidden: \d+ characters\]/).waitFor();
    await acceptable(page);

    await button(page, "Redrive").click();
    await button(page, "Redrive 1 letter").click();
    await runs(page).filter({ hasText: "Redrive Done 1 of 1 letter" }).waitFor();
    await page.getByRole("status").filter({ hasText: "Redriven" }).waitFor();
    await waitFor(async () => {
      await button(page, "Look again").click();
      expect(await page.getByText("It is stored already").count()).toBe(1);
    });
    await page.reload();
    await page.getByRole("status").filter({ hasText: "Redriven" }).waitFor();
    expect(await button(page, "Redrive").count()).toBe(0);

    await discardAll(page);
    await seenByNobodyElse();
    // The refusals are what was asked for here.
    expect(faults.filter((fault) => !/ 403 /.test(fault))).toEqual([]);
    expect(await ttlc.signal("SIGTERM")).toBe(0);
  });

  /** What fits the filter, after it was tried once more and came back as letters of its own. */
  async function discardAll(page: Page) {
    await page.getByRole("link", { name: "All dead letters" }).click();
    await page.getByRole("link", { name: "Cannot be read" }).click();
    await button(page, "Redrive all of these").click();
    await button(page, "Redrive 2 letters").click();
    await runs(page).filter({ hasText: "2 of 2 letters" }).waitFor();
    await waitFor(async () => {
      await button(page, "Look again").click();
      expect(await page.getByText("4 letters, 2 open").count()).toBe(1);
    });
    const [again] = (await letters("&reason=PARSE_ERROR&state=new")).items;
    await page.getByRole("link", { name: again?.id as string }).click();
    await page.getByText("It would fail again.").waitFor();
    await page.getByRole("link", { name: again?.redriveOf as string }).click();
    await page.getByText("Came back as").waitFor();
    await page.goBack();
    await page.goBack();

    await button(page, "Discard all of these").click();
    await page.getByText("2 letters will be given up for good.").waitFor();
    await acceptable(page);
    await page.getByLabel("Why").fill("nothing can read them");
    await button(page, "Discard 2 letters").click();
    await runs(page).filter({ hasText: "nothing can read them" }).filter({ hasText: "2 of 2 letters" }).waitFor();
    await page.reload();
    await runs(page).filter({ hasText: "nothing can read them" }).waitFor();
    await page.getByText("4 letters, 0 open").waitFor();
    expect((await letters("&state=discarded")).items).toMatchObject([{ decidedBy: "ops" }, { decidedBy: "ops" }]);
    expect(await page.getByRole("button", { name: /^(Redrive|Discard)/ }).count()).toBe(0);
    await button(page, "Older runs").click();
    await waitFor(async () => expect(await runs(page).count()).toBe(3));
  }

  /** A viewer has no such page, and learns whom to ask. */
  async function seenByNobodyElse() {
    const db = openPool(database.url);
    const [channel] = await db.query(sql`insert into channels (simulated) values (true) returning channel_id`);
    await db.dispose();
    const page = await signIn(browser, ttlc, {
      role: "viewer",
      to: "/app/ops/dlq",
      channelIds: [channel.channel_id],
      faults,
    });
    await page.getByText("Ask the administrator").waitFor();
    await waitFor(async () => expect(await page.getByRole("link", { name: "Ops" }).count()).toBe(0));
    expect(await page.getByRole("button", { name: /Redrive|Discard/ }).count()).toBe(0);
    await page.context().close();
  }
});
