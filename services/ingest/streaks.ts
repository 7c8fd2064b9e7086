import type { Given, StreakFrame } from "./gift-frame.ts";

/** Type of the fact that closes a streak. */
export const STREAK_CLOSED = "ttlc.GiftStreakClosed";

/** Why a streak is over although its end was not seen. */
export type ClosedBy = "timeout" | "streamEnd";

/** The fact that closes a streak. */
export interface Closing {
  /** Made of what it says: told twice, it is published once. */
  id: string;
  data: Given & { streakId: string; giftCount: number; closedBy: ClosedBy };
  /** All that is known of it happened before the room was heard. */
  isHistory: boolean;
  marks: Marks;
}

/**
 * What the room's hash in Redis keeps of streaks, by field: of an open one what closing it would say, in JSON; of one that
 * is over its count, in digits. Written with the frame or fact that changed it, in the same step.
 */
export type Marks = Readonly<Record<string, string>>;

/** Silence after which a streak without an end is over. */
export const SILENCE_MS = 10_000;
/** Of a room, at once. Above it a streak is not followed: its frames count as ever, but if its end is lost nobody says so. */
const MAX_OPEN = 1_000;
/** Remembered after their end, for frames that come late or again. */
const MAX_ENDED = 500;

interface Open {
  count: number;
  given: Given;
  isHistory: boolean;
  grewAt: number;
}

/**
 * The gift streaks of one room. Frames come out of order and again, so that a streak is what its highest count says, and
 * only a higher one opens it again after it is over. Instants in ms, of any clock.
 */
export class Streaks {
  /** By streakId; the one that has been silent longest first. */
  readonly #open = new Map<string, Open>();
  /** Counts of those that are over, by streakId; the one that ended first first. */
  readonly #ended = new Map<string, number>();
  readonly #maxOpen: number;
  readonly #maxEnded: number;

  constructor({ maxOpen = MAX_OPEN, maxEnded = MAX_ENDED }: { maxOpen?: number; maxEnded?: number } = {}) {
    this.#maxOpen = maxOpen;
    this.#maxEnded = maxEnded;
  }

  get open(): number {
    return this.#open.size;
  }

  /** @returns what there is to note of it; null: there would be, but no streak more can be followed; undefined: nothing */
  take({ streakId, count, isEnd, given }: StreakFrame, now: number, isHistory = false): Marks | null | undefined {
    if (count <= (this.#ended.get(streakId) ?? -1)) return undefined;
    const open = this.#open.get(streakId);
    if (isEnd) return this.#end(streakId, Math.max(count, open?.count ?? 0));
    if (open && count <= open.count) return undefined;
    if (!open && this.#open.size >= this.#maxOpen) return null;
    this.#ended.delete(streakId);
    this.#open.delete(streakId); // it moves to the end
    const grown = { count, given, isHistory: isHistory && (open?.isHistory ?? true) };
    this.#open.set(streakId, { ...grown, grewAt: now });
    return { [fieldOf(streakId)]: JSON.stringify(grown) };
  }

  /** When the next one will have been silent for `silenceMs`; undefined: none is open. */
  nextDue(silenceMs: number): number | undefined {
    const [first] = this.#open.values();
    return first && first.grewAt + silenceMs;
  }

  /** Closes those that have not grown since `before`. */
  closeSilent(before: number): Closing[] {
    const silent: string[] = [];
    for (const [streakId, { grewAt }] of this.#open) {
      if (grewAt > before) break;
      silent.push(streakId);
    }
    return silent.map((streakId) => this.#close(streakId, "timeout"));
  }

  closeAll(by: ClosedBy): Closing[] {
    return [...this.#open.keys()].map((streakId) => this.#close(streakId, by));
  }

  /**
   * Takes over what another actor noted; a streak that it left open counts as silent since `now`.
   *
   * @returns how many open ones are too many to be followed
   */
  restore(marks: Marks, now: number): number {
    let tooMany = 0;
    for (const [field, value] of Object.entries(marks)) {
      const streakId = field.slice(PREFIX.length);
      if (this.#open.has(streakId) || this.#ended.has(streakId)) continue;
      if (/^\d+$/.test(value)) this.#ended.set(streakId, Number(value));
      else if (this.#open.size >= this.#maxOpen) tooMany++;
      else this.#open.set(streakId, { ...(JSON.parse(value) as Omit<Open, "grewAt">), grewAt: now });
    }
    return tooMany;
  }

  /** Forgets the first of those that are over when they are too many. @returns fields that need not be kept any more */
  forget(): string[] {
    const excess = this.#ended.size - this.#maxEnded;
    if (excess < FORGOTTEN_AT_ONCE) return [];
    const forgotten = [...this.#ended.keys()].slice(0, excess);
    for (const streakId of forgotten) this.#ended.delete(streakId);
    return forgotten.map(fieldOf);
  }

  #close(streakId: string, closedBy: ClosedBy): Closing {
    const { count, given, isHistory } = this.#open.get(streakId) as Open;
    return {
      id: `streak:${streakId}:${count}`,
      data: { streakId, ...given, giftCount: count, closedBy },
      isHistory,
      marks: this.#end(streakId, count),
    };
  }

  #end(streakId: string, count: number): Marks {
    this.#open.delete(streakId);
    this.#ended.delete(streakId); // it moves to the end
    this.#ended.set(streakId, count);
    return { [fieldOf(streakId)]: String(count) };
  }
}

/** So that Redis is not asked for each. */
const FORGOTTEN_AT_ONCE = 50;

const PREFIX = "streak:";
/** Whether a field of the room's hash is about a streak. */
export const isMark = (field: string) => field.startsWith(PREFIX);
const fieldOf = (streakId: string) => PREFIX + streakId;
