import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServedEvent } from "../../../contracts/api.ts";
import { eventMaker } from "../../../test/support/web-events.ts";
import { CAP, Feed } from "./feed.svelte.ts";
import { everything } from "./filter.ts";
import type { EventRow } from "./rows.ts";

const FRAME = 17;
const room = { streamId: "1", sessionId: "3f0c6a53-6e0c-4f5e-9d0e-1b2c3d4e5f60" };

let feed: Feed;
let make: ReturnType<typeof eventMaker>;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-01-05T20:00:00Z") });
  feed = new Feed();
  make = eventMaker(room);
  stop = feed.start();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const chat = (message = "hello", user = make.people[0]) => make.of("CHAT", { message }, user);
const chats = (count: number) => Array.from({ length: count }, (_, i) => chat(String(i)));
const like = (count: number, user = make.people[0]) => make.of("LIKE", { count }, user);
const gift = (giftCount: number, streakState: "progress" | "final" = "progress", streakId = "a".repeat(64)) =>
  make.of(
    "GIFT",
    {
      giftId: "1",
      giftName: "Rose",
      giftCount,
      diamondCount: 1,
      coins: giftCount,
      streakable: true,
      streakId,
      streakState,
    },
    make.people[0],
  );
const show = (...events: ServedEvent[]) => {
  feed.push(events);
  feed.flush();
};
const shown = () => feed.items.map((row) => (row.kind === "gap" ? row : row.event));
const hide = (hidden: boolean) => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
};

describe("the flush clock", () => {
  it("shows what came at the next frame, in one write", () => {
    const before = feed.items;
    const [first, second] = [chat(), chat()];
    feed.push([first]);
    feed.push([second]);
    expect(feed.items).toBe(before);
    vi.advanceTimersByTime(FRAME);
    expect(shown()).toEqual([first, second]);
  });

  it("takes steps of 100 ms from 60 events a second on", () => {
    feed.push(chats(60));
    vi.advanceTimersByTime(99);
    expect(feed.items).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(feed.items).toHaveLength(60);
  });

  it("goes back to frames a second after it became quiet", () => {
    feed.push(chats(60));
    vi.advanceTimersByTime(2_000);
    feed.push([chat()]);
    vi.advanceTimersByTime(FRAME);
    expect(feed.items).toHaveLength(61);
  });

  it("goes on once a second in a hidden tab, and at once when it is seen again", () => {
    hide(true);
    feed.push([chat()]);
    vi.advanceTimersByTime(999);
    expect(feed.items).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(feed.items).toHaveLength(1);
    feed.push([chat()]);
    hide(false);
    expect(feed.items).toHaveLength(2);
  });

  it("stops with the page", () => {
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the caps", () => {
  it("keeps the newest events that wait", () => {
    const events = chats(CAP + 7);
    feed.push(events);
    feed.flush();
    expect(shown()).toEqual(events.slice(7));
  });

  it("says how many it skipped, once", () => {
    feed.filter({ kinds: new Set(["gift"]), query: "" });
    feed.push(chats(CAP + 6));
    feed.push([gift(1)]);
    feed.flush();
    show(gift(1, "final", "b".repeat(64)));
    expect(feed.items).toMatchObject([{ kind: "gap", skipped: 7 }, { kind: "gift" }, { kind: "gift" }]);
  });

  it("keeps the newest rows", () => {
    for (let i = 0; i < 7; i++) show(...chats(1_000));
    expect(feed.items).toHaveLength(CAP);
  });
});

describe("a repeated event", () => {
  it("is dropped", () => {
    const event = chat();
    show(event, event);
    show(event);
    expect(shown()).toEqual([event]);
  });

  it("counts once", () => {
    const event = chat();
    show(event, event);
    vi.advanceTimersByTime(1_000);
    expect([feed.summary.total, feed.summary.counts.chat]).toEqual([1, 1]);
  });

  it("is another one in another session", () => {
    const event = chat();
    show(event, { ...event, sessionId: "00000000-0000-4000-8000-000000000000" });
    expect(feed.items).toHaveLength(2);
  });

  it("is known for the last 10,000 events", () => {
    const first = chat();
    show(first, ...chats(4_000));
    show(...chats(4_000));
    show(...chats(1_999), first);
    expect(shown().at(-1)).not.toBe(first);
    show(chat(), first);
    expect(shown().at(-1)).toBe(first);
  });
});

describe("a held feed", () => {
  it("stands still, counts, and shows everything after", () => {
    show(chat());
    feed.hold("hover");
    const before = feed.items;
    show(chat(), chat());
    expect(feed.items).toBe(before);
    expect(feed.waiting).toBe(2);
    feed.release("hover");
    expect([feed.items.length, feed.waiting, feed.held]).toEqual([3, 0, false]);
  });

  it("goes on when its last reason ends", () => {
    feed.hold("hover");
    feed.hold("card");
    feed.release("hover");
    expect(feed.held).toBe(true);
    feed.release("card");
    expect(feed.held).toBe(false);
  });

  it("goes on from the newest row on demand, whatever held it", () => {
    feed.hold("scrolled");
    feed.hold("manual");
    show(chat());
    feed.resume();
    expect([feed.items.length, feed.held, feed.paused]).toEqual([1, false, false]);
  });

  it("does not start again because a reason ends that did not hold it", () => {
    feed.hold("manual");
    feed.release("hover");
    expect(feed.held).toBe(true);
  });

  it("keeps no more than the newest rows of what came", () => {
    feed.hold("manual");
    for (let i = 0; i < 8; i++) show(...chats(1_000));
    expect(feed.waiting).toBe(8_000);
    feed.resume();
    expect(feed.items).toHaveLength(CAP);
  });

  it("counts only rows that the filter shows", () => {
    feed.filter({ kinds: new Set(["gift"]), query: "" });
    feed.hold("manual");
    show(chat(), gift(1), like(3));
    expect(feed.waiting).toBe(1);
  });

  it("does not change a row that is being read", () => {
    show(gift(1));
    feed.hold("hover");
    show(gift(5));
    expect(feed.items[0]).toMatchObject({ event: { payload: { giftCount: 1 } } });
    expect(feed.waiting).toBe(0);
    feed.resume();
    expect(feed.items[0]).toMatchObject({ event: { payload: { giftCount: 5 } } });
  });
});

describe("a gift streak", () => {
  it("is one row, changed in place", () => {
    show(gift(1), chat(), gift(2));
    show(gift(9, "final"));
    expect(feed.items).toHaveLength(2);
    expect(feed.items[0]).toMatchObject({ event: { payload: { giftCount: 9, streakState: "final" } } });
  });

  it("is counted once, at its highest", () => {
    show(gift(1), gift(5), gift(3), gift(9, "final"));
    vi.advanceTimersByTime(1_000);
    expect(feed.summary).toMatchObject({ diamonds: 9, topGifters: [{ coins: 9 }] });
    expect(feed.summary.counts.gift).toBe(1);
  });

  it("never shrinks when its frames come out of order", () => {
    show(gift(5), gift(3));
    expect(feed.items[0]).toMatchObject({ event: { payload: { giftCount: 5 } } });
  });

  it("stays over when its last frame comes again, and goes on when a higher one comes", () => {
    show(gift(5, "final"), gift(5));
    expect(feed.items[0]).toMatchObject({ event: { payload: { giftCount: 5, streakState: "final" } } });
    show(gift(6));
    expect(feed.items[0]).toMatchObject({ event: { payload: { giftCount: 6, streakState: "progress" } } });
  });

  it("keeps its time and its person when it is closed without them", () => {
    const begun = gift(1);
    show(begun, { ...gift(2, "final"), user: null, subType: "STREAK_CLOSED" });
    expect(feed.items[0]).toMatchObject({ event: { timestamp: begun.timestamp, user: begun.user } });
  });

  it("is not another streak", () => {
    show(gift(1), gift(1, "progress", "b".repeat(64)));
    expect(feed.items).toHaveLength(2);
  });
});

describe("likes", () => {
  const likes = () => feed.items.map((row) => (row as EventRow).likes);

  it("of one person within two seconds are one row", () => {
    show(like(3));
    vi.advanceTimersByTime(1_999);
    show(like(4));
    expect(likes()).toEqual([7]);
  });

  it("begin a new row after that", () => {
    show(like(3));
    vi.advanceTimersByTime(2_000);
    show(like(4));
    expect(likes()).toEqual([3, 4]);
  });

  it("of two people stay apart", () => {
    show(like(3), like(4, make.people[1]));
    expect(likes()).toEqual([3, 4]);
  });
});

describe("a gap", () => {
  it("is a line after what came before it", () => {
    feed.push([chat()]);
    feed.gap({ from: "2026-01-05T20:00:00Z", to: "2026-01-05T20:00:09Z" });
    show(chat());
    expect(feed.items.map((row) => row.kind)).toEqual(["chat", "gap", "chat"]);
  });

  it("that the room reports is a session line, not raw data", () => {
    show(make.of("RAW", { rawType: "ttlc.Gap" }, null, { subType: "GAP" }));
    expect(feed.items.map((row) => row.kind)).toEqual(["session"]);
  });
});

describe("a filter", () => {
  it("hides raw events and gauges at first", () => {
    show(make.of("RAW", { rawType: "X" }), make.of("ROOM_USER", { viewers: 3 }), chat());
    expect(feed.items.map((row) => row.kind)).toEqual(["chat"]);
  });

  it("applies to what came before it, and to what comes", () => {
    show(chat(), gift(1));
    feed.filter({ kinds: new Set(["chat"]), query: "" });
    show(gift(1, "final", "b".repeat(64)), chat());
    expect(feed.items.map((row) => row.kind)).toEqual(["chat", "chat"]);
    feed.filter(everything);
    expect(feed.items).toHaveLength(4);
  });

  it("finds words in names, handles and messages", () => {
    const [mila, jonas] = make.people.filter(({ displayName }) => /^(Mila N|Jonas W)/.test(displayName));
    show(chat("Good evening", mila), chat("evening!", jonas), chat("bye", jonas));
    const found = (query: string) => {
      feed.filter({ ...everything, query });
      return feed.items.length;
    };
    expect([found("MILA"), found("@jonas_w"), found("evening"), found("nobody")]).toEqual([1, 2, 2, 0]);
  });
});

it("publishes its sums once a second", () => {
  show(chat());
  const { summary } = feed;
  show(chat(), chat());
  expect(feed.summary).toBe(summary);
  vi.advanceTimersByTime(1_000);
  expect(feed.summary.counts.chat).toBe(3);
});

it("knows the last rows of a person, also those the filter hides", () => {
  const [mila, other] = make.people;
  show(chat("one", mila), chat("two", other), chat("three", mila), chat("four", mila));
  feed.filter({ kinds: new Set(), query: "" });
  const rows = feed.rowsOf(mila?.userId ?? "", 2) as EventRow[];
  expect(rows.map(({ event }) => event.payload)).toEqual([{ message: "three" }, { message: "four" }]);
});
