import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import type { FeedSource } from "./catch-up.ts";
import { FeedSocket, type SocketHost } from "./feed-socket.ts";
import { type feedLimits, LiveFeed } from "./live-feed.ts";

/** A WebSocket and the connection below it, whose reader can be told to stop reading. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  writableLength = 0;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it waits for
  frames: any[] = [];
  /** What was written, as it was. */
  sent: (string | Buffer)[] = [];
  closedWith: number | undefined;
  isPaused = false;
  pongs = 0;
  #reads = true;

  get writableNeedDrain(): boolean {
    return !this.#reads && this.writableLength > 0;
  }

  send(frame: string | Buffer): void {
    if (this.readyState !== 1) return;
    this.sent.push(frame);
    this.frames.push(JSON.parse(String(frame)));
    if (!this.#reads) this.writableLength += Buffer.byteLength(frame);
  }

  close(code: number): void {
    this.closedWith ??= code;
    this.readyState = 2;
  }

  terminate(): void {
    this.emit("close");
  }

  pong(): void {
    this.pongs++;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  stopReading(): void {
    this.#reads = false;
  }

  readOn(): void {
    this.#reads = true;
    this.writableLength = 0;
    this.emit("drain");
  }

  /** Sends a request as the client would; resolves once it may have been answered. */
  async ask(request: object): Promise<void> {
    this.emit("message", Buffer.from(JSON.stringify(request)), false);
    await vi.advanceTimersByTimeAsync(0);
  }

  of = (type: string) => this.frames.filter((frame) => frame.type === type);
}

const event = (n: number, streamId = "r1") =>
  ({ streamId, source: "live", sessionId: "s", seqNo: n, eventType: "CHAT", user: null, payload: {} }) as UnifiedEvent;
const entries = (streamId: string, ...numbers: number[]) =>
  numbers.map((n) => ({ id: `${n}-0`, message: { event: event(n, streamId) } }));

/** A past in which every event belongs to the stream that is asked for. */
const past = (newest: number): FeedSource => ({
  present: async () => `${newest}-0`,
  boundary: async () => "0-0",
  oldest: async () => "0-0",
  stored: async () => ({ items: [], next: null }),
  entries: async ({ after, through }, streamId) => {
    const [from, to] = [after, through].map((position) => Number.parseInt(position, 10)) as [number, number];
    const items = Array.from({ length: to - from }, (_, i) => ({
      position: `${from + 1 + i}-0`,
      event: event(from + 1 + i, streamId),
    }));
    return { items, next: null };
  },
  failed() {},
});

let feed: LiveFeed;

async function open({
  newest = 0,
  allowed = (): boolean => true,
  call = vi.fn(),
  limits = {} as Partial<typeof feedLimits>,
} = {}) {
  const source = past(newest);
  feed = new LiveFeed({ coalesceMs: 0, ...limits });
  await feed.catchUp(source);
  const host: SocketHost = {
    prepare: async ({ stream, after, filter }) => ({
      listener: {
        wish: { streamId: stream, types: filter?.types as never, view: "whole" },
        ...{ uniqueId: null, simulated: null, channelId: null, scope: {}, follows: false, source },
      },
      ...{ start: after, room: undefined },
    }),
    follow: (outlet, { listener, start, room }) => feed.connect(outlet, listener, start, room),
    call,
    failed: vi.fn(),
  };
  const connect = () => {
    const socket = new FakeSocket();
    const holder = { who: {} as never, owner: "", stillAllowed: async () => allowed() };
    const client = new FeedSocket(socket as unknown as WebSocket, socket as never, holder, host);
    return { socket, client };
  };
  return { ...connect(), connect, host };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

const seqNos = (socket: FakeSocket, subscription?: string) =>
  socket
    .of("batch")
    .filter((frame) => subscription === undefined || frame.subscription === subscription)
    .flatMap(({ events }) => events.map(({ seqNo }: UnifiedEvent) => seqNo));

describe("subscriptions", () => {
  it("of several connections that want the same are sent the same bytes, made once", async () => {
    const { socket, connect } = await open();
    const other = connect().socket;
    for (const each of [socket, other]) await each.ask({ id: 1, request: "subscribe", stream: "r1" });
    feed.deliver(entries("r1", 1));
    expect(seqNos(socket)).toEqual([1]);
    expect(other.sent.at(-1)).toBe(socket.sent.at(-1));
  });

  it("are kept alive together, each with how far it was examined", async () => {
    const { socket, client } = await open();
    await socket.ask({ id: 1, request: "subscribe", stream: "r1" });
    await socket.ask({ id: 2, request: "subscribe", stream: "r1", filter: { types: ["GIFT"] } });
    feed.deliver(entries("r1", 1, 2));
    feed.advance();
    client.keepalive();
    const [all, gifts] = socket.of("response").map(({ subscription }) => subscription);
    expect(socket.frames.at(-1)).toEqual({ type: "keepalive", positions: { [all]: "2-0", [gifts]: "2-0" } });
  });

  it("are so many and no more", async () => {
    const { socket } = await open();
    for (let n = 1; n <= 21; n++) await socket.ask({ id: n, request: "subscribe", stream: `r${n}` });
    expect(socket.frames.at(-1)).toMatchObject({ id: 21, code: 429, error: { error_code: "TOO_MANY_FEEDS" } });
  });

  it("end with their connection", async () => {
    const { socket } = await open();
    await socket.ask({ id: 1, request: "subscribe", stream: "r1" });
    expect(feed.isHeard("r1")).toBe(true);
    socket.emit("close");
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.isHeard("r1")).toBe(false);
  });
});

describe("a client that does not read", () => {
  it("is told what each subscription lost once it reads again", async () => {
    const { socket } = await open({ limits: { maxBuffered: 50 } });
    await socket.ask({ id: 1, request: "subscribe", stream: "r1" });
    socket.stopReading();
    for (const n of [1, 2, 3]) feed.deliver(entries("r1", n)); // the first one fills its buffer
    socket.readOn();
    feed.deliver(entries("r1", 4));
    expect(seqNos(socket)).toEqual([1, 4]);
    expect(socket.of("gap")).toMatchObject([{ from: "1-0", to: "3-0" }]);
    expect(feed.counters.gaps).toEqual({ sse: 0, websocket: 1 });
  });

  it("is closed with 4408 after 30 s", async () => {
    const { socket } = await open({ limits: { maxBuffered: 50 } });
    await socket.ask({ id: 1, request: "subscribe", stream: "r1" });
    socket.stopReading();
    for (const n of [1, 2]) feed.deliver(entries("r1", n));
    await vi.advanceTimersByTimeAsync(29_999);
    expect(socket.closedWith).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.closedWith).toBe(4408);
  });

  it("loses nothing of what is live while the past of another subscription fills its buffer", async () => {
    const { socket } = await open({ newest: 300, limits: { maxBuffered: 50 } });
    await socket.ask({ id: 1, request: "subscribe", stream: "r2" });
    socket.stopReading();
    await socket.ask({ id: 2, request: "subscribe", stream: "r1", after: "0-0" });
    feed.deliver(entries("r2", 301));
    const [live, old] = socket.of("response").map(({ subscription }) => subscription);
    expect(seqNos(socket, live)).toEqual([]);
    for (let i = 0; i < 5; i++) {
      socket.readOn();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(seqNos(socket, live)).toEqual([301]);
    expect(seqNos(socket, old)).toHaveLength(301); // all up to the tail, of which the source makes an event of r1, too
    expect(socket.of("gap")).toEqual([]);
  });

  it("and goes on asking is answered no more until it reads, and closed after 30 s", async () => {
    const call = vi.fn().mockResolvedValue({ status: 200, body: "x".repeat(300_000) });
    const { socket } = await open({ call });
    socket.stopReading();
    for (const id of [1, 2]) await socket.ask({ id, request: "call", route: "getMe" });
    socket.emit("ping", Buffer.alloc(0));
    expect([call.mock.calls.length, socket.pongs]).toEqual([1, 0]);
    socket.readOn();
    socket.stopReading();
    await vi.advanceTimersByTimeAsync(0);
    expect(call).toHaveBeenCalledTimes(2);
    await socket.ask({ id: 3, request: "ping" });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(socket.closedWith).toBe(4408);
  });
});

describe("requests", () => {
  it("are answered one after the other, in order", async () => {
    const first = Promise.withResolvers<{ status: number; body: unknown }>();
    const call = vi.fn().mockReturnValueOnce(first.promise).mockResolvedValueOnce({ status: 204, body: undefined });
    const { socket } = await open({ call });
    for (const id of [1, 2]) await socket.ask({ id, request: "call", route: "getMe" });
    expect(call).toHaveBeenCalledTimes(1);
    first.resolve({ status: 200, body: { role: "admin" } });
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.of("response")).toEqual([
      { type: "response", id: 1, status: "ok", code: 200, result: { role: "admin" } },
      { type: "response", id: 2, status: "ok", code: 204 },
    ]);
  });

  it("are not read faster than they are answered", async () => {
    const first = Promise.withResolvers<{ status: number; body: unknown }>();
    const { socket } = await open({ call: vi.fn().mockReturnValue(first.promise) });
    for (let id = 1; id <= 16; id++) await socket.ask({ id, request: "call", route: "getMe" });
    expect(socket.isPaused).toBe(true);
    first.resolve({ status: 200, body: null });
    await vi.advanceTimersByTimeAsync(0);
    expect([socket.isPaused, socket.of("response").length]).toEqual([false, 16]);
  });

  it("that fail reveal nothing", async () => {
    const { socket, host } = await open({ call: vi.fn().mockRejectedValue(new Error("password=hunter2")) });
    await socket.ask({ id: "a", request: "call", route: "getMe" });
    expect(socket.frames.at(-1)).toMatchObject({ id: "a", code: 500, error: { error_code: "INTERNAL_ERROR" } });
    expect(JSON.stringify(socket.frames)).not.toContain("hunter2");
    expect(host.failed).toHaveBeenCalledTimes(1);
  });
});

describe("a connection whose right has ended", () => {
  it("is told, and closed with 4401", async () => {
    let isAllowed = true;
    const { socket, client } = await open({ allowed: () => isAllowed });
    await client.recheck();
    expect(socket.closedWith).toBeUndefined();
    isAllowed = false;
    await client.recheck();
    expect(socket.frames.at(-1)).toMatchObject({ type: "revoked", error: { error_code: "REVOKED" } });
    expect(socket.closedWith).toBe(4401);
  });

  it("stays while nobody can tell", async () => {
    const { socket, client } = await open({
      allowed: () => {
        throw new Error("Redis is away");
      },
    });
    await client.recheck();
    expect(socket.closedWith).toBeUndefined();
  });
});
