import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { Entry } from "../../lib/define-service.ts";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress } from "../../lib/egress/egress.ts";
import { RuleBook } from "../../services/rules/book.ts";
import { Counters } from "../../services/rules/counters.ts";
import { Performer, performLimits } from "../../services/rules/performer.ts";
import { createRule, runningRules } from "../../services/rules/store.ts";
import { type Tools, work } from "../../services/rules/work.ts";
import { makeEvent } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { seeded, shuffled } from "../support/random.ts";
import { Receiver } from "../support/receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const WORKERS = 8;
const EVENTS = 10_000;
const BATCH = 200;

let database: TestDatabase;
let receiver: Receiver;
let db: ConnectionPool;

beforeAll(async () => {
  [database, receiver] = await Promise.all([createDatabase(), new Receiver().start()]);
  db = openPool(database.url);
});
afterAll(async () => {
  await Promise.all([db.dispose(), receiver.stop()]);
  await database.drop();
});

/** A process of the rules service, as far as deciding and sending go. */
async function startWorker(channelId: string) {
  const own = openPool(database.url);
  const book = new RuleBook();
  book.load(await runningRules(own));
  const counters = new Counters("test");
  const performer = new Performer({
    ...{ db: own, counters, actor: undefined },
    egress: new Egress({ allow: parseAllowList(receiver.host) }),
    limits: { ...performLimits, lookMs: 50 },
    logger: { warn: (...args: unknown[]) => expect.fail(JSON.stringify(args)) } as never,
  });
  const tools: Tools = {
    ...{ db: own, book, can: { types: new Set(["webhook"]) }, counters, performer },
    channelOf: async () => channelId,
    withRoles: async (entries) => entries,
  };
  performer.start();
  const stop = async () => {
    await performer.stop();
    await own.dispose();
  };
  return { tools, stop };
}

it("eight workers that are given the same 10,000 decisions in other orders send each once", async () => {
  const channelId = await asOwner(db, async (tx) => {
    const [row] = await tx.query(
      sql`insert into channels (simulated, unique_id) values (false, 'streamer') returning channel_id`,
    );
    return row.channel_id as string;
  });
  const draft: RuleDraft = {
    ...{ name: "tell", enabled: true, eventType: "CHAT", matchAll: true, cooldown: 0, perUserCooldown: 0, limits: {} },
    ...{ action: { type: "webhook", url: receiver.url("/race"), template: '"{username}"' }, mode: "live" },
  };
  await createRule(db, { channelId, draft, by: "test" });
  const timestamp = new Date().toISOString();
  const entries = Array.from({ length: EVENTS }, (_, i): Entry<"ttlc:events"> => {
    const event = makeEvent("CHAT", { streamId: "7300000000000000001", seqNo: i, timestamp, ingestedAt: timestamp });
    return { id: `1-${i}`, message: { event } };
  });
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(channelId)));
  await Promise.all(
    workers.map(async ({ tools }, nth) => {
      const mine = shuffled(entries, seeded(nth));
      for (let from = 0; from < EVENTS; from += BATCH) await work(tools, mine.slice(from, from + BATCH));
    }),
  );
  await waitFor(async () => {
    const [left] = await db.query(sql`select count(*)::int as count from action_queue`);
    expect(left.count).toBe(0);
  }, 60_000);
  await Promise.all(workers.map(({ stop }) => stop()));
  expect(await db.query(sql`select state, reason, count(*)::int from actions_log group by 1, 2`)).toEqual([
    { state: "done", reason: null, count: EVENTS },
  ]);
  const ids = receiver.at("/race").map(({ id }) => id);
  expect(ids).toHaveLength(EVENTS);
  expect(new Set(ids).size).toBe(EVENTS);
}, 120_000);
