import { setTimeout as sleep } from "node:timers/promises";
import type { ServedEvent } from "../contracts/api.ts";
import type { Rule, RuleActionItem } from "../contracts/rule.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { machine } from "./machine.ts";
import { accountOfChat, accountOfDestination, accountOfWebhooks } from "./outage-account.ts";
import { OutageReceiver } from "./outage-receiver.ts";
import { settled, startTtlc } from "./ttlc.ts";

/**
 * An outage of everything that ttlc sends to: `npm run bench -- outage [minutes = 2] [events per second = 30]`. `npm start`
 * as it is, on a room simulated here, with a destination, a rule that sends webhooks and one that speaks. What they speak to
 * refuses connections for a third of the time, answers 503 for another, and hangs for the last. Afterwards everything must
 * be with the destination in order, no webhook lost or taken twice, and the chat not flooded. One line of JSON.
 */
const [minutes = 2, rate = 30] = process.argv.slice(2).map(Number);
const WARM_UP_MS = 20_000;
const AFTERWARDS_MS = 150_000;
/** The destination has caught up when what it was sent last is no older. */
const CAUGHT_UP_MS = 2_000;
/** For what must come to be, to come to be. */
const PATIENCE_MS = 900_000;

const tiktok = new SimulatedTikTok();
await tiktok.start();
const room = tiktok.openRoom({ uniqueId: "alice", rate });
const [receiver, euler] = await Promise.all([new OutageReceiver().start(), new OutageReceiver().start()]);
const ttlc = await startTtlc(tiktok, ["--user", "alice"], {
  EGRESS_ALLOW: receiver.host,
  ...{
    EULER_API_URL: `http://${euler.host}`,
    EULER_API_KEY: "key",
    EULER_OAUTH_TOKEN: "token",
    EULER_ACCOUNT: "ttlc_bot",
  },
});

try {
  const { channelId } = await ttlc.until(async () => {
    const { items } = await ttlc.get<{ items: { channelId: string }[] }>("/channels");
    return room.sent.total > 0 ? items[0] : undefined;
  });
  const url = (path: string) => `http://${receiver.host}${path}`;
  const rule = (draft: object) => ttlc.post<Rule>("/rules", { channelId, matchAll: true, ...draft });
  await ttlc.post("/destinations", { channelId, name: "mine", url: url("/forward") });
  const webhook = { type: "webhook", url: url("/webhook") };
  const gifts = await rule({ name: "tell of gifts", eventType: "GIFT", action: webhook });
  const announce = { type: "announce", template: "{username} wrote at {timestamp}" };
  const chats = await rule({ name: "speak", eventType: "CHAT", cooldown: 2, action: announce });
  await sleep(WARM_UP_MS);

  const downAt = Date.now();
  for (const condition of ["refuses", "unavailable", "hangs"] as const) {
    await Promise.all([receiver.become(condition), euler.become(condition)]);
    console.error(`${new Date().toISOString()}: ${condition}`);
    await sleep((minutes * 60_000) / 3);
  }
  const upAt = Date.now();
  await Promise.all([receiver.become("up"), euler.become("up")]);
  console.error(`${new Date().toISOString()}: up`);
  const caughtUpAt = await caughtUp(upAt);
  await sleep(Math.max(0, upAt + AFTERWARDS_MS - Date.now()));
  const rss = await ttlc.rss();
  room.pause();
  await ended([gifts, chats]);
  const stored = await storedInPeace();
  const [ofGifts, ofChats] = await Promise.all([gifts, chats].map(actionsOf) as [Actions, Actions]);
  const at = (path: string) => receiver.requests.filter((request) => request.path === path);
  const accounts = {
    destination: accountOfDestination(stored, at("/forward"), downAt),
    webhooks: accountOfWebhooks(stored, ofGifts, at("/webhook")),
    chat: accountOfChat(
      ofChats.filter(({ state }) => state !== "skipped"),
      euler.requests,
      upAt,
    ),
  };
  const facts = { outageMinutes: minutes, rate, sent: room.sent.total, stored: stored.length };
  const catchUpSeconds = caughtUpAt && (caughtUpAt - upAt) / 1_000;
  const violations = Object.values(accounts).flatMap((account) => account.violations);
  console.log(
    JSON.stringify({ ...facts, catchUpSeconds, rssMb: Math.round(rss / 2 ** 20), ...accounts, machine: machine() }),
  );
  if (violations.length > 0 || caughtUpAt === null) process.exitCode = 1;
} finally {
  await ttlc.stop();
  await Promise.all([tiktok.stop(), receiver.stop(), euler.stop()]);
}

type Actions = Promise<RuleActionItem[]>;

/** What is stored once nothing more is sent: streaks that nobody ends come to their end after the room is still. */
async function storedInPeace(): Promise<ServedEvent[]> {
  for (;;) {
    const before = await settled(async () => [receiver.requests.length, euler.requests.length]);
    const events = await ttlc.all<ServedEvent>(`/streams/${room.roomId}/history`);
    if (before[0] === receiver.requests.length && before[1] === euler.requests.length) return events;
  }
}

/** When the destination was sent what had just happened; null when that did not come to be. */
function caughtUp(since: number): Promise<number | null> {
  return eventually(() => {
    const last = receiver.requests.findLast(({ path, isTaken, at }) => path === "/forward" && isTaken && at >= since);
    const newest = last && (JSON.parse(last.body) as ServedEvent[]).at(-1);
    return last && newest && last.at - Date.parse(newest.timestamp) < CAUGHT_UP_MS ? last.at : null;
  });
}

function actionsOf({ ruleId }: Rule): Actions {
  return ttlc.all<RuleActionItem>(`/actions?ruleId=${ruleId}`);
}

/** Resolves with true once all that the rules decided came to an end. */
function ended(rules: readonly Rule[]): Promise<true | null> {
  return eventually(async () => {
    const actions = (await Promise.all(rules.map(actionsOf))).flat();
    return actions.every(({ endedAt }) => endedAt !== null) ? true : null;
  });
}

async function eventually<Seen>(look: () => Seen | null | Promise<Seen | null>): Promise<Seen | null> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(500)) {
    const seen = await look();
    if (seen !== null) return seen;
  }
  return null;
}
