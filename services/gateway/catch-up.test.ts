import { describe, expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { comparePositions } from "../../lib/position.ts";
import { FakeResponse } from "../../test/support/fake-response.ts";
import { type FeedSource, type PositionedEvent, type Range, readPage } from "./catch-up.ts";
import { SseOutlet } from "./feed-outlet.ts";
import { LiveFeed } from "./live-feed.ts";
import type { Wish } from "./wish.ts";

const wish: Wish = { streamId: "r1", view: "whole" };

/** Random numbers that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const turn = () => new Promise(setImmediate);

/**
 * A pipeline in one thread: a stream that is appended to and trimmed, a storage whose batches commit in any order, a
 * tail that lags and is cut off. Every look at it lets it live on a little, before and after.
 */
class World implements FeedSource {
  readonly all: PositionedEvent[] = [];
  /** Positions that storage has committed. */
  readonly #committed = new Set<string>();
  readonly #random: () => number;
  readonly feed = new LiveFeed({ coalesceMs: 0, pageSize: 3 });
  #inStream: PositionedEvent[] = [];
  readonly #batches: PositionedEvent[][] = [];
  #delivered = 0;
  #tailed = 0;
  #clock = 1;
  #cutOff = false;
  #still = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  act(): void {
    if (this.#still) return;
    const turn = this.#random();
    if (turn < 0.35) this.#append();
    else if (turn < 0.5) this.#takeBatch();
    else if (turn < 0.65) this.#commit(this.#random());
    else if (turn < 0.75) this.#trim();
    else if (turn < 0.95) this.#tail();
    else this.#cutOffTail();
  }

  /** Nothing new happens, and all that is under way comes to its end. */
  async settle(): Promise<void> {
    this.#still = true;
    while (this.#batches.length > 0) this.#commit(0);
    while (this.#cutOff) await turn();
    while (this.#tailed < this.all.length) this.#tail();
    for (let i = 0; i < 50; i++) await turn();
  }

  #append(): void {
    if (this.all.length === 400) return; // else it outruns those who catch up
    this.#clock += 1 + Math.floor(this.#random() * 3);
    const event = { streamId: this.#random() < 0.7 ? "r1" : "r2", source: "live", seqNo: this.all.length };
    const item = { position: `${this.#clock}-${Math.floor(this.#random() * 2)}`, event: event as UnifiedEvent };
    this.all.push(item);
    this.#inStream.push(item);
  }

  #takeBatch(): void {
    const batch = this.all.slice(this.#delivered, this.#delivered + 4);
    this.#delivered += batch.length;
    if (batch.length > 0) this.#batches.push(batch);
  }

  #commit(which: number): void {
    const [batch = []] = this.#batches.splice(Math.floor(which * this.#batches.length), 1);
    for (const { position } of batch) this.#committed.add(position);
  }

  #trim(): void {
    const boundary = this.#boundary();
    const keepFrom = Math.floor(this.#random() * this.#inStream.length);
    this.#inStream = this.#inStream.filter(
      ({ position }, i) => i >= keepFrom || comparePositions(position, boundary) > 0,
    );
  }

  #tail(): void {
    if (this.#cutOff) return;
    const next = this.all.slice(this.#tailed, this.#tailed + 1 + Math.floor(this.#random() * 4));
    this.#tailed += next.length;
    this.feed.deliver(next.map(({ position, event }) => ({ id: position, message: { event } })));
  }

  /** Entries pass by; then the tail catches up, as the streams mixin has it do, and reads on a little before. */
  #cutOffTail(): void {
    if (this.#cutOff) return;
    this.#cutOff = true;
    const resumeAt = this.all.length;
    void this.feed.catchUp(this).then(() => {
      this.#tailed = Math.max(0, resumeAt - 2);
      this.#cutOff = false;
    });
  }

  #boundary(): string {
    const before = (position: string) => {
      const index = this.all.findIndex((item) => item.position === position);
      return this.all[index - 1]?.position ?? "0-0";
    };
    const pending = this.#batches.flat().sort((a, b) => comparePositions(a.position, b.position))[0];
    const low = pending ? before(pending.position) : (this.all[this.#delivered - 1]?.position ?? "0-0");
    const first = this.#inStream[0];
    const floor = first ? before(first.position) : low;
    return comparePositions(low, floor) > 0 ? low : floor;
  }

  async #look<Result>(see: () => Result): Promise<Result> {
    for (let turns = this.#random() * 3; turns > 1; turns--) this.act();
    const result = see();
    await Promise.resolve();
    for (let turns = this.#random() * 3; turns > 1; turns--) this.act();
    return result;
  }

  present = () => this.#look(() => this.all.at(-1)?.position ?? "0-0");
  boundary = () => this.#look(() => this.#boundary());
  stored = (streamId: string, range: Range) =>
    this.#look(() =>
      cut(
        this.all.filter(({ position, event }) => event.streamId === streamId && this.#committed.has(position)),
        range,
      ),
    );
  oldest = () => this.#look(() => this.#inStream[0]?.position ?? null);
  entries = (range: Range) => this.#look(() => cut(this.#inStream, range));
  failed = (error: unknown) => {
    throw error;
  };
}

function cut(items: PositionedEvent[], { after, through, limit }: Range) {
  const within = items.filter(
    ({ position }) => comparePositions(position, after) > 0 && comparePositions(position, through) <= 0,
  );
  const some = within.slice(0, limit);
  return { items: some, next: some.length < limit ? null : (some.at(-1)?.position ?? null) };
}

/** A listener that loses its connection now and then and comes back with the last id it saw. */
class Person {
  readonly seen: number[] = [];
  readonly #world: World;
  #response = new FakeResponse();
  #after: string;

  constructor(world: World, after: string) {
    this.#world = world;
    this.#after = after;
    this.#connect();
  }

  reconnect(): void {
    this.#response.destroy();
    this.collect();
    this.#connect();
  }

  collect(): void {
    for (const { id, event, data } of this.#response.frames) {
      if (event === "gap") throw new Error(`lost ${JSON.stringify(data)}`);
      if (event === "batch") this.seen.push(...data.map(({ seqNo }: UnifiedEvent) => seqNo));
      if (id) this.#after = id;
    }
    this.#response.text = "";
  }

  #connect(): void {
    this.#response = new FakeResponse();
    const who = { uniqueId: null, simulated: null, channelId: null, scope: {}, stillAllowed: async () => true };
    const listener = { ...who, wish, follows: false, source: this.#world };
    this.#world.feed.connect(new SseOutlet(this.#response.asResponse), listener, this.#after, undefined);
  }
}

describe("readPage", () => {
  const source = (changes: Partial<FeedSource>): FeedSource => ({
    present: async () => "9-0",
    boundary: async () => "0-0",
    stored: async () => ({ items: [], next: null }),
    entries: async () => ({ items: [], next: null }),
    oldest: async () => null,
    failed() {},
    ...changes,
  });
  const range = { after: "3-0", through: "9-0", limit: 10 };

  it("takes from Postgres what lies below the boundary, and says how far that was", async () => {
    const stored = async (_: string, { through }: Range) => ({
      items: [{ position: "4-0", event: { streamId: "r1", source: "live", sessionId: through } as UnifiedEvent }],
      next: null,
    });
    const page = await readPage(source({ boundary: async () => "6-0", stored }), wish, range);
    expect(page).toMatchObject({ items: [{ event: { sessionId: "6-0" } }], position: "6-0" });
  });

  it("turns to Postgres when the boundary passed by while the stream was read", async () => {
    const boundaries = ["2-0", "5-0"];
    const page = await readPage(source({ boundary: async () => boundaries.shift() as string }), wish, range);
    expect(page.position).toBe("5-0");
  });

  it("examined all of the range when there was nothing in it", async () => {
    expect(await readPage(source({}), wish, range)).toEqual({ items: [], position: "9-0", lost: false });
  });

  it("stops at a full page", async () => {
    const entries = async () => ({ items: [], next: "7-0" });
    expect(await readPage(source({ entries }), wish, range)).toEqual({ items: [], position: "7-0", lost: false });
  });
});

describe("whoever comes and goes, whenever, sees every event once and in order", () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))("seed %i", async (seed) => {
    const random = randomOf(seed);
    const world = new World(random);
    for (let i = 0; i < 20; i++) world.act();
    await world.feed.catchUp(world);
    const people: { person: Person; after: string }[] = [];
    for (let i = 0; i < 300; i++) {
      world.act();
      if (random() < 0.02) {
        const after = world.all[Math.floor(random() * world.all.length)]?.position ?? "0-0";
        people.push({ person: new Person(world, after), after });
      }
      if (random() < 0.05) people[Math.floor(random() * people.length)]?.person.reconnect();
      if (random() < 0.3) await Promise.resolve();
      if (random() < 0.02) await turn();
    }
    await world.settle();
    world.feed.close();
    for (const { person, after } of people) {
      person.collect();
      const due = world.all.filter(
        ({ position, event }) => event.streamId === "r1" && comparePositions(position, after) > 0,
      );
      expect(person.seen).toEqual(due.map(({ event }) => event.seqNo));
    }
  });
});
