import { describe, expect, it } from "vitest";
import { makeEvent, sha256 } from "../../test/fixtures/events.ts";
import { addGrowth, fold } from "./projections.ts";

type Fields = Parameters<typeof makeEvent>[1];
const stored = (eventType: Parameters<typeof makeEvent>[0], fields: Fields = {}, userRef: string | null = null) => ({
  event: makeEvent(eventType, { streamId: "1", ...fields }),
  userRef,
  position: ++positions,
});
let positions = 0n;
const at = (second: number) => `2026-03-01T12:00:${String(second).padStart(2, "0")}.000Z`;
const only = <Value>(map: Map<string, Value>) => {
  expect(map.size).toBe(1);
  return map.values().next().value as Value;
};
/** Folds in both orders, which must not matter. */
const foldStream = (...events: ReturnType<typeof stored>[]) => {
  const forth = only(fold(events).streams);
  expect(only(fold(events.toReversed()).streams)).toEqual(forth);
  return forth;
};

describe("a stream", () => {
  it("spans its events, whatever their order", () => {
    const delta = foldStream(
      stored("CHAT", { timestamp: at(5), seqNo: 3 }),
      stored("CHAT", { timestamp: at(1), seqNo: 9 }),
    );
    expect(delta).toMatchObject({ first_at: at(1), last_at: at(5), last_seq: 9, events: 2, simulated: false });
  });

  it("shows the gauges of the newest event and the peak of all", () => {
    const delta = foldStream(
      stored("ROOM_USER", { seqNo: 2, payload: { viewers: 40, totalViewers: 800 } }),
      stored("ROOM_USER", { seqNo: 3, payload: { viewers: 30 } }),
    );
    expect(delta).toMatchObject({ viewers: 30, viewers_seq: 3, peak_viewers: 40, total_viewers: 800 });
  });

  it("has TikTok's total of likes at its highest, whichever comes last, and apart from it what was observed", () => {
    const delta = foldStream(
      stored("LIKE", { seqNo: 5, payload: { count: 5, total: 900 } }),
      stored("LIKE", { seqNo: 4, payload: { count: 15, total: 895 } }),
      stored("LIKE", { seqNo: 6, payload: { count: 7 } }),
      stored("LIKE", { seqNo: 7, payload: { count: 1, total: 890 } }),
    );
    expect(delta).toMatchObject({ likes: 900, observed_likes: 28 });
  });

  it("has no total of likes that TikTok did not tell", () => {
    expect(foldStream(stored("LIKE", { payload: { count: 5 } }))).toMatchObject({
      likes: undefined,
      observed_likes: 5,
    });
  });

  it("has the title and channel of the newest connection", () => {
    const channelId = "00000000-0000-4000-8000-0000000000c2";
    const delta = foldStream(
      stored("CONNECTED", { seqNo: 7, payload: { channelId, title: "new" } }),
      stored("CONNECTED", { seqNo: 1, payload: { title: "old" } }),
    );
    expect(delta).toMatchObject({ connected_seq: 7, channel_id: channelId, title: "new" });
  });

  it("has ended when and why the newest end says", () => {
    const delta = foldStream(
      stored("STREAM_END", { seqNo: 4, timestamp: at(4), subType: "SUSPENDED" }),
      stored("STREAM_END", { seqNo: 2, timestamp: at(2), payload: { reason: "bye" } }),
    );
    expect(delta).toMatchObject({ ended_seq: 4, ended_at: at(4), end_reason: "SUSPENDED" });
  });

  it("is simulated once any of its events is", () => {
    expect(foldStream(stored("CHAT", { provider: "simulator" }), stored("CHAT")).simulated).toBe(true);
  });
});

describe("a session", () => {
  it("starts with its first event that is no history and ends with DISCONNECTED", () => {
    const delta = only(
      fold([
        stored("CHAT", { timestamp: at(1), isHistory: true, seqNo: 2 }),
        stored("CONNECTED", { timestamp: at(3), seqNo: 1 }),
        stored("DISCONNECTED", { timestamp: at(9), seqNo: 3 }),
      ]).sessions,
    );
    expect(delta).toMatchObject({ first_at: at(1), started_at: at(3), ended_at: at(9), last_seq: 3, events: 3 });
  });

  it("has the peak of viewers and the likes of its own messages", () => {
    const events = [
      stored("ROOM_USER", { payload: { viewers: 40 } }),
      stored("ROOM_USER", { payload: { viewers: 30 } }),
      stored("LIKE", { payload: { count: 5, total: 900 } }),
      stored("LIKE", { payload: { count: 2, total: 700 } }),
    ];
    for (const order of [events, events.toReversed()]) {
      expect(only(fold(order).sessions)).toMatchObject({ peak_viewers: 40, likes: 900, observed_likes: 7 });
    }
  });

  it("is of the provider that brought its newest event", () => {
    const events = [stored("CHAT", { seqNo: 2, provider: "euler" }), stored("CHAT", { seqNo: 1, provider: "direct" })];
    for (const order of [events, events.toReversed()]) {
      expect(only(fold(order).sessions)).toMatchObject({ provider: "euler" });
    }
  });
});

it("counts events per session, minute and type, with the most that watched and the likes that were sent", () => {
  const session = "00000000-0000-4000-8000-0000000000b2";
  const { minutes } = fold([
    stored("CHAT", { timestamp: at(1) }),
    stored("CHAT", { timestamp: at(59) }),
    stored("LIKE", { timestamp: at(59) }),
    stored("LIKE", { timestamp: at(59), payload: { count: 7 } }),
    stored("CHAT", { timestamp: "2026-03-01T12:01:00.000Z" }),
    stored("ROOM_USER", { timestamp: at(1), sessionId: session, payload: { viewers: 9 } }),
    stored("ROOM_USER", { timestamp: at(2), sessionId: session, payload: { viewers: 5 } }),
  ]);
  const rows = [...minutes.values()].map(({ minute, event_type, events, viewers, likes }) => {
    return [minute, event_type, events, viewers ?? likes];
  });
  expect(rows).toEqual([
    ["2026-03-01T12:00:00.000Z", "CHAT", 2, undefined],
    ["2026-03-01T12:00:00.000Z", "LIKE", 2, 8],
    ["2026-03-01T12:01:00.000Z", "CHAT", 1, undefined],
    ["2026-03-01T12:00:00.000Z", "ROOM_USER", 2, 9],
  ]);
  expect([...minutes.values()].at(-1)).toMatchObject({ session_id: session, stream_id: "1" });
});

it("counts what each person does in each stream", () => {
  const { streamUsers } = fold([
    stored("CHAT", {}, "ann"),
    stored("LIKE", { payload: { count: 15 } }, "ann"),
    stored("CHAT", { streamId: "2" }, "ann"),
    stored("CHAT"),
  ]);
  expect([...streamUsers.values()]).toMatchObject([
    { stream_id: "1", user_ref: "ann", events: 2, chats: 1, likes: 15 },
    { stream_id: "2", user_ref: "ann", events: 1, chats: 1, likes: 0 },
  ]);
});

describe("gifts", () => {
  const streakId = sha256("streak");
  const frame = (giftCount: number, streakState: string, id: string | undefined = streakId) =>
    stored("GIFT", { payload: { giftCount, coins: giftCount * 5, streakState, ...(id && { streakId: id }) } }, "ann");
  const totals = (events: ReturnType<typeof frame>[], before: [string, { gifts: number; coins: number }][] = []) => {
    const deltas = fold(events);
    addGrowth(deltas, new Map(before.map(([id, counted]) => [id, { ...counted, sessions: {} }])));
    const { gifts, coins } = only(deltas.streamUsers);
    return { gifts, coins, diamonds: only(deltas.streams).diamonds };
  };

  it("of a streak count once, at their maximum, whatever the order", () => {
    const frames = [frame(1, "progress"), frame(3, "final"), frame(2, "progress")];
    expect(totals(frames)).toEqual({ gifts: 3, coins: 15, diamonds: 15 });
    expect(totals(frames.toReversed())).toEqual({ gifts: 3, coins: 15, diamonds: 15 });
  });

  it("move the totals by what the streak grew since it was last counted", () => {
    expect(totals([frame(3, "final")], [[streakId, { gifts: 2, coins: 10 }]])).toMatchObject({ gifts: 1, coins: 5 });
    expect(totals([frame(1, "progress")], [[streakId, { gifts: 2, coins: 10 }]])).toMatchObject({ gifts: 0, coins: 0 });
  });

  it("without a streak add up", () => {
    expect(totals([frame(1, "none", ""), frame(1, "none", "")])).toEqual({ gifts: 2, coins: 10, diamonds: 10 });
  });

  it("whose frames cannot be told apart count when the streak is over", () => {
    expect(totals([frame(1, "progress", ""), frame(2, "final", "")])).toMatchObject({ gifts: 2, coins: 10 });
  });
});
