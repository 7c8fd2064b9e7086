import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "moleculer";
import type { ReplaySpeed, ReplayState, ReplayStatus, StoredReplay } from "../../contracts/replay.ts";
import type { PostgresReader } from "../../mixins/postgres-reader.mixin.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { backlog } from "./backlog.ts";
import { readMessages } from "./providers/replay.ts";
import { Rate } from "./rate.ts";
import { Replay } from "./replay.ts";
import { evict, publishedOf, ReplayLog } from "./replay-log.ts";

/** How often a process looks for replays that nobody has, as after a crash. */
const ADOPT_MS = 1_000;
/** How often storage is told how far a replay is, and tells what became of it should that not have been heard. */
const REPORT_MS = 1_000;

/** What is asked of storage. */
export interface ReplayRecords {
  start(wanted: { sessionId?: string; streamId?: string; speed: ReplaySpeed }): Promise<StoredReplay>;
  find(sessionId: string): Promise<StoredReplay | null>;
  open(): Promise<StoredReplay[]>;
  report(report: {
    sessionId: string;
    published: number;
    state: ReplayState;
    reason?: string;
    perSecond?: number;
    reachedAt?: string;
  }): Promise<StoredReplay | null>;
  change(change: { sessionId: string; state?: "running"; speed?: ReplaySpeed }): Promise<StoredReplay | null>;
}

/** What every ingest is told of a replay that somebody changed. */
export type ReplayChange = Pick<StoredReplay, "sessionId" | "state" | "speed">;

export interface ReplaysOptions {
  redis: Commands;
  read: PostgresReader["read"];
  records: ReplayRecords;
  logger: Service["logger"];
  newId(): string;
  /** Tells every ingest. */
  announce(change: ReplayChange): void;
}

interface Running {
  replay: Replay;
  abort: AbortController;
  ended: Promise<void>;
}

/** The replays of this process. Which there are is recorded by storage; each is sent by one process at a time. */
export class Replays {
  readonly #running = new Map<string, Running>();
  #options: ReplaysOptions | undefined;
  #timer: NodeJS.Timeout | undefined;
  #adopting: Promise<void> | undefined;
  #isStopped = false;

  use(options: ReplaysOptions): void {
    this.#options = options;
    const look = () => {
      this.#adopting ??= this.#adopt().finally(() => {
        this.#adopting = undefined;
      });
    };
    this.#timer = setInterval(look, ADOPT_MS);
    look();
  }

  /** Begins a replay, or answers the one of the same that runs or is paused. */
  async start(wanted: Parameters<ReplayRecords["start"]>[0]): Promise<ReplayStatus> {
    const replay = await this.#given.records.start(wanted);
    this.#run(replay);
    return this.#statusOf(replay);
  }

  /** Null when there is no replay of that id. */
  async status(sessionId: string): Promise<ReplayStatus | null> {
    const replay = await this.#given.records.find(sessionId);
    return replay && this.#statusOf(replay);
  }

  /** Ends a replay, whichever process has it. Null when there is no replay of that id. */
  cancel(sessionId: string): Promise<ReplayStatus | null> {
    return this.#halt(sessionId, "cancelled");
  }

  /** Leaves a replay where it is until it is resumed, over restarts; one that is over stays so. Null as with `cancel`. */
  pause(sessionId: string): Promise<ReplayStatus | null> {
    return this.#halt(sessionId, "paused");
  }

  /** Goes on with a replay that was paused. Null as with `cancel`. */
  async resume(sessionId: string): Promise<ReplayStatus | null> {
    const replay = await this.#given.records.change({ sessionId, state: "running" });
    if (!replay) return null;
    this.#run(replay);
    return this.#statusOf(replay);
  }

  /** Has a replay go on at another speed, whichever process has it. Null as with `cancel`. */
  async setSpeed(sessionId: string, speed: ReplaySpeed): Promise<ReplayStatus | null> {
    const replay = await this.#given.records.change({ sessionId, speed });
    if (!replay) return null;
    this.#given.announce(changeOf(replay));
    return this.#statusOf(replay);
  }

  /** What is paused or over goes no further, what runs does so at the speed it is to have. */
  heed({ sessionId, state, speed }: ReplayChange): void {
    const running = this.#running.get(sessionId);
    if (state === "running") running?.replay.setSpeed(speed);
    else running?.abort.abort();
  }

  /** Leaves the replays to another process, or to the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopped = true;
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  get #given(): ReplaysOptions {
    return this.#options as ReplaysOptions;
  }

  async #halt(sessionId: string, state: "paused" | "cancelled"): Promise<ReplayStatus | null> {
    const { records, redis, announce } = this.#given;
    const known = await records.find(sessionId);
    if (!known) return null;
    const { sessionId: id } = known; // as keys have it: who asks may spell it in upper case
    const published = await publishedOf(redis, id).catch(() => 0);
    const replay = await records.report({ sessionId: id, published, state });
    if (!replay) return null;
    announce(changeOf(replay));
    await evict(redis, id);
    return this.#statusOf(replay);
  }

  async #adopt(): Promise<void> {
    const open = await this.#given.records.open().catch(() => []); // storage is away, or not there yet
    for (const replay of open) this.#run(replay);
  }

  #run(replay: StoredReplay): void {
    const { sessionId, state } = replay;
    if (this.#isStopped || state !== "running" || this.#running.has(sessionId)) return;
    const { redis, read, records, logger, newId } = this.#given;
    const abort = new AbortController();
    const log = new ReplayLog(redis, replay, newId());
    const running = new Replay({
      replay,
      log,
      isWanted: async () => (await records.find(sessionId))?.state === "running",
      read: (after) => readMessages(read, replay, after),
      backlog: () => backlog(redis),
      clock: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
      onOutage: (err) => logger.warn({ sessionId, err }, "replay waits"),
    });
    const reporting = this.#report(sessionId, running);
    const ended = this.#follow(replay, running, abort.signal).finally(() => {
      clearInterval(reporting);
      this.#running.delete(sessionId);
    });
    this.#running.set(sessionId, { replay: running, abort, ended });
  }

  /** Runs it to its end and records that. */
  async #follow({ sessionId }: StoredReplay, replay: Replay, signal: AbortSignal): Promise<void> {
    const { records, logger } = this.#given;
    let end: { state: ReplayState; reason?: string };
    try {
      if ((await replay.run(signal)) === "elsewhere") return await this.#leave(sessionId, replay);
      end = { state: "done" };
    } catch (err) {
      if (signal.aborted) return this.#leave(sessionId, replay);
      logger.error({ sessionId, err }, "replay failed");
      end = { state: "failed", reason: "It could not be read or published: see the log of ingest." };
    }
    try {
      await records.report({ ...reportOf(sessionId, replay), ...end });
      logger.info({ sessionId, published: replay.published, state: end.state }, "replay ended");
    } catch (err) {
      logger.warn({ sessionId, err }, "the end of a replay is not recorded yet"); // whoever adopts it finds nothing left
    }
  }

  /** Tells how far it came here: whoever paused it knows less. */
  async #leave(sessionId: string, replay: Replay): Promise<void> {
    if (replay.reachedAt === undefined) return;
    await this.#given.records.report({ ...reportOf(sessionId, replay), state: "running" }).catch(() => {}); // or the next one does
  }

  /** Tells storage how far it is, and heeds what storage answers. */
  #report(sessionId: string, running: Replay): NodeJS.Timeout {
    const rate = new Rate();
    rate.at(running.published, performance.now());
    return setInterval(() => {
      if (running.reachedAt === undefined) return; // nothing sent: perhaps another process has it
      const perSecond = rate.at(running.published, performance.now());
      this.#given.records.report({ ...reportOf(sessionId, running), perSecond, state: "running" }).then(
        (recorded) => recorded && this.heed(recorded),
        () => {}, // told again soon
      );
    }, REPORT_MS);
  }

  /** As storage knows it, with what is published since. */
  async #statusOf(stored: StoredReplay): Promise<ReplayStatus> {
    const {
      parts: _,
      through: __,
      seen: ___,
      perSecond: ____,
      reachedAt: _____,
      reportedAt: ______,
      ...status
    } = stored;
    const published = await publishedOf(this.#given.redis, status.sessionId).catch(() => 0);
    return { ...status, published: Math.max(status.published, published) };
  }
}

const reportOf = (sessionId: string, { published, reachedAt }: Replay) => ({
  sessionId,
  published,
  ...(reachedAt !== undefined && { reachedAt: new Date(reachedAt).toISOString() }),
});

const changeOf = ({ sessionId, state, speed }: StoredReplay): ReplayChange => ({ sessionId, state, speed });
