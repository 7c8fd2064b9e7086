import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { Entry } from "../../lib/define-service.ts";
import { lastFirings } from "../../services/rules/actions-log.ts";
import { RuleBook } from "../../services/rules/book.ts";
import { Counters } from "../../services/rules/counters.ts";
import { createRule, runningRules } from "../../services/rules/store.ts";
import { type Tools, work } from "../../services/rules/work.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";

let database: TestDatabase;
let db: ConnectionPool;
let channelId: string;
let channels = 0;

beforeAll(async () => {
  database = await createDatabase();
  db = openPool(database.url);
});
afterAll(async () => {
  await db.dispose();
  await database.drop();
});
beforeEach(async () => {
  channelId = await asOwner(db, async (tx) => {
    const [row] = await tx.query(sql`
      insert into channels (simulated, unique_id) values (false, ${`streamer${++channels}`}) returning channel_id`);
    return row.channel_id;
  });
});

/** What a process of the rules service that started now decides with. */
async function worker(): Promise<Tools> {
  const rules = await runningRules(db);
  const book = new RuleBook();
  const ruleIds = rules.map(({ ruleId }) => ruleId);
  book.load(rules, await lastFirings(db, ruleIds));
  return {
    ...{ db, book, undone: new Map(), can: { types: new Set(["log"]) }, counters: new Counters("test") },
    performer: { ring() {} },
    channelOf: async () => channelId,
    withRoles: async (entries) => entries,
  };
}
const save = (changes: Partial<RuleDraft>) => {
  const draft: RuleDraft = {
    ...{ name: "log", enabled: true, eventType: "CHAT", matchAll: true, cooldown: 0, perUserCooldown: 0, limits: {} },
    ...{ action: { type: "log", template: "{username}" }, mode: "live", ...changes },
  };
  return createRule(db, { channelId, draft, by: "test" });
};
const entries = (count: number) =>
  Array.from({ length: count }, (_, i): Entry<"ttlc:events"> => {
    const timestamp = new Date(Date.now() + i).toISOString();
    const times = { timestamp, ingestedAt: timestamp };
    return { id: `1-${i}`, message: { event: makeEvent("CHAT", { seqNo: i, ...times, user: viewer(1) }) } };
  });
const decisions = async (): Promise<[state: string, reason: string | null][]> => {
  const rows = await db.query(sql`
    select state, reason from actions_log where channel_id = ${channelId} order by action_id`);
  return rows.map(({ state, reason }) => [state, reason]);
};

it("what one process decided is not decided anew by another that is given its entries again", async () => {
  await save({ limits: { perMinute: 2 } });
  const five = entries(5);
  const expected = [
    ["done", null],
    ["done", null],
    ["skipped", "limit"],
    ["skipped", "limit"],
    ["skipped", "limit"],
  ];
  await work(await worker(), five);
  expect(await decisions()).toEqual(expected);
  await work(await worker(), five);
  expect(await decisions()).toEqual(expected);
  await work(await worker(), five.slice(2)); // it knows of one firing only, of each person
  expect(await decisions()).toEqual(expected);
});

it("what is told again is written down beside what happened, whichever came first, and holds none of it", async () => {
  await save({});
  const [happened] = entries(1) as [Entry<"ttlc:events">];
  const [earlier] = entries(1) as [Entry<"ttlc:events">];
  earlier.message.event.eventId = "b".repeat(64);
  const again = ({ id, message: { event } }: Entry<"ttlc:events">): Entry<"ttlc:events"> => {
    return { id: `${id}0`, message: { event: { ...event, source: "replay" } } };
  };
  await work(await worker(), [happened]);
  await work(await worker(), [again(happened)]);
  await work(await worker(), [again(earlier)]);
  await work(await worker(), [earlier]);
  await work(await worker(), [again(happened), happened, again(earlier), earlier]);
  const told: [string, string] = ["skipped", "replay"];
  const done: [string, null] = ["done", null];
  expect(await decisions()).toEqual([done, told, told, done]);
});
