import { beforeEach, describe, expect, it } from "vitest";
import type { ReplayPlace, ReplaySpeed, StoredReplay } from "../../contracts/replay.ts";
import { OutageError } from "../../lib/errors.ts";
import { comparePlaces, placeOf } from "../../lib/replay-order.ts";
import type { ReplayMessage } from "./providers/replay.ts";
import { Replay, type ReplayOptions } from "./replay.ts";
import { MovedError, NotOwnerError } from "./replay-log.ts";

const START: ReplayPlace = { seqNo: -1, eventId: "" };
const place = (seqNo: number): ReplayPlace => ({ seqNo, eventId: String(seqNo) });

/** Received at these times, in ms. */
const stored = (...times: number[]): ReplayMessage[] =>
  times.map((received_ms, i) => ({
    ...{ seq_no: String(i), event_id: String(i), received_ms, timestamp_ms: 0 },
    ...{ facts: "false|direct|json|T:", data: "data" },
  }));

/** Redis and Postgres as lists, and a clock that only sleeping moves. */
class World {
  now = 1_000;
  at = START;
  sent: { seqNo: number; at: number }[] = [];
  reads: ReplayPlace[] = [];
  outages = 0;
  /** Thrown by the next appends, after (true) or before the messages are on the stream. */
  faults: { error: Error; after: boolean }[] = [];
  backlogs: number[] = [];
  owner = true;
  wanted = true;
  renewals = 0;

  options(messages: ReplayMessage[], speed: ReplaySpeed, pageSize = 2): ReplayOptions {
    return {
      replay: { speed, seen: START, published: 0 } as StoredReplay,
      log: {
        claim: async () => (this.owner ? this.at : null),
        append: async (batch, after) => {
          if (!this.owner) throw new NotOwnerError();
          const fault = this.faults.shift();
          if (fault && !fault.after) throw fault.error;
          const last = placeOf(batch.at(-1) as ReplayMessage);
          if (comparePlaces(last, this.at) !== 0) {
            if (comparePlaces(after, this.at) !== 0) throw new MovedError(this.at);
            this.sent.push(...batch.map((message) => ({ seqNo: Number(message.seq_no), at: this.now })));
            this.at = last;
          }
          if (fault) throw fault.error;
          return this.sent.length;
        },
        renew: async () => {
          this.renewals++;
          return this.sent.length;
        },
        release: async () => {},
      },
      isWanted: async () => this.wanted,
      read: async (after) => {
        this.reads.push(after);
        return messages.filter((message) => comparePlaces(placeOf(message), after) > 0).slice(0, pageSize);
      },
      backlog: async () => this.backlogs.shift() ?? 0,
      clock: {
        now: () => this.now,
        sleep: async (ms) => {
          this.now += ms;
        },
      },
      onOutage: () => {
        this.outages++;
      },
    };
  }
}

describe("a replay", () => {
  let world: World;
  const { signal } = new AbortController();
  const run = (messages: ReplayMessage[], speed: ReplaySpeed = "max") =>
    new Replay(world.options(messages, speed)).run(signal);
  const order = () => world.sent.map(({ seqNo }) => seqNo);

  beforeEach(() => {
    world = new World();
  });

  it("sends every message once, in order, page by page", async () => {
    expect(await run(stored(0, 0, 0, 0, 0))).toBe("over");
    expect(order()).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    { speed: 1, times: [0, 400, 10_000, 130_000] },
    { speed: 5, times: [0, 80, 2_000, 26_000] },
    { speed: 20, times: [0, 20, 500, 6_500] },
    { speed: "max" as const, times: [0, 0, 0, 0] },
  ])("at speed $speed keeps the spacing in which they were received", async ({ speed, times }) => {
    await run(stored(50_000, 50_400, 60_000, 180_000), speed);
    expect(world.sent.map(({ at }) => at - 1_000)).toEqual(times);
  });

  it("says that it still is there while nothing is due", async () => {
    await run(stored(0, 60_000), 1);
    expect(world.renewals).toBe(40);
  });

  it("goes on at another speed as soon as it is told, also in the middle of a wait", async () => {
    const options = world.options(stored(0, 3_600_000, 3_601_000), 1);
    const replay = new Replay(options);
    options.clock.sleep = async (ms) => {
      world.now += ms;
      if (world.now > 601_000) replay.setSpeed(20);
    };
    await replay.run(signal);
    const [first, second, third] = world.sent.map(({ at }) => at);
    expect([first, third]).toEqual([1_000, (second as number) + 50]);
    expect(second).toBeGreaterThan(601_000 + 3_000_000 / 20 - 2_000);
    expect(second).toBeLessThan(601_000 + 3_000_000 / 20 + 2_000);
  });

  it("knows the room's time of what it sent last", async () => {
    const messages = stored(0, 0, 0).map((message, i) => ({ ...message, timestamp_ms: 500 - i * 100 }));
    const replay = new Replay(world.options(messages, "max"));
    expect(replay.reachedAt).toBeUndefined();
    await replay.run(signal);
    expect(replay.reachedAt).toBe(500);
  });

  it("waits while those who handle it are behind", async () => {
    world.backlogs = [0, 500, 300, 201, 199];
    await run(stored(0, 0, 0, 0));
    expect(world.sent.map(({ at }) => at - 1_000)).toEqual([0, 0, 15, 15]);
  });

  it.each([false, true])("sends a message once although Redis went away with it (appended: %s)", async (after) => {
    world.faults = [{ error: new OutageError("Redis"), after }];
    expect(await run(stored(0, 0, 0))).toBe("over");
    expect(order()).toEqual([0, 1, 2]);
    expect(world.outages).toBe(1);
  });

  it("notices that a message was not taken before it waits for the next one to be due", async () => {
    world.faults = [{ error: new OutageError("Redis"), after: false }];
    await run(stored(0, 3_600_000), 1);
    expect(world.sent[0]?.at).toBeLessThan(2_000);
    expect(order()).toEqual([0, 1]);
  });

  it("goes on where it was left", async () => {
    world.at = place(2);
    await run(stored(0, 0, 0, 0, 0));
    expect(order()).toEqual([3, 4]);
  });

  it("goes on where Redis has it, when that lost what it had confirmed", async () => {
    const options = world.options(stored(0, 0, 0, 0), "max");
    const { append } = options.log;
    let calls = 0;
    options.log.append = (batch, after, now) => {
      if (++calls === 2) world.at = place(0); // of 0 and 1 the second is lost
      return append(batch, after, now);
    };
    expect(await new Replay(options).run(signal)).toBe("over");
    expect(order()).toEqual([0, 1, 1, 2, 3]);
  });

  it("leaves it to the process that has it", async () => {
    world.owner = false;
    expect(await run(stored(0))).toBe("elsewhere");
    expect(order()).toEqual([]);
  });

  it("does not begin what was cancelled while it was claimed", async () => {
    world.wanted = false;
    expect(await run(stored(0))).toBe("elsewhere");
    expect(order()).toEqual([]);
  });

  it("ends when it is taken away", async () => {
    const options = world.options(stored(0, 0, 0, 0), "max");
    const { append } = options.log;
    options.log.append = async (...batch) => {
      const published = await append(...batch);
      world.owner = false;
      return published;
    };
    expect(await new Replay(options).run(signal)).toBe("elsewhere");
    expect(order()).toEqual([0, 1]);
  });

  it("ends when it is cancelled, also while it waits", async () => {
    const abort = new AbortController();
    const options = world.options(stored(0, 3_600_000), 1);
    options.clock.sleep = async (_, signal) => {
      abort.abort();
      signal.throwIfAborted();
    };
    await expect(new Replay(options).run(abort.signal)).rejects.toThrow("aborted");
    expect(order()).toEqual([0]);
  });

  it("fails of what no waiting helps", async () => {
    world.faults = [{ error: new Error("WRONGTYPE"), after: false }];
    await expect(run(stored(0))).rejects.toThrow("WRONGTYPE");
  });
});
