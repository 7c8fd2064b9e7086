import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Link, LiveSource } from "./live-source.ts";

/** What the browser gives, driven by the test. */
class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly all: FakeEventSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.all.push(this);
  }
  accept() {
    this.readyState = 1;
    this.onopen?.();
  }
  frame(type: string, data: unknown, lastEventId = "") {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId }));
  }
  /** The connection broke, or (`refused`) the server answered with another status than 200. */
  fail(refused = false) {
    this.readyState = refused ? 2 : 0;
    this.onerror?.();
  }
  close() {
    this.readyState = 2;
  }
}

const sources = FakeEventSource.all;
const newest = () => sources.at(-1) as FakeEventSource;
const on = { onbatch: vi.fn(), onstate: vi.fn(), ongap: vi.fn(), signedIn: vi.fn() };
let links: Link[];
let source: LiveSource;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.resetAllMocks();
  on.signedIn.mockResolvedValue(true);
  sources.length = 0;
  links = [];
  source = new LiveSource({ streamId: "73/1", ...on, onlink: (link) => links.push(link), random: () => 0.5 });
  source.open();
});
afterEach(() => {
  source.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("an open feed", () => {
  it("begins with the last 200 events", () => {
    expect(newest().url).toBe("/streams/73%2F1/events?recent=200");
  });

  it("hands its frames on", () => {
    const gap = { from: "1-0", to: "2-0" };
    newest().frame("batch", [{ eventId: "a" }], "5-0");
    newest().frame("state", { state: "live" });
    newest().frame("gap", gap);
    expect(on.onbatch).toHaveBeenCalledWith([{ eventId: "a" }]);
    expect(on.onstate).toHaveBeenCalledWith({ state: "live" });
    expect(on.ongap).toHaveBeenCalledWith(gap);
  });

  it("says that it is open", () => {
    newest().accept();
    expect(links).toEqual([{ state: "connecting" }, { state: "open" }]);
  });
});

describe("a broken connection", () => {
  it("is opened again after the last position, also when only a ping told it", async () => {
    newest().frame("batch", [], "5-0");
    newest().frame("ping", {}, "9-3");
    newest().fail();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(newest().url).toBe("/streams/73%2F1/events?after=9-3");
  });

  it("is closed by us: the browser's own reconnect would double it", () => {
    const first = newest();
    first.fail();
    expect(first.readyState).toBe(FakeEventSource.CLOSED);
  });

  it("says when it is tried again", async () => {
    newest().fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(links.at(-1)).toEqual({ state: "reconnecting", retryAt: 1_000 });
  });

  it("waits longer each time, half a minute at most, until a frame comes", async () => {
    const waits: number[] = [];
    const failOnce = async () => {
      newest().fail();
      await vi.advanceTimersByTimeAsync(0);
      const link = links.at(-1) as Extract<Link, { state: "reconnecting" }>;
      waits.push(link.retryAt - Date.now());
      await vi.advanceTimersByTimeAsync(link.retryAt - Date.now());
    };
    for (let i = 0; i < 7; i++) await failOnce();
    newest().accept();
    await failOnce();
    newest().frame("ping", {});
    await failOnce();
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 1_000]);
  });

  it("is tried at once when the network is back", async () => {
    newest().fail();
    await vi.advanceTimersByTimeAsync(0);
    dispatchEvent(new Event("online"));
    expect(sources).toHaveLength(2);
  });
});

describe("a silent connection", () => {
  it("is stale after 30 seconds, and opened again", () => {
    newest().accept();
    newest().frame("ping", {}, "4-0");
    vi.advanceTimersByTime(29_999);
    expect(sources).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(links.at(-1)).toEqual({ state: "stale" });
    expect(newest().url).toContain("after=4-0");
  });

  it("is not stale while pings come", () => {
    newest().accept();
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(15_000);
      newest().frame("ping", {});
    }
    expect(links.at(-1)).toEqual({ state: "open" });
  });
});

describe("a refused connection", () => {
  it("means signed out when the gateway knows no session, and is not tried again", async () => {
    on.signedIn.mockResolvedValue(false);
    newest().fail(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(links.at(-1)).toEqual({ state: "signedOut" });
    expect(sources).toHaveLength(1);
  });

  it("is tried again while signed in", async () => {
    newest().fail(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sources).toHaveLength(2);
  });

  it("is not tried again once the page has left", async () => {
    newest().fail(true);
    source.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sources).toHaveLength(1);
  });
});

it("leaves nothing behind", () => {
  source.close();
  expect([newest().readyState, vi.getTimerCount(), links.at(-1)]).toEqual([2, 0, { state: "closed" }]);
});
