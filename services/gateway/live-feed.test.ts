import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RoomStatus } from "../../contracts/room.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { FakeResponse } from "../../test/support/fake-response.ts";
import type { FeedSource, PositionedEvent } from "./catch-up.ts";
import type { Listener } from "./feed-client.ts";
import { SseOutlet } from "./feed-outlet.ts";
import { type feedLimits, LiveFeed } from "./live-feed.ts";
import type { Wish } from "./wish.ts";

const SESSION = "session-1";

/** An event of room "r1"; its seqNo is the number of its position. */
const event = (n: number, changes: Partial<UnifiedEvent> = {}): PositionedEvent => ({
  position: `${n}-0`,
  event: { streamId: "r1", source: "live", sessionId: SESSION, seqNo: n, ...changes } as UnifiedEvent,
});
const entry = ({ position, event }: PositionedEvent) => ({ id: position, message: { event } });
const entries = (...numbers: number[]) => numbers.map((n) => entry(event(n)));

/** A past with everything in the stream and nothing in Postgres. */
const past = (...events: PositionedEvent[]): FeedSource => ({
  present: async () => events.at(-1)?.position ?? "0-0",
  boundary: async () => "0-0",
  stored: async () => ({ items: [], next: null }),
  oldest: async () => events[0]?.position ?? null,
  entries: async ({ after, through }) => ({
    items: events.filter(
      ({ position }) =>
        Number.parseInt(position, 10) > Number.parseInt(after, 10) &&
        Number.parseInt(position, 10) <= Number.parseInt(through, 10),
    ),
    next: null,
  }),
  failed() {},
});

const room = (changes: Partial<RoomStatus> = {}) =>
  ({ uniqueId: "anna", simulated: false, streamId: "r1", state: "live", ...changes }) as RoomStatus;

async function feedAt(source: FeedSource, limits?: Partial<typeof feedLimits>): Promise<LiveFeed> {
  const feed = new LiveFeed(limits);
  await feed.catchUp(source);
  feeds.push(feed);
  return feed;
}

interface Wants extends Partial<Listener> {
  after?: string;
  state?: RoomStatus;
}

function listen(feed: LiveFeed, source: FeedSource, { after, state, ...changes }: Wants = {}): FakeResponse {
  const response = new FakeResponse();
  const wish: Wish = { streamId: "r1", view: "whole" };
  const stillAllowed = async () => true;
  const who = { uniqueId: "anna", simulated: false, channelId: null, scope: {}, stillAllowed };
  const listener = { ...who, wish, follows: false, source, ...changes };
  feed.connect(new SseOutlet(response.asResponse), listener, after, state);
  return response;
}

/** seqNos of all events that a client was sent. */
const seqNos = (response: FakeResponse): number[] =>
  response.frames
    .filter(({ event }) => event === "batch")
    .flatMap(({ data }) => data.map((one: UnifiedEvent) => one.seqNo));

const feeds: LiveFeed[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
  vi.useRealTimers();
});

describe("a live client", () => {
  it("gets what comes at once when it is quiet", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past());
    feed.deliver(entries(1, 2));
    expect(response.frames).toMatchObject([{ id: "2-0", event: "batch", data: [{ seqNo: 1 }, { seqNo: 2 }] }]);
  });

  it("gets one frame for what comes soon after a write", async () => {
    const feed = await feedAt(past(), { coalesceMsPerClient: 50 });
    const response = listen(feed, past());
    for (const n of [1, 2, 3, 4]) feed.deliver(entries(n));
    expect(seqNos(response)).toEqual([1]);
    vi.advanceTimersByTime(50);
    expect(response.frames.map(({ id }) => id)).toEqual(["1-0", "4-0"]);
    expect(seqNos(response)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    { clients: 20, ms: 1 },
    { clients: 200, ms: 10 },
    { clients: 1_000, ms: 50 },
    { clients: 1_200, ms: 50 },
  ])("waits at most $ms ms for what it is written together with when there are $clients", async ({ clients, ms }) => {
    const feed = await feedAt(past());
    const [response] = Array.from({ length: clients }, () => listen(feed, past()));
    feed.deliver(entries(1));
    feed.deliver(entries(2));
    vi.advanceTimersByTime(ms - 1);
    expect(seqNos(response as FakeResponse)).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(seqNos(response as FakeResponse)).toEqual([1, 2]);
  });

  it("gets an entry that the tail reads twice only once", async () => {
    const feed = await feedAt(past(), { coalesceMs: 0 });
    const response = listen(feed, past());
    feed.deliver(entries(1, 2));
    feed.deliver(entries(2, 3));
    expect(seqNos(response)).toEqual([1, 2, 3]);
  });

  it("gets its own room, and only what is live", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past());
    feed.deliver([event(1, { streamId: "r2" }), event(2, { source: "replay" }), event(3)].map(entry));
    expect(seqNos(response)).toEqual([3]);
  });

  it("gets one session when it asks for one, a replay too", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past(), { wish: { streamId: "r1", sessionId: "session-2", view: "whole" } });
    feed.deliver([event(1), event(2, { source: "replay", sessionId: "session-2" })].map(entry));
    expect(seqNos(response)).toEqual([2]);
  });

  it("is told with each batch and each ping how far the feed was examined", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past());
    feed.deliver([event(1), event(2, { streamId: "r2" })].map(entry));
    feed.deliver([event(3, { streamId: "r2" })].map(entry));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(response.frames.map(({ id, event }) => [event, id])).toEqual([
      ["batch", "2-0"],
      ["ping", "3-0"],
    ]);
  });

  it("is cut off within 10 s after it lost the right to listen", async () => {
    const feed = await feedAt(past());
    let allowed = true;
    const response = listen(feed, past(), { stillAllowed: async () => allowed });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(response.ended).toBe(false);
    allowed = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(response.ended).toBe(true);
  });

  it("stays while nobody can tell whether it may", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past(), { stillAllowed: () => Promise.reject(new Error("Redis is away")) });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(response.ended).toBe(false);
  });

  it("is told when to come back when the gateway stops", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past());
    feed.close();
    expect(response.text.endsWith("retry: 1000\n\n")).toBe(true);
    expect(response.ended).toBe(true);
  });
});

describe("the state of the room", () => {
  it("comes first", async () => {
    const feed = await feedAt(past());
    expect(listen(feed, past(), { state: room({ state: "waiting" }) }).frames).toMatchObject([
      { event: "state", data: { state: "waiting" } },
    ]);
  });

  it("is shown to who listens to that stream or to that username, and to nobody else", async () => {
    const feed = await feedAt(past());
    const byStream = listen(feed, past(), { uniqueId: null });
    const byName = listen(feed, past(), { wish: { streamId: "yesterday", view: "whole" } });
    const other = listen(feed, past(), { wish: { streamId: "r2", view: "whole" }, uniqueId: "bob" });
    feed.show(room({ state: "ended" }));
    expect([byStream, byName, other].map(({ frames }) => frames.length)).toEqual([1, 1, 0]);
  });

  it("leaves the cursor alone", async () => {
    const feed = await feedAt(past());
    const response = listen(feed, past());
    feed.show(room());
    expect(response.frames[0]).not.toHaveProperty("id");
  });
});

describe("a client that does not read", () => {
  const overflowing = async () => {
    const feed = await feedAt(past(), { coalesceMs: 0, maxBuffered: 50 });
    const [slow, other] = [listen(feed, past()), listen(feed, past())] as const;
    feed.deliver(entries(1));
    slow.stopReading();
    feed.deliver(entries(2)); // fills its buffer
    feed.deliver(entries(3, 4));
    feed.deliver(entries(5));
    return { feed, slow, other };
  };

  it("gets nothing more, while the others do", async () => {
    const { slow, other } = await overflowing();
    expect(seqNos(slow)).toEqual([1, 2]);
    expect(seqNos(other)).toEqual([1, 2, 3, 4, 5]);
  });

  it("is told what it lost once it reads again, and goes on", async () => {
    const { feed, slow } = await overflowing();
    slow.readOn();
    feed.deliver(entries(6));
    expect(slow.frames.slice(2)).toMatchObject([
      { event: "gap", id: "5-0", data: { from: "2-0", to: "5-0" } },
      { event: "batch", id: "6-0", data: [{ seqNo: 6 }] },
    ]);
    expect(feed.counters.gaps).toEqual({ sse: 1, websocket: 0 });
  });

  it("learns the newest state it missed", async () => {
    const { feed, slow } = await overflowing();
    feed.show(room({ state: "reconnecting" }));
    feed.show(room({ state: "ended" }));
    slow.readOn();
    expect(slow.frames.filter(({ event }) => event === "state")).toMatchObject([{ data: { state: "ended" } }]);
  });

  it("is cut off after 30 s", async () => {
    const { slow, other } = await overflowing();
    vi.advanceTimersByTime(29_999);
    expect(slow.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect([slow.destroyed, other.destroyed]).toEqual([true, false]);
  });

  it("is cut off after 30 s when it catches up, too", async () => {
    const source = past(event(1), event(2));
    const feed = await feedAt(source);
    const response = listen(feed, source, { after: "1-0" });
    response.stopReading();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(response.destroyed).toBe(true);
  });

  it("loses nothing while it catches up, however slowly it reads", async () => {
    const source = past(event(1), event(2), event(3));
    const feed = await feedAt(source, { maxBuffered: 1, pageSize: 1 });
    const response = listen(feed, source, { after: "1-0" });
    response.stopReading();
    await vi.advanceTimersByTimeAsync(1_000);
    response.readOn();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seqNos(response)).toEqual([2, 3]);
    expect(response.frames.some(({ event }) => event === "gap")).toBe(false);
  });
});

describe("a client that comes back", () => {
  it("gets what it missed, then what is new", async () => {
    const source = past(event(1), event(2), event(3));
    const feed = await feedAt(source);
    const response = listen(feed, source, { after: "1-0" });
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver(entries(4));
    expect(seqNos(response)).toEqual([2, 3, 4]);
  });

  it("while others wait for a frame gets nothing of it twice", async () => {
    const feed = await feedAt(past());
    const other = listen(feed, past());
    feed.deliver(entries(1));
    feed.deliver(entries(2)); // waits for its 50 ms
    const source = past(event(1), event(2));
    const response = listen(feed, source, { after: "0-0" });
    await vi.advanceTimersByTimeAsync(100);
    expect([seqNos(other), seqNos(response)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it("begins with the present when it was nowhere", async () => {
    const source = past(event(1), event(2));
    const feed = await feedAt(source);
    const response = listen(feed, source);
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver(entries(3));
    expect(seqNos(response)).toEqual([3]);
  });

  it("with a position that the log has not reached begins with the present, and says so", async () => {
    const source = past(event(1), event(2));
    const feed = await feedAt(source);
    const response = listen(feed, source, { after: "900-0" });
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver(entries(3));
    expect(response.frames).toMatchObject([
      { event: "gap", id: "2-0", data: { from: "900-0", to: "2-0" } },
      { event: "batch", id: "3-0", data: [{ seqNo: 3 }] },
    ]);
  });

  it("from a gateway that was ahead of this one waits until this one has come as far", async () => {
    const feed = await feedAt(past(event(1)));
    const response = listen(feed, past(event(1), event(2), event(3)), { after: "2-0" });
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver(entries(2, 3));
    await vi.advanceTimersByTimeAsync(0);
    expect(seqNos(response)).toEqual([3]);
    expect(response.frames).toHaveLength(1);
  });

  it("before the gateway knows the present waits for it", async () => {
    const feed = new LiveFeed();
    feeds.push(feed);
    const source = past(event(1), event(2));
    const response = listen(feed, source, { after: "1-0" });
    await vi.advanceTimersByTimeAsync(0);
    await feed.catchUp(source);
    await vi.advanceTimersByTimeAsync(0);
    expect(seqNos(response)).toEqual([2]);
  });

  it("waits while the past cannot be read, is pinged meanwhile, and then gets it", async () => {
    const source = past(event(1), event(2));
    const feed = await feedAt(source);
    const failed = vi.fn();
    let away = true;
    const boundary = async () => (away ? Promise.reject(new Error("away")) : "0-0");
    const response = listen(feed, { ...source, boundary, failed }, { after: "1-0" });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(response.frames.map(({ id, event }) => [event, id])).toEqual([["ping", "1-0"]]);
    away = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seqNos(response)).toEqual([2]);
    expect(failed).toHaveBeenCalledTimes(1);
  });
});

describe("a client that follows a streamer", () => {
  it("gets the next broadcast from its beginning, though its feed was examined further by then", async () => {
    const waiting = past(event(1));
    const feed = await feedAt(waiting, { coalesceMs: 0 });
    const begun = past(event(1), event(2, { streamId: "r9" }), event(3), event(4, { streamId: "r9" }));
    const response = listen(feed, begun, { wish: { streamId: "anna", view: "whole" }, follows: true });
    feed.deliver([event(2, { streamId: "r9" }), event(3), event(4, { streamId: "r9" })].map(entry));
    feed.show(room({ streamId: "r9" }));
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver([event(5, { streamId: "r9" })].map(entry));
    expect(seqNos(response)).toEqual([2, 4, 5]);
  });

  it("sees nothing of the broadcast before it again", async () => {
    const source = past(event(1));
    const feed = await feedAt(source, { coalesceMs: 0 });
    const response = listen(feed, source, { wish: { streamId: "anna", view: "whole" }, follows: true });
    feed.show(room({ streamId: "r9" }));
    feed.show(room({ streamId: "r9", state: "reconnecting" }));
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver([event(2, { streamId: "r9" }), event(3)].map(entry));
    expect(seqNos(response)).toEqual([2]);
  });

  it.each([
    ["the real room of its handle, when it follows a simulation", { simulated: true }, { simulated: false }],
    ["a simulation of its handle, when it follows the real room", {}, { simulated: true }],
    ["another account that has the handle now", { channelId: "c1" }, { channelId: "c2" }],
    ["what is beyond its scope", { scope: { channelIds: ["c1"] } }, { channelId: "c2" }],
    ["what is real, with a right to simulations", { simulated: null, scope: { simulated: true } }, { channelId: "c1" }],
    ["a broadcast of nobody known, with a right to some channels", { scope: { channelIds: ["c1"] } }, {}],
  ] as const)("is not led to %s, and not told of it", async (_, listener, state) => {
    const feed = await feedAt(past(), { coalesceMs: 0 });
    const wants = { ...listener, wish: { streamId: "anna", view: "whole" }, follows: true } as const;
    const response = listen(feed, past(), wants as Wants);
    feed.show(room({ streamId: "r9", ...state }));
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver([event(1, { streamId: "r9" })].map(entry));
    expect(response.frames).toEqual([]);
  });

  it("is led to its own channel's, and hears that it waits before that is known", async () => {
    const feed = await feedAt(past(), { coalesceMs: 0 });
    const own = { channelId: "c1", scope: { channelIds: ["c1"] } };
    const response = listen(feed, past(), { ...own, wish: { streamId: "anna", view: "whole" }, follows: true });
    const { streamId, ...waiting } = room({ state: "waiting" });
    feed.show(waiting);
    feed.show(room({ streamId: "r9", channelId: "c1" }));
    await vi.advanceTimersByTimeAsync(0);
    feed.deliver([event(1, { streamId: "r9" })].map(entry));
    expect(response.frames.map((frame) => frame.event)).toEqual(["state", "state", "batch"]);
  });

  it("stays with a stream when that is what it asked for", async () => {
    const feed = await feedAt(past(), { coalesceMs: 0 });
    const response = listen(feed, past());
    feed.show(room({ streamId: "r9" }));
    feed.deliver([event(1, { streamId: "r9" }), event(2)].map(entry));
    expect(seqNos(response)).toEqual([2]);
  });
});

it("a tail that was cut off brings everybody what came meanwhile", async () => {
  const feed = await feedAt(past(event(1)));
  const source = past(event(1), event(2), event(3));
  const response = listen(feed, source);
  await feed.catchUp(source);
  await vi.advanceTimersByTimeAsync(0);
  feed.deliver(entries(4));
  expect(seqNos(response)).toEqual([2, 3, 4]);
});
