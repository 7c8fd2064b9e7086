import type { ServiceBroker } from "moleculer";
import { expect, it } from "vitest";
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
  override wait(ms: number, signal: AbortSignal): Promise<void> {
    this.rests++;
    return super.wait(ms, signal);
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
}

/** Sends what is stored to a destination that takes everything and wants gifts. Resolves with its requests. */
async function send({
  items,
  queued = [],
  position = "0-0",
  until,
}: Case): Promise<{ seqNos: number[]; rests: number }[]> {
  const news = new CountedNews();
  const sent: Awaited<ReturnType<typeof send>> = [];
  const waiting = [...queued];
  let sending: Batch | undefined;
  const log: Pick<DeliveryLog, "hold" | "record" | "skip" | "delivered" | "release"> = {
    async hold(): Promise<Held> {
      return {
        ...{ channelId: "channel", url: "https://example.net/", envelope: "unified", filter: { types: ["GIFT"] } },
        ...{ secrets: [], position, failures: 0, failingMs: 0, waitMs: 0, isRefusingAll: false },
        ...{ batch: sending ?? waiting[0], isQueued: !sending },
      };
    },
    async record(batch) {
      sending = batch;
      return true;
    },
    async skip(to) {
      position = to;
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
    destinationId: "destination",
    log: log as DeliveryLog,
    source: {
      boundary: async () => `${items.length}-0`,
      async page({ after, through, limit }: Range) {
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
    counters: new Counters("node"),
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
