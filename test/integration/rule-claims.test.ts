import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { Entry } from "../../lib/define-service.ts";
import { RuleBook } from "../../services/rules/book.ts";
import { Counters } from "../../services/rules/counters.ts";
import { createRule, runningRules } from "../../services/rules/store.ts";
import { type Tools, work } from "../../services/rules/work.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { seeded, shuffled, split } from "../support/random.ts";

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
  const book = new RuleBook();
  book.load(await runningRules(db));
  return {
    ...{ db, book, can: { types: new Set(["log"]) }, counters: new Counters("test") },
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
  await work(await worker(), five.slice(2));
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

it("cooldowns and limits hold over four processes that share 1,000 events, one a second, in any order", async () => {
  const PEOPLE = 20;
  const saved = async (changes: Partial<RuleDraft>) => (await save(changes))?.ruleId ?? "";
  const cools = [await saved({ cooldown: 10 }), await saved({ cooldown: 10, mode: "dry_run" })];
  const coolsForOne = await saved({ perUserCooldown: 60 });
  const limited = await saved({ limits: { perMinute: 5 } });

  const start = Date.now();
  const ingestedAt = new Date(start).toISOString();
  const secondly = Array.from({ length: 1_000 }, (_, i): Entry<"ttlc:events"> => {
    const times = { timestamp: new Date(start + i * 1_000).toISOString(), ingestedAt };
    return { id: `1-${i}`, message: { event: makeEvent("CHAT", { seqNo: i, ...times, user: viewer(i % PEOPLE) }) } };
  });
  const random = seeded(1);
  const batches = [...split(shuffled(secondly, random), random)];
  const take = async (tools: Tools) => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) await work(tools, batch);
  };
  await Promise.all((await Promise.all([worker(), worker(), worker(), worker()])).map(take));

  /** Of each event, its second. */
  const outcomes = async (ruleId: string, reason: string): Promise<{ fired: number[]; held: number[] }> => {
    const rows: { at: number; reason: string | null }[] = await db.query(sql`
      select round(extract(epoch from event_at) - ${start / 1_000})::int as at, reason
      from actions_log where rule_id = ${ruleId}`);
    const [held, fired] = [rows.filter((row) => row.reason === reason), rows.filter((row) => row.reason !== reason)];
    expect(rows).toHaveLength(secondly.length);
    return { fired: fired.map(({ at }) => at), held: held.map(({ at }) => at) };
  };
  const near = (times: readonly number[], at: number, seconds: number) =>
    times.filter((time) => time !== at && Math.abs(time - at) < seconds);
  for (const ruleId of cools) {
    const { fired, held } = await outcomes(ruleId, "cooldown");
    expect(fired.filter((at) => near(fired, at, 10).length > 0)).toEqual([]);
    expect(held.filter((at) => near(fired, at, 10).length === 0)).toEqual([]);
  }

  const ofOne = await outcomes(coolsForOne, "user_cooldown");
  const nearForOne = (at: number) => near(ofOne.fired, at, 60).filter((other) => other % PEOPLE === at % PEOPLE);
  expect(ofOne.fired.filter((at) => nearForOne(at).length > 0)).toEqual([]);
  expect(ofOne.held.filter((at) => nearForOne(at).length === 0)).toEqual([]);

  const { fired, held } = await outcomes(limited, "limit");
  const most = (times: readonly number[]) =>
    Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60).length));
  expect(most(fired)).toBe(5);
  expect(held.filter((at) => most([...near(fired, at, 60), at]) <= 5)).toEqual([]);

  const before = await decisions();
  await work(await worker(), secondly);
  expect(await decisions()).toEqual(before);
});

/** Ends of gift streaks. */
const ends = (...streaks: string[]) =>
  streaks.map((streak, i): Entry<"ttlc:events"> => {
    const payload = { streakId: streak.repeat(64), streakState: "final" as const };
    const timestamp = new Date().toISOString();
    const times = { timestamp, ingestedAt: timestamp };
    return { id: `1-${i}`, message: { event: makeEvent("GIFT", { user: viewer(1), payload, ...times }) } };
  });

it.each<[string, Partial<RuleDraft>]>([
  ["no_capability", { action: { type: "moderate", measure: "ban", reason: "gifts" } }],
  ["dry_run", { mode: "dry_run" }],
  ["shadow", { mode: "shadow" }],
  ["own_account", { cooldown: 60, action: { type: "announce", template: "thanks" } }],
])("a streak whose ends come to two processes, or one after the other, is told once as %s", async (reason, changes) => {
  await save({ eventType: "GIFT", ...changes });
  const own = async (): Promise<Tools> => {
    const tools = await worker();
    return reason === "own_account" ? { ...tools, can: { ...tools.can, account: "viewer1" } } : tools;
  };
  const [first, ...others] = ends("a", "a", "a") as [Entry<"ttlc:events">, ...Entry<"ttlc:events">[]];
  await work(await own(), [first]);
  await work(await own(), others);
  await work(await own(), ends("b", "b"));
  expect(await decisions()).toEqual([
    ["skipped", reason],
    ["skipped", reason],
  ]);
});

it("what is not for a rule uses up neither its cooldown nor its limit", async () => {
  await save({ cooldown: 60, limits: { perMinute: 1 }, action: { type: "announce", template: "hello" } });
  const [echo, chat] = entries(2) as [Entry<"ttlc:events">, Entry<"ttlc:events">];
  echo.message.event.user = { ...viewer(9), uniqueId: "Bot" };
  await work({ ...(await worker()), can: { types: new Set(["announce"]), account: "bot" } }, [echo, chat]);
  expect(await decisions()).toEqual([
    ["skipped", "own_account"],
    ["planned", null],
  ]);
});

it("a streak whose ends come to two processes counts once for a limit, in a dry run too", async () => {
  await save({ eventType: "GIFT", limits: { perMinute: 2 }, mode: "dry_run" });
  const gifts = ends("a", "a", "b", "c");
  await work(await worker(), gifts.slice(0, 1));
  await work(await worker(), gifts.slice(1));
  expect(await decisions()).toEqual([
    ["skipped", "dry_run"],
    ["skipped", "dry_run"],
    ["skipped", "limit"],
  ]);
});
