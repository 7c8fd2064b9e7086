import type { WebcastGiftMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { createHost } from "./crowd.ts";
import { codecs, type Message, type Method } from "./frames.ts";
import { Ids } from "./ids.ts";
import { Show } from "./show.ts";

const startedAt = Date.UTC(2025, 8, 1, 20);
const roomId = "7545000000000000001";
const open = (rate: number, seed = 1) =>
  new Show({ seed, rate, roomId, host: createHost("demo"), ids: new Ids("show"), startedAt });

const MINUTE = 60_000;
function until(show: Show, ms: number): Message[] {
  const messages: Message[] = [];
  while (show.dueAt < startedAt + ms) messages.push(show.next());
  return messages;
}

const decode = ({ method, payload }: Message) => codecs[method as Method].decode(payload);
const evening = until(open(50), 10 * MINUTE);
const all = <Type>(method: Method) =>
  evening.filter((message) => message.method === method).map(decode) as unknown as Type[];

describe("Show", () => {
  it("tells the same story for the same seed", () => {
    expect(until(open(20), MINUTE)).toEqual(until(open(20), MINUTE));
  });

  it("tells another for another seed", () => {
    const methods = (seed: number) => until(open(20, seed), 5_000).map(({ method }) => method);
    expect(methods(2)).not.toEqual(methods(1));
  });

  it.each([
    { rate: 1, minutes: 60 },
    { rate: 20, minutes: 20 },
  ])("keeps to $rate messages a second on average", ({ rate, minutes }) => {
    const count = until(open(rate), minutes * MINUTE).length;
    expect(count / (rate * minutes * 60)).toBeGreaterThan(0.85);
    expect(count / (rate * minutes * 60)).toBeLessThan(1.15);
  });

  it("has quiet and busy times", () => {
    const show = open(50);
    const perTenSeconds = Array.from({ length: 60 }, (_, i) => until(show, (i + 1) * 10_000).length);
    expect(Math.min(...perTenSeconds)).toBeLessThan(0.6 * 500);
    expect(Math.max(...perTenSeconds)).toBeGreaterThan(1.8 * 500);
  });

  it("says everything there is to say, but for what a person decides", () => {
    const spoken = new Set(evening.map(({ method }) => method));
    expect([...spoken, "WebcastControlMessage"].sort()).toEqual(Object.keys(codecs).sort());
  });

  it("encodes every type so that decoding and encoding it again gives the same bytes", () => {
    for (const method of Object.keys(codecs) as Method[]) {
      for (const message of evening.filter((one) => one.method === method).slice(0, 20)) {
        const codec = codecs[method];
        const again = codec.encode(codec.decode(message.payload) as never).finish();
        expect(Buffer.from(again).equals(message.payload), method).toBe(true);
      }
    }
  });

  it("gives each message an id of its own, its room, and the time it was due", () => {
    let before = startedAt;
    for (const message of evening) {
      const { common } = decode(message);
      expect(common).toMatchObject({ method: message.method, msgId: message.msgId, roomId });
      expect(Number(common?.createTime)).toBeGreaterThanOrEqual(before);
      before = Number(common?.createTime);
    }
    expect(new Set(evening.map(({ msgId }) => msgId)).size).toBe(evening.length);
  });

  it("can be delayed", () => {
    const [punctual, late] = [open(20), open(20)];
    late.delay(MINUTE);
    expect(late.dueAt).toBe(punctual.dueAt + MINUTE);
    expect(decode(late.next()).common?.createTime).toBe(String(startedAt + MINUTE));
  });
});

describe("a gift streak", () => {
  const streaks = new Map<string, WebcastGiftMessage[]>();
  for (const gift of all<WebcastGiftMessage>("WebcastGiftMessage")) {
    if (gift.groupId === "0") continue;
    const key = `${gift.user?.id} ${gift.giftId} ${gift.groupId}`;
    streaks.set(key, [...(streaks.get(key) ?? []), gift]);
  }
  const over = [...streaks.values()].filter((frames) => frames.some(({ repeatEnd }) => repeatEnd === 1));

  it("happens all the time", () => expect(over.length).toBeGreaterThan(100));

  it("counts up and repeats its last count at the end, once", () => {
    for (const frames of over) {
      const counts = frames.map(({ repeatCount }) => repeatCount);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(counts.at(-1)).toBe(counts.at(-2));
      expect(frames.map(({ repeatEnd }) => repeatEnd)).toEqual([...frames.slice(1).map(() => 0), 1]);
    }
  });

  it("is of gifts that streak only", () => {
    for (const gift of all<WebcastGiftMessage>("WebcastGiftMessage")) {
      expect(gift.gift?.type === 1).toBe(gift.groupId !== "0");
    }
  });
});

describe("gauges", () => {
  it("never lets the likes of the room fall", () => {
    const totals = all<{ total: string }>("WebcastLikeMessage").map(({ total }) => Number(total));
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
  });

  it("ranks the top givers", () => {
    const { ranks } = all<{ ranks: { score: string; rank: string }[] }>("WebcastRoomUserSeqMessage").at(-1) ?? {};
    const scores = (ranks ?? []).map(({ score }) => Number(score));
    expect(scores).toHaveLength(5);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});
