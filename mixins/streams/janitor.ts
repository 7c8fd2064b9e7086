import type { Redis } from "ioredis";
import type { Service } from "moleculer";
import { awaitedGroups, requiredGroups, type StreamName } from "../../contracts/streams.ts";
import { type Alarm, alarmNames, alarmsOf } from "./alarms.ts";
import { loadScript } from "./script.ts";
import { surveyStreams } from "./survey.ts";

const lead = loadScript(new URL("lua/lead.lua", import.meta.url));
const trimScript = loadScript(new URL("lua/trim.lua", import.meta.url));

const LEASE = "ttlc:janitor";
const LEASE_MS = 5_000;
const TICK_MS = 1_000;

/** Removed by one call, so that none holds Redis up: see docs/operations.md for what it costs. */
const MOST_AT_ONCE = 10_000;

/**
 * What every group has acknowledged is kept for a while, so that a gateway that comes back after a pause finds most of
 * it in the stream; beyond that it asks Postgres. The age bounds how long a quiet deployment keeps it.
 */
const margin = { newest: 10_000, maxAgeMs: 3_600_000 };

/**
 * What a group that is awaited may hold back: rules that were away for a night are asked about the night, unless it was
 * a busy one. The number is half of what storage may be behind before ingest waits.
 */
const patience = { newest: 500_000, maxAgeMs: 86_400_000 };

/**
 * Removes from a stream what all of `groups` have acknowledged, but for the margin and for what is held for the groups that
 * are awaited; about 10,000 entries per call.
 *
 * @param groups without one of them in Redis nothing is removed
 * @returns how many were removed; 0 when nothing is left to remove
 */
export async function trim(
  redis: Redis,
  stream: StreamName,
  groups: readonly string[],
  keep: typeof margin = margin,
  hold: typeof patience = patience,
): Promise<number> {
  const limits = [keep.newest, keep.maxAgeMs, hold.newest, hold.maxAgeMs, MOST_AT_ONCE];
  return (await trimScript(redis, [stream], [...limits, groups.length, ...groups, ...awaitedGroups[stream]])) as number;
}

interface JanitorOptions {
  redis: Redis;
  logger: Service["logger"];
  /** Unique to this candidate. */
  token: string;
  /** Told what was removed. */
  onTrimmed(stream: StreamName, entries: number): void;
}

/**
 * Keeps the streams short and says aloud when something is wrong with them; the only one who removes entries.
 *
 * Every service with the streams mixin is a candidate, and one of the whole deployment is elected: the work goes on
 * as long as any of them lives, above all while a service that should read does not. Two at once, for the
 * moment of a slow handover, do no harm: each removal finds out for itself what may go.
 */
export class Janitor {
  readonly #options: JanitorOptions;
  readonly #raised = new Set<Alarm["name"]>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(options: JanitorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#working = this.#tick().finally(() => this.#stopping || this.start());
    }, TICK_MS);
  }

  /** Lets a peer go on at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#lead(0).catch(() => {}); // the lease runs out by itself
  }

  async #tick(): Promise<void> {
    const { redis, logger } = this.#options;
    try {
      if (!(await this.#lead(LEASE_MS))) return this.#raised.clear();
      this.#tell(alarmsOf(await surveyStreams(redis)));
      for (const [stream, groups] of Object.entries(requiredGroups)) await this.#trim(stream as StreamName, groups);
    } catch (err) {
      logger.debug({ err }, "the janitor will try again");
    }
  }

  async #trim(stream: StreamName, groups: readonly string[]): Promise<void> {
    const { redis, logger, onTrimmed } = this.#options;
    let total = 0;
    for (let removed = -1; removed !== 0 && !this.#stopping; total += removed) {
      removed = await trim(redis, stream, groups);
      await this.#lead(LEASE_MS);
    }
    if (total === 0) return;
    onTrimmed(stream, total);
    logger.debug({ stream, entries: total }, "trimmed");
  }

  /** Once when an alarm begins, once when it is over. */
  #tell(alarms: readonly Alarm[]): void {
    const { logger } = this.#options;
    for (const alarm of alarmNames) {
      const causes = alarms.filter(({ name }) => name === alarm).map(({ text }) => text);
      if (causes.length > 0 && !this.#raised.has(alarm)) {
        this.#raised.add(alarm);
        logger.error({ alarm, causes }, "alarm");
      } else if (causes.length === 0 && this.#raised.delete(alarm)) {
        logger.info({ alarm }, "alarm is over");
      }
    }
  }

  async #lead(ms: number): Promise<boolean> {
    return (await lead(this.#options.redis, [LEASE], [this.#options.token, ms])) === 1;
  }
}
