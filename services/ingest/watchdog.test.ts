import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Sight } from "./liveness.ts";
import type { Closed, Source, SourceListener } from "./source.ts";
import { Watchdog } from "./watchdog.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const message = { method: "WebcastChatMessage" } as never;

/** A watched connection, and what it ended in. */
async function watched(watchdog: Watchdog) {
  let listener: SourceListener | undefined;
  let end: (closed: Closed) => void = () => {};
  const source = await watchdog.watch(
    async (given) => {
      listener = given;
      const closed = new Promise<Closed>((resolve) => {
        end = resolve;
      });
      return { closed, pause() {}, resume() {}, close: async () => {} } as unknown as Source;
    },
    { onMessage() {}, onTrouble() {} },
  );
  let closed: Closed | undefined;
  void source.closed.then((how) => {
    closed = how;
  });
  return { source, listener: listener as SourceListener, end, closed: () => closed };
}

const create = (sight: Sight = "live") => new Watchdog({ stallMs: 45_000, look: async () => sight });
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

it("closes a connection that brings nothing for 45 seconds, and says why", async () => {
  const { listener, closed } = await watched(create());
  for (let i = 0; i < 5; i++) {
    await pass(20);
    listener.onFrame?.();
  }
  await pass(44);
  expect(closed()).toBeUndefined();
  await pass(12);
  expect(closed()).toMatchObject({ code: 4006, streamEnded: false, error: { code: "STALLED" } });
});

it("leaves a connection alone that its owner has paused", async () => {
  const { source, closed } = await watched(create());
  source.pause();
  await pass(600);
  expect(closed()).toBeUndefined();
  source.resume();
  await pass(40);
  expect(closed()).toBeUndefined();
});

it.each([
  ["live", 4006],
  ["offline", 4006],
  ["paused", undefined],
  ["unknown", undefined],
] as const)("when only heartbeats come and the pages say %s, it ends with %s", async (sight, code) => {
  const { listener, closed } = await watched(create(sight));
  for (let i = 0; i < 25; i++) {
    await pass(10);
    listener.onFrame?.();
  }
  expect(closed()?.code).toBe(code);
});

it("gives a room more time that is silent again and again, until a message comes", async () => {
  const watchdog = create();
  const secondsUntilClosed = async () => {
    const { closed } = await watched(watchdog);
    for (let seconds = 0; ; seconds += 15) {
      if (closed()) return seconds;
      await pass(15);
    }
  };
  const first = await secondsUntilClosed();
  const second = await secondsUntilClosed();
  expect([first, second]).toEqual([expect.toBeOneOf([45, 60]), expect.toBeOneOf([90, 105])]);
  const { listener, end } = await watched(watchdog);
  listener.onMessage(message);
  end({ code: 1006, reason: "cut", streamEnded: false });
  expect(await secondsUntilClosed()).toBe(first);
});
