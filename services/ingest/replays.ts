import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "moleculer";
import type { ReplaySpeed, ReplayState, ReplayStatus, StoredReplay } from "../../contracts/replay.ts";
import type { PostgresReader } from "../../mixins/postgres-reader.mixin.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { backlog } from "./backlog.ts";
import { readMessages } from "./providers/replay.ts";
import { Replay } from "./replay.ts";
import { evict, publishedOf, ReplayLog } from "./replay-log.ts";

/** How often a process looks for replays that nobody has, as after a crash. */
const ADOPT_MS = 1_000;
/** How often storage is told how far a replay is. */
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
  }): Promise<StoredReplay | null>;
}

export interface ReplaysOptions {
  redis: Commands;
  read: PostgresReader["read"];
  records: ReplayRecords;
  logger: Service["logger"];
  newId(): string;
  /** Tells every ingest that a replay is cancelled. */
  announceCancel(sessionId: string): void;
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

  /** Begins a replay, or answers the one of the same that runs. */
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
  async cancel(sessionId: string): Promise<ReplayStatus | null> {
    const { records, redis, announceCancel } = this.#given;
    const known = await records.find(sessionId);
    if (!known) return null;
    const { sessionId: id } = known; // as keys have it: who asks may spell it in upper case
    const published = await publishedOf(redis, id).catch(() => 0);
    const replay = await records.report({ sessionId: id, published, state: "cancelled" });
    if (!replay) return null;
    announceCancel(id);
    await evict(redis, id);
    return this.#statusOf(replay);
  }

  /** What is cancelled goes no further. */
  abort(sessionId: string): void {
    this.#running.get(sessionId)?.abort.abort();
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

  async #adopt(): Promise<void> {
    const open = await this.#given.records.open().catch(() => []); // storage is away, or not there yet
    for (const replay of open) this.#run(replay);
  }

  #run(replay: StoredReplay): void {
    const { sessionId } = replay;
    if (this.#isStopped || this.#running.has(sessionId)) return;
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
      onProgress: this.#reporter(sessionId, abort),
      onOutage: (err) => logger.warn({ sessionId, err }, "replay waits"),
    });
    const ended = this.#follow(replay, running, abort.signal).finally(() => this.#running.delete(sessionId));
    this.#running.set(sessionId, { replay: running, abort, ended });
  }

  /** Runs it to its end and records that. */
  async #follow({ sessionId }: StoredReplay, replay: Replay, signal: AbortSignal): Promise<void> {
    const { records, logger } = this.#given;
    let end: { state: ReplayState; reason?: string };
    try {
      if ((await replay.run(signal)) === "elsewhere") return;
      end = { state: "done" };
    } catch (err) {
      if (signal.aborted) return;
      logger.error({ sessionId, err }, "replay failed");
      end = { state: "failed", reason: "It could not be read or published: see the log of ingest." };
    }
    try {
      await records.report({ sessionId, published: replay.published, ...end });
      logger.info({ sessionId, published: replay.published, state: end.state }, "replay ended");
    } catch (err) {
      logger.warn({ sessionId, err }, "the end of a replay is not recorded yet"); // whoever adopts it finds nothing left
    }
  }

  /** Tells storage now and then; and learns that way that the replay was cancelled, should that not have been heard. */
  #reporter(sessionId: string, abort: AbortController): (published: number) => void {
    let toldAt = performance.now();
    return (published) => {
      if (performance.now() - toldAt < REPORT_MS) return;
      toldAt = performance.now();
      this.#given.records.report({ sessionId, published, state: "running" }).then(
        (recorded) => recorded?.state !== "running" && abort.abort(),
        () => {}, // told again soon
      );
    };
  }

  /** As storage knows it, with what is published since. */
  async #statusOf({ parts: _, through: __, seen: ___, ...status }: StoredReplay): Promise<ReplayStatus> {
    const published = await publishedOf(this.#given.redis, status.sessionId).catch(() => 0);
    return { ...status, published: Math.max(status.published, published) };
  }
}
