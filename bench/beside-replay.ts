import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServedEvent, SessionItem } from "../contracts/api.ts";
import type { Job } from "../contracts/job.ts";
import type { ReplaySpeed, ReplayStatus } from "../contracts/replay.ts";
import type { Rule, RuleActionItem } from "../contracts/rule.ts";
import type { SimulatedRoom } from "../simulator/room.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { type Measure, measure, percentile, report } from "./measure.ts";
import { KEY, startTtlc } from "./ttlc.ts";

/**
 * What a replay costs those who are live: `npm run bench -- beside-replay [rounds = 3] [seconds = 20] [messages per second =
 * 200]`. `npm start` as it is, on a simulated room, with a rule that records every chat message. In each round the room is
 * live alone, then beside a replay of its own session at speed 5, then beside one of a session of 40,000 events at `max`,
 * begun anew whenever it is over. Latencies run from the moment the room says something until a client of the live feed has
 * it, and until the rules have decided about it.
 */
const [rounds = 3, seconds = 20, rate = 200] = process.argv.slice(2).map(Number);
const STORED = 40_000;
const STORED_PER_SECOND = 2_000;
const WARM_UP_MS = 10_000;

interface Latencies {
  feed: number[];
  rules: number[];
  /** Told again, per second. */
  replayed: number;
}

const tiktok = new SimulatedTikTok();
await tiktok.start();
const past = tiktok.openRoom({ uniqueId: "past", rate: STORED_PER_SECOND });
const live = tiktok.openRoom({ uniqueId: "live", rate });
const ttlc = await startTtlc(tiktok, ["--user", "live"]);

try {
  await ttlc.until(async () => (await ttlc.get("/ready")) !== undefined);
  await ttlc.post("/streams", { uniqueId: past.uniqueId });
  while (past.sent.total < STORED) await sleep(100);
  past.pause();
  const channelId = await ttlc.until(async () => {
    const { items } = await ttlc.get<{ items: { channelId: string; uniqueId: string }[] }>("/channels");
    return items.find(({ uniqueId }) => uniqueId === live.uniqueId)?.channelId;
  });
  const { ruleId } = await ttlc.post<Rule>("/rules", {
    ...{
      channelId,
      name: "record",
      eventType: "CHAT",
      matchAll: true,
      action: { type: "log", template: "{username}: {message}" },
    },
  });
  const [ofPast, ofLive] = await Promise.all([past, live].map(sessionOf) as [Promise<string>, Promise<string>]);
  await sleep(WARM_UP_MS);

  const alone: Latencies[] = [];
  const paced: Latencies[] = [];
  const hasty: Latencies[] = [];
  for (let round = 0; round < rounds; round++) {
    alone.push(await listen(ruleId));
    paced.push(await beside(ofLive, 5, () => listen(ruleId)));
    hasty.push(await beside(ofPast, "max", () => listen(ruleId)));
  }
  report([...figures("alone", alone), ...figures("beside_5", paced), ...figures("beside_max", hasty)]);
} finally {
  await ttlc.stop();
  await tiktok.stop();
}

async function sessionOf({ roomId }: SimulatedRoom): Promise<string> {
  const sessions = await ttlc.all<SessionItem>("/sessions");
  return (sessions.find(({ streamId }) => streamId === roomId) as SessionItem).sessionId;
}

/** Keeps replaying a session until `task` is done. */
async function beside(sessionId: string, speed: ReplaySpeed, task: () => Promise<Latencies>): Promise<Latencies> {
  let isOver = false;
  let replayed = 0;
  const replaying = (async () => {
    while (!isOver) {
      const { sessionId: id } = await ttlc.post<ReplayStatus>(`/sessions/${sessionId}/replay`, { speed });
      const job = `/jobs/${id}`;
      let state: Job["state"];
      let told = 0;
      do {
        await sleep(200);
        const seen = await ttlc.get<Job>(job);
        state = seen.state;
        replayed += seen.progress.done - told;
        told = seen.progress.done;
      } while (state === "running" && !isOver);
      if (state === "running") await ttlc.remove(job);
    }
  })();
  await sleep(2_000);
  const startedAt = performance.now();
  const before = replayed;
  const latencies = await task();
  const perSecond = (1_000 * (replayed - before)) / (performance.now() - startedAt);
  isOver = true;
  await replaying;
  await sleep(3_000);
  return { ...latencies, replayed: perSecond };
}

/** Hears the live feed for so long, then looks up what the rules decided meanwhile. */
async function listen(ruleId: string): Promise<Latencies> {
  const feed: number[] = [];
  const abort = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${ttlc.port}/streams/${live.roomId}/events?source=live`, {
    headers: { "x-api-key": KEY },
    signal: abort.signal,
  });
  const from = Date.now();
  const until = from + 1_000 * seconds;
  const lines = createInterface({ input: Readable.fromWeb(answer.body as never) });
  lines.on("line", (line) => {
    if (!line.startsWith("data: [")) return;
    const now = Date.now();
    for (const { timestamp } of JSON.parse(line.slice(6)) as ServedEvent[]) feed.push(now - Date.parse(timestamp));
  });
  lines.on("error", () => {}); // ended by us
  await sleep(until - Date.now());
  abort.abort();
  const actions = await ttlc.all<RuleActionItem>(`/actions?ruleId=${ruleId}`);
  const rules = actions
    .filter(({ reason, eventAt }) => reason === null && Date.parse(eventAt) >= from && Date.parse(eventAt) < until)
    .map(({ eventAt, decidedAt }) => Date.parse(decidedAt) - Date.parse(eventAt));
  return { feed, rules, replayed: 0 };
}

function figures(name: string, all: readonly Latencies[]): Measure[] {
  const each = (what: string, unit: string, value: (one: Latencies) => number) =>
    measure(`${name}_${what}`, unit, all.map(value));
  return [
    each("replayed_per_s", "events/s", ({ replayed }) => replayed),
    ...(["feed", "rules"] as const).flatMap((to) => [
      each(`${to}_p50_ms`, "ms", (one) => percentile(one[to], 0.5)),
      each(`${to}_p95_ms`, "ms", (one) => percentile(one[to], 0.95)),
    ]),
  ];
}
