import type { ServedEvent } from "../../../contracts/api.ts";
import type { EventOf, User } from "../../../contracts/unified-event.ts";

/** What a row is about: one chip each. `session` lines (connected, gap, ended ...) have none and are always shown. */
export const chipKinds = ["chat", "gift", "like", "follow", "share", "sub", "join", "battle", "other"] as const;
export type ChipKind = (typeof chipKinds)[number];
export type Kind = ChipKind | "session";

/** One line of the feed. Immutable: a streak that grows is a new row in the old one's place. */
export interface EventRow {
  /** Order of arrival in this page; the feed is sorted by it. */
  id: number;
  kind: Kind;
  event: ServedEvent;
  /** Likes of one person within LIKE_WINDOW_MS, in one row. */
  likes?: number;
}

/** Events that cannot be shown: lost on the way (`from`, `to`: ISO 8601) or skipped by a tab in the background. */
export interface GapRow {
  id: number;
  kind: "gap";
  from?: string;
  to?: string;
  skipped?: number;
}

type EventType = ServedEvent["eventType"];

export type FeedRow = EventRow | GapRow;

const kinds: Record<ServedEvent["eventType"], Kind> = {
  CHAT: "chat",
  EMOTE: "chat",
  GIFT: "gift",
  LIKE: "like",
  FOLLOW: "follow",
  SHARE: "share",
  SUBSCRIBE: "sub",
  JOIN: "join",
  BATTLE: "battle",
  ROOM_USER: "other",
  CONNECTED: "session",
  DISCONNECTED: "session",
  ERROR: "session",
  STREAM_END: "session",
  RAW: "other",
};
/** The types whose events have a row of `kind`. RAW events are `other`, though some of them tell how the session goes. */
export const typesOf = (kind: Kind): EventType[] => eventTypes.filter((type) => kinds[type] === kind);
const eventTypes = Object.keys(kinds) as EventType[];

/** RAW events that tell how the session goes. */
const sessionSubTypes = new Set(["GAP", "SOURCE_SWITCHED", "STREAM_PAUSED", "STREAM_RESUMED"]);

export function kindOf(event: ServedEvent): Kind {
  return event.eventType === "RAW" && sessionSubTypes.has(event.subType ?? "") ? "session" : kinds[event.eventType];
}

/** Who did it, with the roles that are known of them from before. */
export function senderOf({ user, inherited }: ServedEvent): User | null {
  return user && { ...user, ...inherited };
}

const LIKE_WINDOW_MS = 2_000;
/** Open streaks and like rows remembered; beyond that the oldest is forgotten and its next frame is a new row. */
const MAX_OPEN = 2_000;

/** Turns events into rows: a gift streak is one row, and so are the likes of one person within two seconds. */
export class RowMaker {
  #nextId = 1;
  readonly #streaks = new Map<string, EventRow>();
  readonly #likes = new Map<string, EventRow>();

  /** The row of `event`; with the id of an earlier row when it takes that one's place. */
  row(event: ServedEvent): EventRow {
    if (event.eventType === "GIFT" && event.payload.streakId) return this.#streak(event, event.payload.streakId);
    if (event.eventType === "LIKE" && event.user) return this.#like(event, event.user.userId);
    return { id: this.#nextId++, kind: kindOf(event), event };
  }

  gap(gap: Pick<GapRow, "from" | "to" | "skipped">): GapRow {
    return { id: this.#nextId++, kind: "gap", ...gap };
  }

  #streak(event: ServedEvent & EventOf<"GIFT">, streakId: string): EventRow {
    const open = this.#streaks.get(streakId);
    const row: EventRow = {
      id: open?.id ?? this.#nextId++,
      kind: "gift",
      event: open ? laterFrame(open.event, event) : event,
    };
    remember(this.#streaks, streakId, row);
    return row;
  }

  #like(event: ServedEvent & EventOf<"LIKE">, userId: string): EventRow {
    const open = this.#likes.get(userId);
    const { count } = event.payload;
    const joins = open && Math.abs(Date.parse(event.timestamp) - Date.parse(open.event.timestamp)) < LIKE_WINDOW_MS;
    const row: EventRow = joins
      ? { ...open, likes: (open.likes ?? 0) + count }
      : { id: this.#nextId++, kind: "like", event, likes: count };
    remember(this.#likes, userId, row);
    return row;
  }
}

/**
 * A streak's counts are cumulative, so the larger one is the later one, in whatever order the frames come. Of two that
 * say the same, the one that is final stays.
 */
function laterFrame(shown: ServedEvent, next: ServedEvent & EventOf<"GIFT">): ServedEvent {
  if (shown.eventType !== "GIFT" || next.payload.giftCount < shown.payload.giftCount) return shown;
  const isFinal = shown.payload.streakState === "final" && next.payload.streakState !== "final";
  if (isFinal && next.payload.giftCount === shown.payload.giftCount) return shown;
  return { ...next, timestamp: shown.timestamp, user: next.user ?? shown.user };
}

function remember(open: Map<string, EventRow>, key: string, row: EventRow) {
  open.set(key, row);
  if (open.size > MAX_OPEN) open.delete(open.keys().next().value as string);
}
