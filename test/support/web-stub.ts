import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { ErrorBody, FeedFrames, StreamDetail } from "../../contracts/api.ts";
import type { Me } from "../../contracts/keys.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { DASHBOARD_POLICY } from "../../services/gateway/headers.ts";
import { eventMaker } from "./web-events.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/** Gateway stub for looking at the dashboard without the pipeline: the built pages, fake answers, a fake feed. */
export interface WebStub {
  url: string;
  streamId: string;
  /** Makes events for `push`. */
  events: ReturnType<typeof eventMaker>;
  /** Events a second, from now on; 0 stops. */
  rate: number;
  /** Whether requests carry a valid session, whatever their cookie. */
  signedIn: boolean;
  /** Who that is. */
  me: Me;
  /** Codes and keys that sign in. */
  credentials: Set<string>;
  /** Answered by GET /streams and GET /streams/:id; change at will. */
  streams: StreamDetail[];
  /** Bodies of POST /streams, oldest first. */
  connects: { uniqueId: string; provider?: string }[];
  /** Answers every JSON request with this error while set. */
  failure: (ErrorBody & { status: number }) | undefined;
  /** Query strings of the feeds that were opened, oldest first. */
  feeds: string[];
  /** Events sent to every feed in all. */
  sent: number;
  push(events: UnifiedEvent[]): void;
  frame<Name extends keyof FeedFrames>(name: Name, data: FeedFrames[Name]): void;
  /** Cuts every open feed. */
  cut(): void;
  close(): Promise<void>;
}

const room = (
  uniqueId: string,
  streamId: string,
  state: RoomStatus["state"],
  more: Partial<RoomStatus> = {},
): RoomStatus => ({
  uniqueId,
  provider: "simulator",
  simulated: true,
  state,
  since: new Date().toISOString(),
  streamId,
  attempt: 0,
  counters: { received: 0, published: 0, duplicates: 0, tooLarge: 0, refused: 0 },
  dropped: { overload: { crowd: 0, other: 0, vital: 0 } },
  ...more,
});

function streamOf(uniqueId: string, streamId: string, more: Partial<StreamDetail> = {}): StreamDetail {
  return {
    streamId,
    uniqueId,
    title: "late night piano, requests open",
    simulated: true,
    startedAt: new Date(Date.now() - 4_523_000).toISOString(),
    endedAt: null,
    lastEventAt: new Date().toISOString(),
    events: 18_204,
    viewers: 1_842,
    peakViewers: 2_310,
    totalViewers: 9_480,
    likes: 48_000,
    observedLikes: 31_200,
    diamonds: 6_140,
    topGifters: [
      { userId: "1", uniqueId: "kofi", displayName: "Kofi Mensah", coins: 2_004 },
      { userId: "2", uniqueId: "greta", displayName: "Greta Olsen", coins: 1_250 },
      { userId: "3", uniqueId: "yuki", displayName: "Yuki Mori", coins: 830 },
    ],
    room: room(uniqueId, streamId, "live"),
    ...more,
  };
}

/** As the gateway lists a room that has met no broadcast: its name stands in for the stream's id. */
function waitingStream(uniqueId: string, simulated: boolean): StreamDetail {
  const { streamId: _, ...status } = room(uniqueId, "", "waiting", { simulated });
  return streamOf(uniqueId, uniqueId, {
    title: null,
    simulated,
    startedAt: status.since,
    lastEventAt: status.since,
    events: 0,
    viewers: null,
    likes: null,
    observedLikes: 0,
    diamonds: 0,
    topGifters: [],
    room: status,
  });
}

/** Serves `dist` (a built web/) on a free port of 127.0.0.1. */
export async function startWebStub({ dist, rate = 0 }: { dist: string; rate?: number }): Promise<WebStub> {
  const streamId = "7312000000000000001";
  const feeds = new Set<ServerResponse>();
  const events = eventMaker({ streamId, sessionId: "3f0c6a53-6e0c-4f5e-9d0e-1b2c3d4e5f60" });
  const recent: UnifiedEvent[] = [];
  let position = 0;

  const stub: WebStub = {
    url: "",
    streamId,
    events,
    rate,
    signedIn: true,
    me: {
      ...{ id: null, name: "login link", role: "admin", channels: [], types: null },
      ...{ rights: { "rooms.connect": "whole", "rooms.read": "whole", "feed.read": "whole" }, expiresAt: null },
    },
    credentials: new Set(["good"]),
    streams: [streamOf("simulated_room", streamId)],
    connects: [],
    failure: undefined,
    feeds: [],
    sent: 0,
    push(batch) {
      stub.sent += batch.length;
      recent.push(...batch);
      recent.splice(0, recent.length - 200);
      position++;
      stub.frame("batch", batch);
    },
    frame(name, data) {
      for (const feed of feeds) write(feed, name, data);
    },
    cut() {
      for (const feed of feeds) feed.destroy();
    },
    close: () => {
      clearInterval(playing);
      stub.cut();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };

  function write<Name extends keyof FeedFrames>(feed: ServerResponse, name: Name, data: FeedFrames[Name]) {
    feed.write(`id: ${position}-0\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  // A busy gateway sends a frame every 50 ms.
  let owed = 0;
  let last = performance.now();
  const playing = setInterval(() => {
    const now = performance.now();
    owed += ((now - last) * stub.rate) / 1000;
    last = now;
    const count = Math.floor(owed);
    owed -= count;
    if (count > 0) stub.push(Array.from({ length: count }, events.next));
  }, 50);

  function openFeed(request: IncomingMessage, response: ServerResponse, query: string) {
    if (!stub.signedIn) return json(response, 401, refusal(401, "UNAUTHORIZED", "Sign in."));
    stub.feeds.push(query);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": open\n\n");
    if (query.includes("recent") && recent.length > 0) write(response, "batch", recent);
    feeds.add(response);
    request.on("close", () => feeds.delete(response));
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, search } = new URL(request.url ?? "/", "http://stub");
    if (pathname === "/" || pathname === "/app") return response.writeHead(302, { location: "/app/" }).end();
    if (pathname.startsWith("/app/")) return file(response, dist, pathname.slice(5));
    if (pathname.endsWith("/events")) return openFeed(request, response, search);
    if (stub.failure) return json(response, stub.failure.status, stub.failure);
    if (request.method !== "GET" && request.headers["x-ttlc"] !== "1") {
      return json(response, 403, refusal(403, "FORBIDDEN", "X-TTLC is missing."));
    }
    const [status, body] = route(request.method ?? "GET", pathname, await text(request));
    json(response, status, body);
  }

  function route(method: string, path: string, body: string): [number, unknown] {
    if (path === "/auth/login") {
      stub.signedIn = Object.values(JSON.parse(body)).some((value) => stub.credentials.has(String(value)));
      return stub.signedIn ? [200, stub.me] : [401, refusal(401, "BAD_CREDENTIAL", "Not valid.")];
    }
    if (!stub.signedIn) return [401, refusal(401, "UNAUTHORIZED", "Sign in.")];
    if (path === "/auth/me") return [200, stub.me];
    if (path === "/auth/logout") {
      stub.signedIn = false;
      return [204, undefined];
    }
    if (path === "/streams" && method === "POST") {
      const wanted = JSON.parse(body);
      stub.connects.push(wanted);
      const known = stub.streams.find(({ uniqueId }) => uniqueId === wanted.uniqueId);
      if (!known) stub.streams.push(waitingStream(wanted.uniqueId, wanted.provider === "simulator"));
      return [202, (known ?? stub.streams.at(-1))?.room];
    }
    if (path === "/streams") return [200, { items: stub.streams, next: null }];
    const found = stub.streams.find((stream) => path === `/streams/${stream.streamId}`);
    return found ? [200, found] : [404, refusal(404, "NOT_FOUND", "There is no such stream.")];
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return stub;
}

const refusal = (status: number, error_code: string, message: string) => ({
  status,
  error_code,
  message,
  correlation_id: "5d1e6f0a-stub",
});

function json(response: ServerResponse, status: number, body: unknown) {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(body === undefined ? "" : JSON.stringify(body));
}

function file(response: ServerResponse, dist: string, path: string) {
  const name = path !== "" && existsSync(join(dist, path)) ? path : "index.html";
  response
    .writeHead(200, {
      "content-type": types[extname(name)] ?? "text/plain",
      "content-security-policy": DASHBOARD_POLICY,
    })
    .end(readFileSync(join(dist, name)));
}

export { room as stubRoom, streamOf as stubStream };
