import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Page } from "../../contracts/api.ts";
import type { Rule, RuleActionItem, RuleDraft, WebhookSecret } from "../../contracts/rule.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import brokerOptions from "../../moleculer.config.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { append, KEY, urlOf } from "../support/gateway.ts";
import { Receiver } from "../support/receiver.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** The rules that docs/rules.md teaches, run as they are written there. */
const page = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json as string);

let redis: TestRedis;
let database: TestDatabase;
/** Where webhooks go. */
let receiver: Receiver;
let euler: Receiver;
let client: Redis;
let broker: ServiceBroker;
let url: string;
let channelId: string;
let streamId: string;
let rooms = 0;
let seqNo = 0;

beforeAll(async () => {
  [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  [receiver, euler] = await Promise.all([new Receiver().start(), new Receiver().start()]);
  client = new Redis(redis.url);
  const config = testConfig({
    ...{ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" },
    ...{ EULER_API_URL: euler.host, EULER_API_KEY: "key", EULER_OAUTH_TOKEN: "token", EULER_ACCOUNT: "@Bot" },
    EGRESS_ALLOW: receiver.host,
  });
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, rules, gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
});
afterAll(async () => {
  await broker.stop();
  await client.quit();
  await Promise.all([receiver.stop(), euler.stop(), redis.stop()]);
  await database.drop();
});

/** Each rule has a room and a channel of its own. */
beforeEach(async () => {
  streamId = `7300000000000000${++rooms}`;
  ({ channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
    uniqueId: `streamer${rooms}`,
    simulated: false,
  }));
  await append(client, [at(0, "CONNECTED", { payload: { provider: "direct", channelId, uniqueId: "anna" } })]);
});

/** What happened so many seconds ago, and comes now. */
function at(secondsAgo: number, eventType: UnifiedEvent["eventType"], fields: object): UnifiedEvent {
  const timestamp = new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const facts = { streamId, seqNo: ++seqNo, timestamp, ingestedAt: new Date().toISOString(), user: viewer(1) };
  return makeEvent(eventType, { ...facts, ...fields });
}
const gift = (payload: object) => at(0, "GIFT", { payload: { giftCount: 3, ...payload } });
const chat = (secondsAgo: number, message: string, user: object = viewer(1)) =>
  at(secondsAgo, "CHAT", { user, payload: { message } });

const ask = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
  const headers = { "x-api-key": KEY, "content-type": "application/json" };
  const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  expect(response.status, await response.clone().text()).toBeLessThan(300);
  return (await response.json()) as Answer;
};

/** Saves a rule of the page; its webhook goes to the receiver instead of to example.org. */
async function save(name: string): Promise<Rule> {
  const drafts = blocks.map((json) => JSON.parse(json.replace("https://example.org", receiver.url(""))) as RuleDraft);
  return ask("POST", "/rules", { ...drafts.find((draft) => draft.name === name), channelId });
}

/** What the rule decided, in the order of what happened, once all of it came to that. */
const decides = ({ ruleId }: Rule, ...decisions: [state: string, reason: string | null, rendered: string | null][]) =>
  waitFor(async () => {
    const { items } = await ask<Page<RuleActionItem>>("GET", `/actions?ruleId=${ruleId}`);
    expect(items.reverse().map(({ state, reason, rendered }) => [state, reason, rendered])).toEqual(decisions);
  });
const said = () => euler.at(`/webcast/rooms/${streamId}/chat`).map(({ json }) => json.content);

it("thanks for a big gift: once for a streak, when it is over, and for no small one", async () => {
  const rule = await save("Thank for a big gift");
  const streak = (payload: object) => gift({ streakId: "a".repeat(64), coins: 2_000, ...payload });
  await append(client, [
    gift({ coins: 999 }),
    streak({ streakState: "progress", giftCount: 1 }),
    streak({ streakState: "progress", giftCount: 2 }),
    streak({ streakState: "final", giftCount: 2 }),
    streak({ streakState: "final", giftCount: 2 }),
    gift({ coins: 1_000 }),
  ]);
  const [two, three] = ["Thank you Viewer 1 for 2 x Rose!", "Thank you Viewer 1 for 3 x Rose!"] as const;
  await decides(rule, ["done", null, two], ["done", null, three]);
  expect(said().sort()).toEqual([two, three]);
});

it("welcomes who follows, one person in ten seconds", async () => {
  const rule = await save("Welcome followers");
  const follow = (secondsAgo: number, n: number) => at(secondsAgo, "FOLLOW", { user: viewer(n) });
  await append(client, [follow(30, 1), follow(21, 2), follow(19, 3), chat(1, "hello")]);
  await decides(
    rule,
    ["done", null, "Welcome viewer1!"],
    ["skipped", "cooldown", "Welcome viewer2!"],
    ["done", null, "Welcome viewer3!"],
  );
  expect(said().sort()).toEqual(["Welcome viewer1!", "Welcome viewer3!"]);
});

it("times out who posts links, and no moderator, by this message or by an earlier one", async () => {
  const rule = await save("No links");
  const moderator = { ...viewer(7), isModerator: true, followRole: 0 };
  const link = "see http://x";
  await append(client, [
    chat(5, "hello", moderator),
    chat(4, link, moderator),
    chat(3, link, viewer(7)), // says nothing of being a moderator
    chat(2, "hello"),
    chat(1, link),
  ]);
  await decides(rule, ["done", null, "links: see http://x"]);
  const mutes = `/webcast/rooms/${streamId}/moderation/mutes?user_id=`;
  expect(euler.at(`${mutes}${viewer(1).userId}&duration=60`)).toMatchObject([{ method: "PUT" }]);
  expect(euler.at(`${mutes}${moderator.userId}&duration=60`)).toEqual([]);
});

it("keeps a list of regulars who ask for a song, one entry a person and five minutes", async () => {
  const rule = await save("Song requests of the team");
  const team = (n: number) => ({ ...viewer(n), teamMemberLevel: 5 });
  await append(client, [
    chat(400, "!song Help!", team(1)),
    chat(399, "!song Yesterday", team(2)),
    chat(398, "!song Michelle", { ...viewer(3), teamMemberLevel: 4 }),
    chat(398, "!song Michelle", viewer(4)),
    chat(101, "!song Let It Be", team(1)),
    chat(99, "!song Something", team(1)),
  ]);
  await decides(
    rule,
    ["done", null, "viewer1: !song Help!"],
    ["done", null, "viewer2: !song Yesterday"],
    ["skipped", "user_cooldown", "viewer1: !song Let It Be"],
    ["done", null, "viewer1: !song Something"],
  );
});

it("tells another program of a full house, twice a minute", async () => {
  const rule = await save("Full house");
  const { secret } = await ask<WebhookSecret>("POST", "/rules/webhook-secret", { channelId });
  const house = (secondsAgo: number, viewers: number) =>
    at(secondsAgo, "ROOM_USER", { user: null, payload: { viewers } });
  await append(client, [house(95, 500), house(90, 501), house(80, 501), house(31, 501), house(29, 501)]);
  const told = { event: "ROOM_USER", stream: streamId };
  const rendered = JSON.stringify(told);
  await decides(
    rule,
    ["done", null, rendered],
    ["done", null, rendered],
    ["skipped", "limit", rendered],
    ["done", null, rendered],
  );
  const received = receiver.at("/hook");
  expect(received.map(({ json }) => json)).toEqual([told, told, told]);
  for (const { body, headers } of received) {
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(told);
  }
});
