import type { Crowd, Viewer } from "./crowd.ts";
import type { Draft } from "./frames.ts";
import type { Random } from "./random.ts";
import type { SentChat } from "./room-messages.ts";

/** Does something at its turn and says what TikTok would say about it; undefined: nothing came of it. */
export type Act = (stage: Stage) => Draft | undefined;

/** What acts see of the room, and what they leave for one another. */
export interface Stage {
  readonly random: Random;
  readonly crowd: Crowd;
  readonly host: Viewer;
  readonly roomId: string;
  /** The time of the message being made, milliseconds since 1970. */
  readonly now: number;
  /** Messages per second, on average. */
  readonly rate: number;
  /** How busy it is now: 1 is the average. */
  readonly tempo: number;
  readonly totals: Totals;
  readonly lastChat: SentChat | undefined;
  newId(): string;
  /** Plays `act` after at least `delayMs`. */
  later(delayMs: number, act: Act): void;
}

export interface Totals {
  /** Watching now, and who has been here at all. */
  viewers: number;
  totalViewers: number;
  likes: number;
  followers: number;
  shares: number;
  /** Diamonds received. */
  diamonds: number;
  /** Of the gift that the goal is about. */
  roses: number;
  lastGiver: Viewer | undefined;
}

/** Somebody who is in the room. */
export const somebody = ({ crowd, random, totals }: Stage): Viewer => crowd.pick(random, totals.viewers);

/** Somebody in the room for whom it holds; undefined when no such person comes up in a few tries. */
export function somebodyWho(stage: Stage, holds: (viewer: Viewer) => boolean): Viewer | undefined {
  for (let tries = 0; tries < 12; tries++) {
    const viewer = somebody(stage);
    if (holds(viewer)) return viewer;
  }
  return undefined;
}

/** `ms`, or more where the rate is so low that regular acts would leave no room for anybody else. */
export const pace = ({ rate }: Stage, ms: number): number => Math.max(ms, 8_000 / rate);
