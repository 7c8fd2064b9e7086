import type { StreamName } from "../../contracts/streams.ts";
import type { StreamSurvey } from "../../mixins/streams/survey.ts";

/** Redis is given nothing more from this share of its memory on: who reads it needs room to work. */
const HOLD_ABOVE = 0.7;
const RELEASE_BELOW = 0.6;

/** Nor from this many entries on that the normalizer or storage has before it: 1 GB and more. */
const MAX_BACKLOG = 1_000_000;
/** The groups that may slow ingest. Whatever else is behind is behind alone (DESIGN rule 5.4). */
const slowing: Partial<Record<StreamName, string>> = { "ttlc:raw": "normalizer", "ttlc:events": "storage" };

/** Load of the queue in memory below which a source that was paused goes on. */
export const RESUME_BELOW = 0.5;

/** How long Redis may refuse messages before they go to the disk, where a crash does not lose them. */
const PATIENCE_MS = 1_000;

/** How long a source is paused before its room gives messages up instead. */
const PAUSE_MS = 5_000;

/** How a publisher stands. */
export interface Pressure {
  /** Redis is given nothing: it is short of memory, or who reads it is far behind. */
  isHeld: boolean;
  /** For how long it has refused our messages, in ms; 0: it takes them. */
  refusedMs: number;
  /** How much of the queue in memory is taken. */
  queueLoad: number;
  /** Messages wait on the disk already. */
  isSpooling: boolean;
  /** There is a spool, and the disk was not full a moment ago. */
  canSpool: boolean;
}

/** Whether what waits in memory goes to the disk now: what comes after something spooled must queue behind it. */
export function mustSpool({ isHeld, refusedMs, queueLoad, isSpooling, canSpool }: Pressure): boolean {
  if (!canSpool || queueLoad === 0) return false;
  return isSpooling || isHeld || refusedMs >= PATIENCE_MS || (refusedMs > 0 && queueLoad >= 1);
}

/**
 * How a room takes messages.
 * open: all of them · paused: the queue in memory is full, and its source is to be paused · shedding: the source goes
 * on, and what is worth least is dropped
 */
export type Intake = "open" | "paused" | "shedding";

/** What decides on the intake. */
export interface IntakePressure {
  queueLoad: number;
  /** Neither Redis nor the disk takes what waits in memory. */
  isStuck: boolean;
  /** For how long the source has been paused, in ms. */
  pausedMs: number;
  /** Most that it may be. (Default: 5,000) */
  maxPausedMs?: number | undefined;
}

/** The intake that follows on `intake`: it is open again only once the queue is well below its limit. */
export function nextIntake(
  intake: Intake,
  { queueLoad, isStuck, pausedMs, maxPausedMs = PAUSE_MS }: IntakePressure,
): Intake {
  if (queueLoad < RESUME_BELOW) return "open";
  if (intake === "open") return queueLoad >= 1 ? "paused" : "open";
  return intake === "shedding" || (isStuck && pausedMs >= maxPausedMs) ? "shedding" : "paused";
}

/** Share of its memory that Redis uses, from INFO memory; of the machine's when it has no limit. */
export function memoryLoad(info: string): number {
  const bytesOf = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const limit = bytesOf("maxmemory") || bytesOf("total_system_memory");
  return limit === 0 ? 0 : bytesOf("used_memory") / limit;
}

/** Whether Redis is to be given nothing more; it must have got well below the limit before that ends. */
export const isShortOfMemory = (load: number, wasShort: boolean): boolean =>
  load >= (wasShort ? RELEASE_BELOW : HOLD_ABOVE);

/** Entries of a stream that the normalizer or storage has not acknowledged: the larger number of the two. */
export function backlogOf(surveys: readonly StreamSurvey[]): number {
  const backlogs = surveys.map(({ stream, length, groups }) => {
    if (slowing[stream] === undefined) return 0;
    const group = groups.find((facts) => facts.group === slowing[stream]);
    return group ? Math.min((group.lag ?? length) + group.pending, length) : length;
  });
  return Math.max(0, ...backlogs);
}

/** Whether Redis is to be given nothing more for that; half of it must be worked off before that ends. */
export const isFarBehind = (entries: number, wasFarBehind: boolean, max = MAX_BACKLOG): boolean =>
  entries >= (wasFarBehind ? max / 2 : max);
