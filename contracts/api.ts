import type { RoomStatus } from "./room.ts";
import type { UnifiedEvent, User } from "./unified-event.ts";

/** What the gateway answers. Lists: `{items, next}`; `next` is an opaque cursor for `?after=`, null at the end. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** Every error, whatever its cause. */
export interface ErrorBody {
  error_code: string;
  message: string;
  details?: unknown;
  correlation_id: string;
}

/** One TikTok broadcast, from storage's projections; `room` is its live actor, when there is one. */
export interface StreamItem {
  streamId: string;
  uniqueId: string | null;
  title: string | null;
  simulated: boolean;
  startedAt: string;
  endedAt: string | null;
  lastEventAt: string;
  events: number;
  /** Gauges, TikTok's own figures: who watches as told last, the most that watched, who ever came, all likes. */
  viewers: number | null;
  peakViewers: number | null;
  totalViewers: number | null;
  likes: number | null;
  /**
   * Observed: sums of what reached us, which is less than all there was when something was missed, or sent to others only.
   * Likes as the likers' messages count them; coins of all gifts, each streak counted once at its maximum (TikTok tells
   * no total of these).
   */
  observedLikes: number;
  diamonds: number;
  room: RoomStatus | null;
}

/** `GET /streams/:id` */
export interface StreamDetail extends StreamItem {
  topGifters: TopGifter[];
}

export interface TopGifter {
  userId: string;
  uniqueId: string;
  displayName: string;
  coins: number;
}

/** One live period of a room's actor, or one replay. */
export interface SessionItem {
  sessionId: string;
  streamId: string;
  uniqueId: string | null;
  source: "live" | "replay";
  provider: UnifiedEvent["provider"];
  simulated: boolean;
  startedAt: string;
  endedAt: string | null;
  /** Stored, or sent by a replay so far. */
  events: number;
  /** Coins of the gifts in it; of a streak that began in a session before, what it grew by. */
  diamonds: number;
  /** Gauges, TikTok's own figures: the most that watched, and all likes of the broadcast by its end. */
  peakViewers: number | null;
  likes: number | null;
  /** Observed: the sum of the likes in its messages. */
  observedLikes: number;
  /** Of a replay only: the session it replays; null: a whole broadcast. */
  replayOf?: string | null;
}

/** `storage.sessionAccount`: what became of one session in Postgres. All zero and empty for one that is unknown there. */
export interface SessionAccount {
  sessionId: string;
  /** Events of it that were stored. */
  stored: number;
  /** Of a replay only: how many of its events have come back to storage, where they are stored already. */
  returned?: number;
  /** Entries of ttlc:events that brought what was stored already. An entry delivered twice is no duplicate. */
  duplicates: number;
  /** Of any stage, as far as their letters tell the session. */
  deadLettered: { stage: string; reason: string; count: number }[];
  /** Dead letters of storage whose entries it has stored since. */
  redriven: number;
  /** In the order of the room; `from` and `to` in ISO 8601; `count`: how many messages, where that is known. */
  gaps: { from?: string; to?: string; why?: string; seqNoBefore?: number; seqNoAfter?: number; count?: number }[];
}

/**
 * `GET /sessions/:id/ledger`: what became of every message of a session. `null`: not known, because Redis, where it was
 * counted, was emptied or has forgotten it (30 days after the session).
 */
export interface SessionLedger {
  sessionId: string;
  /** Messages taken from the socket, as of the last publish; of a replay, from Postgres. */
  received: number | null;
  /** What the room's actor added of its own: CONNECTED, DISCONNECTED, ERROR, GAP, STREAK_CLOSED. */
  facts: number | null;
  /** Received, and not published yet. */
  waiting: number | null;
  /** Recognised by ingest as seen before. */
  duplicates: number | null;
  /** Put on ttlc:raw. */
  published: number | null;
  /** Put on ttlc:events. */
  normalised: number | null;
  stored: number;
  /** Of a replay only: came back to storage, where its events are stored already. */
  returned?: number;
  /** Recognised by storage as stored before. */
  storedBefore: number;
  deadLettered: SessionAccount["deadLettered"];
  /** Of these, sent back to where they had failed; each time counts. */
  redriven: number | null;
  /** Messages that ingest gave up, by reason. */
  dropped: Record<string, number>;
  gaps: SessionAccount["gaps"];
  /** At most these may be on their way still: their group has not read or acknowledged everything. */
  inFlight: LedgerDifference[];
  balance: {
    /** Nothing is missing or too much; null: the counters are not known. */
    ok: boolean | null;
    /** Negative counts are more than there should be. */
    unexplained: LedgerDifference[];
  };
}

export interface LedgerDifference {
  between:
    | "received and published"
    | "published and normalised"
    | "normalised and stored"
    | "dead letters and Postgres";
  count: number;
}

/** What somebody is to a streamer, as far as their messages told. */
export type Roles = Partial<
  Pick<
    User,
    "isModerator" | "isSubscriber" | "isFollower" | "followRole" | "gifterLevel" | "teamMemberLevel" | "topGifterRank"
  >
>;

/**
 * An event as served: after an erasure `user` is null, personal payload fields are gone and `erased` is true. The same is
 * `masked` for those who may not see people.
 *
 * `inherited` is what earlier messages of the same person in rooms of the same channel told and this one does not, as of
 * its position: nothing in it was learned later. Absent when there is no such thing, or when it is not known in time.
 */
export type ServedEvent = UnifiedEvent & { erased?: true; masked?: true; inherited?: Roles };

/** `data` of the SSE frames of `GET /streams/:id/events`; `id` is the last position examined. */
export interface FeedFrames {
  batch: ServedEvent[];
  ping: Record<never, never>;
  state: RoomStatus;
  /** Positions between which the feed lost events. */
  gap: { from: string; to: string };
}

/**
 * `GET /drift`: what the normalizers noticed of changes at TikTok since they started. Of a kind it says where a sample is
 * and what that looks like, never what is in it: no part of this is personal.
 */
export interface DriftReport {
  /** Since when the normalizer that runs longest counts, ISO 8601. */
  since: string;
  /** Messages whose fields were looked at: a sample of all. */
  checked: number;
  /** Messages of kinds beyond those that a normalizer keeps apart. */
  omitted: number;
  /** The newest first. */
  kinds: DriftKind[];
}

export interface DriftKind {
  /**
   * unknown_type: there is no schema of the type · unknown_field: the schema of the type does not name it ·
   * decode_failure: the message is in the dead letters
   */
  kind: "unknown_type" | "unknown_field" | "decode_failure";
  /** TikTok's type of message. */
  type: string;
  /** The field's path, ending in its number or key; the reason of a failure; `""` for a type. */
  what: string;
  /** Messages; of fields, among those `checked`. */
  count: number;
  /** Bounds of when ingest received them, ISO 8601. */
  firstAt: string;
  lastAt: string;
  /** One of them. */
  sample: { streamId: string; sessionId: string; seqNo: number; provider: UnifiedEvent["provider"]; shape: string };
}

/** `GET /auth/me` */
export interface Me {
  role: "admin";
  expiresAt: string | null;
}
