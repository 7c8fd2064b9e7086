import type { ServiceBroker } from "moleculer";
import { expect, it, vi } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import type { EgressRequest } from "../../lib/egress/egress.ts";
import { makeEvent } from "../../test/fixtures/events.ts";
import { Counters } from "./counters.ts";
import type { Batch, DeliveryLog, Held } from "./delivery-log.ts";
import { News } from "./news.ts";
import { pace } from "./pace.ts";
import { Sender } from "./sender.ts";
import type { Range } from "./source.ts";

/** News that counts how often somebody has nothing to do. */
class CountedNews extends News {
  rests = 0;
  override wait(channelId: string, beyond: string, ms: number, signal: AbortSignal): Promise<void> {
    this.rests++;
    return super.wait(channelId, beyond, ms, signal);
  }
  override pause(ms: number, signal: AbortSignal): Promise<void> {
    this.rests++;
    return super.pause(ms, signal);
  }
}

/** The event `n` is at the position `n-0`. */
const stored = (types: EventType[]) =>
  types.map((type, i) => ({ position: `${i + 1}-0`, event: makeEvent(type, { seqNo: i + 1 }) as ServedEvent }));
const at = (position: string) => Number.parseInt(position, 10);

interface Case {
  items: ReturnType<typeof stored>;
  /** Batches that came back from the dead letters. */
  queued?: Batch[];
  position?: string;
  /** Requests after which it stops. */
  until: number;
  news?: CountedNews;
  counters?: Counters;
  failures?: number;
  /** Is told what it asks for. */
  asked?: string[];
}

/** Sends what is stored to a destination that takes everything and wants gifts. Resolves with its requests. */
async function send({
  items,
  queued = [],
  position = "0-0",
  until,
  news = new CountedNews(),
  counters = new Counters("node"),
  failures = 0,
  asked = [],
}: Case): Promise<{ seqNos: number[]; rests: number }[]> {
  const sent: Awaited<ReturnType<typeof send>> = [];
  const waiting = [...queued];
  let sending: Batch | undefined;
  const held = (): Held => ({
    ...{ url: "https://example.net/", envelope: "unified", filter: { types: ["GIFT"] } },
    ...{ secrets: [], position, failures, failingMs: 0, waitMs: 0, isRefusingAll: false },
    ...{ batch: sending ?? waiting[0], isQueued: !sending },
  });
  const log: Pick<DeliveryLog, "hold" | "look" | "record" | "delivered" | "release"> = {
    async look() {
      asked.push("look");
      return held();
    },
    async hold(_leaseMs, examined) {
      asked.push("hold");
      if (at(examined) > at(position)) position = examined;
      return held();
    },
    async record(batch) {
      sending = batch;
      return true;
    },
    async delivered({ webhookId, through }) {
      if (waiting[0]?.webhookId === webhookId) waiting.shift();
      else sending = undefined;
      if (at(through) > at(position)) position = through;
      return true;
    },
    async release() {},
  };
  const sender = new Sender({
    ...{ destinationId: "destination", channelId: "channel" },
    log: log as DeliveryLog,
    source: {
      boundary: async () => `${items.length}-0`,
      async page({ after, through, limit }: Range) {
        asked.push("page");
        const rest = items.filter((item) => at(item.position) > at(after) && at(item.position) <= at(through));
        return { items: rest.slice(0, limit), next: rest.length > limit ? (rest[limit - 1]?.position ?? null) : null };
      },
    },
    egress: {
      async send({ body = "" }: EgressRequest) {
        const events: { seqNo: number }[] = JSON.parse(body);
        sent.push({ seqNos: events.map(({ seqNo }) => seqNo), rests: news.rests });
        if (sent.length === until) sender.stop(1_000);
        return { status: 204, headers: {}, body: Buffer.alloc(0), cut: null, durationMs: 1 };
      },
    },
    news,
    counters,
    pace: { ...pace, giveUpMs: 1_000, maxEvents: 10, gatherMs: 1, lookMs: 1 },
    attemptMs: 1_000,
    logger: {} as ServiceBroker["logger"],
    onRefused: () => {},
  });
  await sender.run();
  return sent;
}

it("passes what nobody wants without a pause", async () => {
  const chats = Array.from({ length: 999 }, (): EventType => "CHAT");
  const items = stored([...chats, "GIFT", ...chats, "GIFT"]);
  expect(await send({ items, until: 2 })).toEqual([
    { seqNos: [1_000], rests: 0 },
    { seqNos: [2_000], rests: 0 },
  ]);
});

it("sends what came back by turns with what is new, and rests between the last of it", async () => {
  const items = stored(Array.from({ length: 25 }, () => "GIFT"));
  const queued = [1, 2, 3, 4, 5].map((n) => ({ webhookId: `msg_${n}`, after: `${n - 1}-0`, through: `${n}-0` }));
  const sent = await send({ items, queued, position: "5-0", until: 7 });
  expect(sent.map(({ seqNos: [first], rests }) => [first, rests])).toEqual([
    [1, 0],
    [6, 1],
    [2, 1],
    [16, 1],
    [3, 2],
    [4, 3],
    [5, 4],
  ]);
});

it("of an idle channel asks for nothing while others are live", async () => {
  const news = new CountedNews();
  const asked: string[] = [];
  const items = stored(["CHAT"]);
  const sending = send({ items, until: 1, news, asked });
  await vi.waitFor(() => expect(news.rests).toBe(1));
  for (let n = 2; n < 100; n++) {
    items.push(...stored(Array.from({ length: n }, () => "CHAT")).slice(-1));
    news.hear({ another: `${n}-0` });
    await new Promise(setImmediate);
  }
  items.push(...stored(Array.from({ length: 100 }, () => "GIFT")).slice(-1));
  news.hear({ channel: "100-0" });
  expect((await sending).map(({ seqNos }) => seqNos)).toEqual([[100]]);
  expect(asked.slice(0, 3)).toEqual(["hold", "page", "look"]);
  expect(asked.filter((what) => what === "hold")).toHaveLength(1);
});

it("counts no first attempt at a batch as one that is made again", async () => {
  const counters = new Counters("node");
  await send({ items: stored(["GIFT"]), until: 1, counters, failures: 3 });
  expect(JSON.stringify(await counters.asJSON())).toMatch(/retried_total.*?"values":\[\{"value":0/);
});
