import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionPool } from "@databases/pg";
import type { Service } from "moleculer";
import type { RedriveAnswer, RedriveRequest } from "../../contracts/letters.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { isPosition, packPosition, unpackPosition } from "../../lib/position.ts";
import * as jobs from "./letter-jobs.ts";
import { parcels } from "./letter-parcels.ts";
import { takerOf } from "./letter-taker.ts";

/** How often a process looks for jobs that nobody works on: new ones, and those of a process that died. */
const ADOPT_MS = 1_000;
/** Claimed at once, at most; fewer where that is more than a quarter of a second's. */
const MOST = 500;
const DISCARDED_AT_ONCE = 1_000;

const outage = { initialMs: 100, maxMs: 2_000, multiplier: 2, jitter: 0.2 };

interface Options {
  db: ConnectionPool;
  /** Names this process among those that work on jobs. */
  owner: string;
  /** The action `redrive` of a service. Rejects with an outage while it is away, with PoisonMessageError if it has none. */
  send(service: string, request: RedriveRequest): Promise<RedriveAnswer>;
  logger: Service["logger"];
}

interface Running {
  abort: AbortController;
  ended: Promise<void>;
}

/** Works on the jobs of the table `letter_jobs`, each by one process at a time; what one leaves, another finishes. */
export class LetterRunner {
  readonly #running = new Map<string, Running>();
  #options: Options | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  use(options: Options): void {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), ADOPT_MS);
  }

  /** Begins what is there to be done; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#adopt().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Leaves the jobs to another process, or to the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    if (this.#options) await jobs.leaveJobs(this.#options.db, this.#options.owner).catch(() => {}); // they expire by themselves
  }

  get #given(): Options {
    return this.#options as Options;
  }

  async #adopt(): Promise<void> {
    if (this.#isStopped || !this.#options) return;
    const { db, owner } = this.#given;
    const adopted = await jobs.adoptJobs(db, owner).catch(() => []); // Postgres is away: later
    for (const job of adopted) {
      if (this.#running.has(job.id)) continue;
      const abort = new AbortController();
      const ended = this.#follow(job, abort.signal).finally(() => this.#running.delete(job.id));
      this.#running.set(job.id, { abort, ended });
    }
  }

  /** Runs a job to its end and records that. */
  async #follow(job: jobs.OwnedJob, signal: AbortSignal): Promise<void> {
    const { db, logger } = this.#given;
    try {
      const isOver = job.kind === "redrive" ? await this.#redrive(job, signal) : await this.#discard(job, signal);
      if (!isOver) return;
      await this.#patiently(job, signal, () => jobs.endJob(db, job, { state: "done" }));
      logger.info({ job: job.id, kind: job.kind }, "dead letters are dealt with");
    } catch (err) {
      if (signal.aborted) return;
      logger.error({ job: job.id, err }, "a job of dead letters failed");
      const end = { state: "failed" as const, reason: "It came to a fault of ttlc: see the log of storage." };
      await jobs.endJob(db, job, end).catch(() => {}); // adopted again, it comes to the same
    }
  }

  /** Resolves with false when the job is not to be gone on with. */
  async #redrive(job: jobs.OwnedJob, signal: AbortSignal): Promise<boolean> {
    const { db, owner } = this.#given;
    const rate = job.rate ?? Number.POSITIVE_INFINITY;
    const most = Math.max(1, Math.min(MOST, Math.ceil(rate / 4)));
    let dueAt = performance.now();
    let letters = await this.#patiently(job, signal, () => jobs.lettersOf(db, job));
    for (;;) {
      await this.#sendBack(job, letters, signal);
      dueAt = Math.max(dueAt, performance.now()) + (letters.length / rate) * 1_000;
      await sleep(Math.max(0, dueAt - performance.now()), undefined, { signal });
      const next = await this.#patiently(job, signal, () => jobs.takeLetters(db, job, owner, most));
      if (next === null) return false;
      if (next.length === 0) return true;
      letters = next;
    }
  }

  async #sendBack(job: jobs.OwnedJob, letters: readonly jobs.TakenLetter[], signal: AbortSignal): Promise<void> {
    const { db } = this.#given;
    for (const parcel of parcels(letters, takerOf)) {
      const refused = await this.#deliver(job, parcel, signal);
      await this.#patiently(job, signal, () => jobs.settleLetters(db, job, parcel.positions, refused));
    }
  }

  /** What was refused, by position. */
  async #deliver(
    job: jobs.OwnedJob,
    { taker, positions }: ReturnType<typeof parcels>[number],
    signal: AbortSignal,
  ): Promise<Map<string, string>> {
    const { db, send, logger } = this.#given;
    if ("error" in taker) return new Map(positions.map((position) => [position, taker.error]));
    try {
      const { refused } = await this.#patiently(job, signal, async () => {
        const letters = (await jobs.contentOf(db, positions)).map(({ position, entry_id, destination, payload }) => ({
          id: unpackPosition(position),
          ...(isPosition(entry_id ?? "") && { entryId: entry_id as string }),
          ...(destination !== null && { destination }),
          payload,
        }));
        return send(taker.service, { run: job.id, letters });
      });
      return new Map(refused.map(({ id, error }) => [String(packPosition(id)), error]));
    } catch (err) {
      if (signal.aborted) throw err;
      logger.error({ job: job.id, service: taker.service, err }, "dead letters were refused as a whole");
      const why = err instanceof PoisonMessageError ? err.message : `${taker.service} failed: see the log of storage`;
      return new Map(positions.map((position) => [position, why]));
    }
  }

  async #discard(job: jobs.OwnedJob, signal: AbortSignal): Promise<boolean> {
    const { db, owner } = this.#given;
    for (;;) {
      const count = await this.#patiently(job, signal, () => jobs.discardLetters(db, job, owner, DISCARDED_AT_ONCE));
      if (count === null) return false;
      if (count === 0) return true;
    }
  }

  /** Tries again while Postgres or the service that takes letters back is away, and says so in the job. */
  async #patiently<Result>(job: jobs.OwnedJob, signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    const { db, owner, logger } = this.#given;
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await task();
      } catch (err) {
        if (!isOutage(err) && !isRetryable(err)) throw err;
        if (attempt === 0) logger.warn({ job: job.id, err }, "a job of dead letters waits");
        await jobs.renewJob(db, job.id, owner, `waits: ${(err as Error).message}`.slice(0, 500)).catch(() => {});
        await sleep(backoffMs(outage, attempt, Math.random()), undefined, { signal });
      }
    }
  }
}

/** An outage that another node told us of. */
const isRetryable = (error: unknown) => (error as { retryable?: unknown } | null)?.retryable === true;
