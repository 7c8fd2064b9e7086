import { expect, it, vi } from "vitest";
import { ConnectError } from "./connect-error.ts";
import type { Unplaced } from "./raw-message.ts";
import { Room, type RoomOptions } from "./room.ts";
import type { Closed, Source, SourceListener } from "./source.ts";

/** One attempt to connect: hands on what comes early, and says how it ends. */
type Attempt = (listener: SourceListener) => Source;

/** A room whose log takes everything, and what it wrote. */
function follow(attempts: Attempt[]) {
  const written: Unplaced[] = [];
  const log = (streamId: string) => ({
    ...{ streamId, isIdle: true, sheds: () => undefined, flushed: async () => {} },
    publish: async (message: Unplaced) => void written.push(message),
  });
  const logs = {
    open: log,
    broadcastOf: async () => undefined,
    noteBroadcast() {},
    past: async () => null,
    streaks: async () => new Map(),
    release: async () => {},
  };
  const ownership = { isHeld: true, fence: {}, onLost() {}, check: async () => {}, release: async () => {} };
  let ids = 0;
  const room = new Room({
    ...{ uniqueId: "alice", provider: "direct", node: "test", maxAttempts: 0 },
    logs: logs as unknown as RoomOptions["logs"],
    logger: { info() {}, warn() {}, error() {} } as unknown as RoomOptions["logger"],
    ownership: ownership as unknown as RoomOptions["ownership"],
    open: async (_streamId, listener) => {
      const attempt = attempts.shift();
      if (!attempt) throw new ConnectError("SIGN_KEY_INVALID"); // given up
      return attempt(listener);
    },
    onLost() {},
    openSessions: async () => [],
    channelOf: async () => "channel",
    refuse: async () => {},
    onChange() {},
    nextPollMs: () => 0,
    newId: () => `id-${++ids}`,
  });
  return { room, written };
}

/** A connection to a room that is over as soon as its session has begun. */
function connection(streamId: string): Source {
  const { promise: closed, resolve } = Promise.withResolvers<Closed>();
  const resume = () => resolve({ code: 4555, reason: "over", streamEnded: true, isRoutine: true });
  const connectedAt = new Date();
  return { provider: "direct", streamId, connectedAt, closed, pause() {}, resume, close: async () => {} };
}

const say = ({ onMessage }: SourceListener, msgId: string, method = "WebcastChatMessage") =>
  onMessage({ method, msgId, isHistory: false, payload: new Uint8Array(), receivedAt: new Date() });

const said = (written: Unplaced[]) => written.filter(({ entry }) => entry.type.startsWith("Webcast"));
const until = (room: Room) => vi.waitFor(() => expect(room.status.state).toBe("failed"));

it("leaves what came of an attempt that failed out of the broadcast that it finds next", async () => {
  const { room, written } = follow([
    (listener) => {
      say(listener, "1");
      throw new ConnectError("OFFLINE");
    },
    (listener) => {
      say(listener, "2");
      return connection("7002");
    },
  ]);
  room.start();
  await until(room);
  expect(said(written).map(({ entry }) => entry.msgId)).toEqual(["2"]);
});

it("keeps 5,000 messages until the connection stands, and drops and counts what is more", async () => {
  const { room, written } = follow([
    (listener) => {
      for (let i = 1; i <= 5_007; i++) say(listener, `${i}`, i > 5_005 ? "WebcastLikeMessage" : undefined);
      return connection("7001");
    },
  ]);
  room.start();
  await until(room);
  expect(said(written)).toHaveLength(5_000);
  expect(room.status).toMatchObject({
    counters: { received: 5_007 },
    dropped: { overload: { crowd: 2, other: 0, vital: 5 } },
  });
  const gap = written.find(({ entry }) => entry.type === "ttlc.Gap");
  expect(JSON.parse(gap?.entry.data as string)).toMatchObject({ why: "overload", count: 7 });
});
