import { type ConnectionPool, sql, type Transaction } from "@databases/pg";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import type { Entry } from "../../lib/define-service.ts";
import { comparePositions, unpackPosition } from "../../lib/position.ts";
import { decode, encode } from "../../mixins/streams/codec.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import { type FeedSource, readPage } from "../../services/gateway/catch-up.ts";
import { feedSource } from "../../services/gateway/feed-source.ts";
import { boundary, highestPosition } from "../../services/storage/boundary.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { feed } from "../../services/storage/feed.ts";
import { makeEntry, makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";
import { type Random, seeded } from "../support/random.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";

/**
 * The reader rule of DESIGN section 6 on real servers: whatever storage, Redis and the janitor do between any two looks
 * of a reader, it sees every stored event of its room once, in the order of positions.
 */
const SCHEDULES = 100;
const STEPS = 30;
const STREAM = "ttlc:events";
const createGroup = loadScript(new URL("../../mixins/streams/lua/create-group.lua", import.meta.url));

type Entries = Entry<"ttlc:events">[];
/** What the steps of a schedule may do, and how often. */
const moves = { produce: 6, take: 8, end: 8, read: 8, trim: 2, steal: 1, flush: 0.3, restart: 0.1 };

describeDurable("a reader of the feed", () => {
  let server: TestRedis;
  let database: TestDatabase;
  let redis: Redis;
  let db: ConnectionPool;

  beforeAll(async () => {
    [server, database] = await Promise.all([startTestRedis(), createDatabase()]);
    redis = new Redis(server.url, { retryStrategy: () => 20 });
    redis.on("error", () => {});
    db = openPool(database.url);
  });
  afterAll(async () => {
    await redis.quit();
    await db.dispose();
    await server.stop();
    await database.drop();
  });

  it(`sees every stored event once and in order, in ${SCHEDULES} random schedules`, async () => {
    const happened: Record<string, number> = {};
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const world = new World(seed, { redis, db, server });
      await world.run();
      for (const { seen, missed, unwanted } of await world.verdicts()) {
        const verdict = { seed, missed, unwanted, inOrder: isRising(seen) };
        expect(verdict).toEqual({ seed, missed: [], unwanted: [], inOrder: true });
      }
      for (const [what, times] of Object.entries(world.happened)) happened[what] = (happened[what] ?? 0) + times;
    }
    // Else the schedules would show nothing.
    for (const what of [
      "late commit",
      "lost acknowledgement",
      "cancelled",
      "stolen",
      "trimmed",
      "flushed",
      "restarted",
    ]) {
      expect([what, happened[what] ?? 0]).not.toEqual([what, 0]);
    }
  });
});

/** Strictly, so that nothing is in it twice. */
const isRising = (positions: readonly string[]) =>
  positions.every((position, i) => i === 0 || comparePositions(positions[i - 1] as string, position) < 0);

/** A transaction that holds back a batch after its events were inserted, before anything is committed. */
interface Gate {
  id: number;
  pid: number;
  open(): Promise<void>;
}

/** A storage process: takes entries, appends, acknowledges. */
interface Writer {
  name: string;
  gateId: number;
  /** Its last reply or acknowledgement was lost: own pending entries first. */
  drains: boolean;
  batch?: { entries: Entries; gate: Gate; appended: Promise<unknown> };
  /** Stores what the other one stores too, and so has to wait for it. */
  second?: boolean;
}

/** A client of the gateway. */
interface Reader {
  from: string;
  at: string;
  seen: string[];
  /** Wants only what this person did. */
  userId?: string;
}

class World {
  readonly happened: Record<string, number> = {};
  readonly #redis: Redis;
  readonly #db: ConnectionPool;
  readonly #server: TestRedis;
  readonly #random: Random;
  readonly #room: string;
  readonly #log = new EventLog();
  readonly #writers: Writer[] = [1, 2].map((gateId) => ({ name: `w${gateId}`, gateId, drains: false }));
  readonly #readers: Reader[] = [];
  readonly #whoDid = new Map<string, string>();
  readonly #source: FeedSource;
  #reading = false;

  constructor(seed: number, { redis, db, server }: { redis: Redis; db: ConnectionPool; server: TestRedis }) {
    this.#redis = redis;
    this.#db = db;
    this.#server = server;
    this.#random = seeded(seed);
    this.#room = `room ${seed}`;
    this.#source = this.#between(feedSource({ redis, broker: this.#storage(), logger: console } as never));
  }

  async run(): Promise<void> {
    await this.#redis.flushall();
    await this.#makeGroup();
    this.#readers.push({ from: "0-0", at: "0-0", seen: [] });
    for (let step = 0; step < STEPS; step++) {
      await this.#step(["produce", "take", "end", "read", "trim", "steal", "flush", "restart"]);
      if (step === STEPS / 2) {
        const present = await this.#source.present();
        this.#readers.push({ from: present, at: present, seen: [] });
        this.#readers.push({ from: present, at: present, seen: [], userId: viewer(1).userId });
      }
    }
    await this.#settle();
  }

  /** Per reader what it has seen, what of its room it wants, is stored and was not seen, and what else it saw. */
  async verdicts(): Promise<{ seen: string[]; missed: string[]; unwanted: string[] }[]> {
    const rows = await this.#db.query(sql`select position from events where stream_id = ${this.#room} order by 1`);
    const stored = rows.map(({ position }) => unpackPosition(position));
    return this.#readers.map(({ from, seen, userId }) => {
      const wants = (position: string) => userId === undefined || this.#whoDid.get(position) === userId;
      const due = stored.filter((position) => comparePositions(position, from) > 0 && wants(position));
      return {
        seen,
        missed: due.filter((position) => !seen.includes(position)),
        unwanted: seen.filter((position) => !wants(position)),
      };
    });
  }

  /** storage's actions, without a broker between. */
  #storage() {
    const mark = () => boundary(this.#redis as never, this.#db, 0);
    return {
      call: async (action: string, params: never) =>
        action === "storage.boundary" ? { position: unpackPosition(await mark()) } : feed(this.#db, params, mark),
    };
  }

  /** Lets the world go on before and after each look of a reader. */
  #between(source: FeedSource): FeedSource {
    const live = () => this.#step(["produce", "take", "end", "trim", "steal", "flush"]);
    const around =
      <Args extends unknown[], Result>(look: (...args: Args) => Promise<Result>) =>
      async (...args: Args) => {
        if (!this.#reading) return look(...args);
        await live();
        const result = await look(...args);
        await live();
        return result;
      };
    return {
      present: source.present,
      boundary: around(source.boundary),
      stored: around(source.stored),
      entries: around(source.entries),
      oldest: around(source.oldest),
      failed() {},
    };
  }

  async #step(allowed: readonly (keyof typeof moves)[]): Promise<void> {
    let left = (this.#random(10_000) / 10_000) * allowed.reduce((sum, move) => sum + moves[move], 0);
    const move = allowed.find((name) => {
      left -= moves[name];
      return left < 0;
    });
    await this[move ?? "read"]();
  }

  #count(what: string): void {
    this.happened[what] = (this.happened[what] ?? 0) + 1;
  }

  async produce(): Promise<void> {
    for (let i = this.#random(4); i >= 0; i--) {
      const streamId = this.#random(3) === 0 ? "elsewhere" : this.#room;
      const user = viewer(this.#random(3));
      const event = makeEvent("CHAT", { streamId, user });
      const position = await this.#redis.xadd(STREAM, "*", ...encode("ttlc:events", { event }));
      this.#whoDid.set(String(position), user.userId);
    }
  }

  /** A writer that is idle takes a few entries and stores them, or gets as far as the commit. */
  async take(): Promise<void> {
    const writer = this.#writers[this.#random(2)] as Writer;
    if (writer.batch) return;
    const entries = await this.#entriesFor(writer);
    if (entries.length > 0) await this.#append(writer, entries);
  }

  /** The other one's pending entries too: both store the same. */
  async steal(): Promise<void> {
    const thief = this.#writers.find(({ batch }) => !batch);
    if (!thief || this.#inFlight().length === 0) return;
    const [, taken] = (await this.#redis.xautoclaim(STREAM, "storage", thief.name, 0, "0", "COUNT", 5)) as [
      string,
      [string, string[]][],
    ];
    if (taken.length === 0) return;
    this.#count("stolen");
    thief.second = true;
    await this.#hang(thief, taken.map(toEntry));
  }

  async #entriesFor(writer: Writer): Promise<Entries> {
    const reply = (await this.#redis.xreadgroup(
      ...(["GROUP", "storage", writer.name, "COUNT", 1 + this.#random(5), "STREAMS", STREAM] as const),
      writer.drains ? "0" : ">",
    )) as [string, [string, string[]][]][] | null;
    const entries = reply?.[0]?.[1] ?? [];
    if (entries.length === 0) writer.drains = false;
    return entries.map(toEntry);
  }

  async #append(writer: Writer, entries: Entries): Promise<void> {
    if (this.#random(3) === 0) {
      await this.#log.append(this.#db, entries);
      return this.#acknowledge(writer, entries);
    }
    await this.#hang(writer, entries);
  }

  /** Appends, but not as far as the commit. */
  async #hang(writer: Writer, entries: Entries): Promise<void> {
    const gate = await closedGate(this.#db, writer.gateId);
    const appended = this.#log.append(this.#db, [...entries, throughGate(gate, entries)]).catch((error) => error);
    writer.batch = { entries, gate, appended };
    while ((await this.#waiting()) < this.#inFlight().length);
  }

  #inFlight(): Writer[] {
    return this.#writers.filter(({ batch }) => batch);
  }

  /** Writers that wait for a lock. */
  async #waiting(): Promise<number> {
    const rows = await asOwner(this.#db, (tx) =>
      tx.query(sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    );
    return rows.length;
  }

  /** A batch that hangs before its commit is committed, or cancelled; then acknowledged, unless that is lost. */
  async end(): Promise<void> {
    const writer = this.#writers[this.#random(2)] as Writer;
    if (!writer.batch || (writer.second && this.#inFlight().length > 1)) return;
    const { entries, gate, appended } = writer.batch;
    const cancelled = this.#random(4) === 0;
    if (cancelled) {
      this.#count("cancelled");
      while ((await this.#cancel(gate)).length === 0); // a second one may not have come to its gate yet
      await appended;
    }
    await gate.open();
    const outcome = await appended;
    delete writer.batch;
    delete writer.second;
    if (outcome instanceof Error !== cancelled) throw outcome;
    this.#count("late commit");
    if (cancelled) writer.drains = true;
    else await this.#acknowledge(writer, entries);
  }

  #cancel({ pid }: Gate): Promise<unknown[]> {
    const waiting = sql`select pg_cancel_backend(pid) from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))`;
    return asOwner(this.#db, (tx) => tx.query(waiting));
  }

  async #acknowledge(writer: Writer, entries: Entries): Promise<void> {
    if (this.#random(4) === 0) {
      this.#count("lost acknowledgement");
      writer.drains = true;
    } else await this.#redis.xack(STREAM, "storage", ...entries.map(({ id }) => id));
  }

  /** What the janitor does: nothing goes that the group has not done with. */
  async trim(): Promise<void> {
    const [group] = ((await this.#redis.xinfo("GROUPS", STREAM)) as unknown[][]).map(pairs);
    const [, oldestPending] = (await this.#redis.xpending(STREAM, "storage")) as [number, string | null];
    const removed = await this.#redis.xtrim(STREAM, "MINID", oldestPending ?? String(group?.["last-delivered-id"]));
    if (removed > 0) this.#count("trimmed");
  }

  /** Redis comes back with nothing. */
  async flush(): Promise<void> {
    this.#count("flushed");
    await this.#redis.flushall();
    await this.#makeGroup();
  }

  async restart(): Promise<void> {
    this.#count("restarted");
    await this.#server.kill("SIGTERM"); // kill -9 may cost what appendfsync everysec still held back
    await this.#server.start();
    await this.#redis.ping();
  }

  async read(): Promise<void> {
    const reader = this.#readers[this.#random(this.#readers.length)] as Reader;
    await this.#readOn(reader, 1 + this.#random(4));
  }

  async #readOn(reader: Reader, limit: number, lively = true): Promise<boolean> {
    const through = await this.#source.present();
    if (comparePositions(reader.at, through) >= 0) return false;
    this.#reading = lively;
    try {
      const page = await readPage(
        this.#source,
        { streamId: this.#room, userId: reader.userId, view: "whole" },
        { after: reader.at, through, limit },
      );
      reader.seen.push(...page.items.map(({ position }) => position));
      reader.at = page.position;
    } catch (error) {
      if ((error as { type?: string }).type !== "OUTAGE") throw error; // storage waited for a batch that hangs
    } finally {
      this.#reading = false;
    }
    return true;
  }

  /** Everything ends well: all is stored and read. */
  async #settle(): Promise<void> {
    const batches = this.#inFlight().map(({ batch }) => batch);
    await Promise.all(batches.map((batch) => batch?.gate.open()));
    await Promise.all(batches.map((batch) => batch?.appended));
    await this.produce(); // what was stored after Redis lost it is below the present again
    for (const writer of this.#writers) {
      writer.drains = true;
      for (;;) {
        const drained = !writer.drains;
        const entries = await this.#entriesFor(writer);
        if (entries.length > 0) {
          await this.#log.append(this.#db, entries);
          await this.#redis.xack(STREAM, "storage", ...entries.map(({ id }) => id));
        } else if (drained) break;
      }
    }
    for (const reader of this.#readers) while (await this.#readOn(reader, 50, false));
  }

  async #makeGroup(): Promise<void> {
    await createGroup(this.#redis, [STREAM], ["storage", unpackPosition(await highestPosition(this.#db))]);
  }
}

const toEntry = ([id, words]: [string, string[]]): Entry<"ttlc:events"> => ({
  id,
  message: decode(STREAM, words),
});

/** Waits for the row of a gift streak that the gate has locked: the first row a writer takes after its events. */
function throughGate({ id }: Gate, entries: Entries): Entry<"ttlc:events"> {
  const event: UnifiedEvent = makeEvent("GIFT", {
    streamId: "gate",
    payload: { streakId: sha256(`gate ${id}`), streakState: "progress" },
  });
  return { ...makeEntry(event), id: entries.at(-1)?.id as string };
}

async function closedGate(db: ConnectionPool, id: number): Promise<Gate> {
  const streakId = sha256(`gate ${id}`);
  await db.query(sql`insert into gift_streaks values (${streakId}, 'gate', null, 0, 0) on conflict do nothing`);
  const closed = Promise.withResolvers<number>();
  const opening = Promise.withResolvers<void>();
  const ended = db.tx(async (tx: Transaction) => {
    const [row] = await tx.query(sql`
      select pg_backend_pid() as pid from gift_streaks where streak_id = ${streakId} for update`);
    closed.resolve(row.pid);
    await opening.promise;
  });
  return {
    id,
    pid: await closed.promise,
    async open() {
      opening.resolve();
      await ended;
    },
  };
}
