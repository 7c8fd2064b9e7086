import { sql } from "@databases/pg";
import type { ServiceBroker } from "moleculer";
import type { RuleDraft } from "../contracts/rule.ts";
import type { Backtest } from "../contracts/rule-backtest.ts";
import { EventLog } from "../services/storage/event-log.ts";
import { openPool } from "../test/support/event-store.ts";
import { appendAll, entries, roomOf } from "./entries.ts";
import { measure, report } from "./measure.ts";
import { smallMix } from "./payloads.ts";
import { withServers, withServices } from "./servers.ts";

/**
 * Backtests of a rule over four sessions, from the call to its end, storage and rules in one process: `npm run bench --
 * backtest [events = 100000] [rounds = 5]`. `backtest_100k_s`: a rule for chats, two fifths of the events, that looks at who
 * writes; `_chats`: the same where all are chats.
 */
const [events = 100_000, rounds = 5] = process.argv.slice(2).map(Number);

const draft: RuleDraft = {
  ...{ name: "songs", enabled: true, matchAll: false, cooldown: 0, perUserCooldown: 30, limits: {}, mode: "live" },
  eventType: "CHAT",
  condition: {
    and: [
      { in: ["song", { var: "payload.message" }] },
      { "!": { var: "inherited.isModerator" } },
      { "!": { var: "user.isModerator" } },
    ],
  },
  action: { type: "announce", template: "Thank you {displayName}: {message}" },
};

const sessionIds = [0, 1, 2, 3].map((room) => roomOf(room).sessionId);

const mixed = await secondsOf(false);
const chats = await secondsOf(true);
report([measure("backtest_100k_s", "s", mixed), measure("backtest_100k_s_chats", "s", chats)]);

function secondsOf(isChat: boolean): Promise<number[]> {
  return withServers(async (config) => {
    const db = openPool(config.DATABASE_URL as string);
    for (let stored = 0; stored < events; ) {
      const made = entries(smallMix(), Math.min(isChat ? 50_000 : 20_000, (events - stored) * (isChat ? 3 : 1)));
      const some = made
        .filter(({ message }) => !isChat || message.event.eventType === "CHAT")
        .slice(0, events - stored);
      stored += some.length;
      await appendAll(new EventLog(), db, some);
    }
    await db.query(sql`set role none; analyze`);
    await db.dispose();
    return withServices(config, "storage,rules", async (broker) => {
      const seconds: number[] = [];
      for (let round = 0; round < rounds; round++) seconds.push(await secondsToEnd(broker));
      return seconds;
    });
  });
}

async function secondsToEnd(broker: ServiceBroker): Promise<number> {
  const startedAt = performance.now();
  const begun = await broker.call<Backtest, object>("rules.backtest", { draft, sessionIds, by: "bench" });
  const { backtestId } = begun;
  for (let found: Backtest = begun; ; ) {
    if (found.state !== "running") {
      if (found.state !== "done" || found.events !== events)
        throw new Error(`${found.state} at ${found.events} events`);
      return (performance.now() - startedAt) / 1_000;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = await broker.call<Backtest, object>("rules.backtestStatus", { backtestId });
  }
}
