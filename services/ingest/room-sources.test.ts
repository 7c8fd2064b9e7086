import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ConnectError } from "./connect-error.ts";
import type { SourceMessage } from "./raw-message.ts";
import { type Open, type OpenOptions, RoomSources, type RoomSourcesOptions } from "./room-sources.ts";
import type { Closed, Source } from "./source.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const message = (msgId: string): SourceMessage => ({
  ...{ method: "WebcastChatMessage", msgId, isHistory: false, payload: new Uint8Array(), receivedAt: new Date(0) },
  common: {},
});

/** A connection that brings these before it stands; undefined as its room: it never does. */
function opening(streamId: string | undefined, msgIds: string[]) {
  const close = vi.fn(async () => {});
  let given: OpenOptions | undefined;
  const open: Open = async (options) => {
    given = options;
    for (const msgId of msgIds) options.listener.onMessage(message(msgId));
    if (!streamId) throw new ConnectError("SIGN_UNAVAILABLE");
    const closed = new Promise<Closed>(() => {});
    const provider = "euler" as const;
    const source: Source = { provider, streamId, connectedAt: new Date(), closed, pause() {}, resume() {}, close };
    return source;
  };
  return { close, open, say: (msgId: string) => given?.listener.onMessage(message(msgId)) };
}

function follow(primary: Open, backup: Open, options: Partial<RoomSourcesOptions> = {}) {
  const heard: string[] = [];
  const sources = new RoomSources({
    uniqueId: "alice",
    primary: { provider: "direct", open: async (given) => ({ ...(await primary(given)), provider: "direct" }) },
    backup: { provider: "euler", open: backup },
    stallMs: 45_000,
    look: async () => "live",
    ...options,
  });
  const listener = { onMessage: ({ msgId }: SourceMessage) => void heard.push(msgId), onTrouble() {} };
  const opened = sources.open(undefined, listener, new AbortController().signal);
  return { heard, opened };
}

const together = { together: true };

it("hears of a source that joins nothing before it is known to be in the same room", async () => {
  const [direct, euler] = [opening("7001", ["1"]), opening("7001", ["2", "3"])];
  const gate = Promise.withResolvers<void>();
  const late: Open = async (given) => {
    const source = await euler.open(given);
    await gate.promise;
    return source;
  };
  const { heard, opened } = follow(direct.open, late, together);
  await opened;
  await vi.advanceTimersByTimeAsync(100);
  expect(heard).toEqual(["1"]);
  gate.resolve();
  await vi.advanceTimersByTimeAsync(100);
  euler.say("4");
  expect(heard).toEqual(["1", "2", "3", "4"]);
});

it.each([
  ["is in another broadcast", "7002", ["2", "3"]],
  ["says too much before its room is known", "7001", Array.from({ length: 5_001 }, (_, i) => `${i}`)],
])("hears nothing of one that %s, and closes it", async (_, streamId, msgIds) => {
  const [direct, euler] = [opening("7001", ["1"]), opening(streamId, msgIds)];
  const { heard, opened } = follow(direct.open, euler.open, together);
  await opened;
  await vi.advanceTimersByTimeAsync(100);
  euler.say("4");
  expect(heard).toEqual(["1"]);
  expect(euler.close).toHaveBeenCalledTimes(1);
});

it("leaves what the one that failed has brought out of the other's session", async () => {
  const [direct, euler] = [opening(undefined, ["1"]), opening("7002", ["2"])];
  const { heard, opened } = follow(direct.open, euler.open, { afterFailures: 1 });
  expect((await opened).streamId).toBe("7002");
  expect(heard).toEqual(["2"]);
});
