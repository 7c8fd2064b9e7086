import type { Provider } from "./raw-envelope.ts";

/**
 * Where the actor of one room stands.
 * waiting: not live, asked again later; or followed by no process yet · resolving: looking the room up · connecting:
 * opening the socket · live · reconnecting: cut off, next try at `nextAttemptAt` · ended: the streamer ended it ·
 * failed: given up, see `reason`
 */
export type RoomState = (typeof roomStates)[number];

export const roomStates = ["waiting", "resolving", "connecting", "live", "reconnecting", "ended", "failed"] as const;

/** What ingest knows of one room: `ingest.list`, `GET /streams`, the broker event `room.changed`, SSE `event: state`. */
export interface RoomStatus {
  uniqueId: string;
  provider: Provider;
  simulated: boolean;
  /** The ingest process that follows it; absent while none does. */
  node?: string;
  state: RoomState;
  /** Since when it is in `state`, ISO 8601. */
  since: string;
  /** TikTok's room id, once known. */
  streamId?: string;
  /** The live period, while live. */
  sessionId?: string;
  channelId?: string;
  /** Why it is in this state, for a person: no secret, no stack. */
  reason?: string;
  /** Failed attempts in a row. */
  attempt: number;
  /** When the next attempt begins, ISO 8601. */
  nextAttemptAt?: string;
  /** What waits on disk because Redis cannot take it; absent while nothing does. */
  spool?: { messages: number; bytes: number };
  /** Since when messages are dropped because nothing takes them, ISO 8601; absent while none are. */
  sheddingSince?: string;
  counters: RoomCounters;
  /** How each of its sources does since its actor started; where two are configured, both. */
  sources?: SourceScore[];
  /** Messages given up since its actor started, in this process. */
  dropped: Record<DropReason, Record<ShedClass, number>>;
  streaks?: RoomStreaks;
}

/** Gift streaks of a room, as far as its actor follows them; `closed` and `untracked` since it started, in this process. */
export interface RoomStreaks {
  /** Going on. */
  open: number;
  /** Their end was not seen: after 10 s of silence, or because the stream ended. */
  closed: { timeout: number; streamEnd: number };
  /** Frames of streaks that were too many at once to follow; they count, but a lost end stays unknown. */
  untracked: number;
}

/** How one source of a room does. */
export interface SourceScore {
  provider: Provider;
  isConnected: boolean;
  /** Messages that it brought. */
  messages: number;
  /** Of those, what another one that was connected too did not bring within half a minute; null: there is no other. */
  onlyHere: number | null;
  /** From TikTok's own time of a message to our receipt, of a sample; null: not known yet. */
  medianDelayMs: number | null;
  /** Failed attempts, connections that soon ended, and what went wrong on those that stood. */
  errors: number;
  /** Code of the last of them. */
  lastError?: string;
}

/** overload: neither Redis nor the disk took more, and the memory for the room was full. */
export type DropReason = "overload";

/**
 * What is dropped together, the first of these first.
 * crowd: viewer counts, likes, joins · other: what is in neither · vital: chat, gifts, follows, shares, subscriptions
 */
export type ShedClass = "crowd" | "other" | "vital";

/** Messages of one room since its actor started, in this process. */
export interface RoomCounters {
  /** Taken from the socket or the initial fetch. */
  received: number;
  /** Confirmed on ttlc:raw. */
  published: number;
  /** Recognised as seen before and not published again. */
  duplicates: number;
  /** Published without their data: over the size cap. */
  tooLarge: number;
  /** Sent to ttlc:dlq because they cannot be raw entries. */
  refused: number;
}

/** `ingest.signer`: how one ingest process stands with the sign server. */
export interface SignerStatus {
  node: string;
  /** Since it started. `delayed` ones had to wait for their turn; they are among the others. */
  calls: {
    ok: number;
    /** The signer was away or out of order. */
    failed: number;
    /** 429. */
    limited: number;
    /** 401, 402, 403, 404. */
    refused: number;
    /** Not made, because the signer had asked to be left alone, or had failed too often. */
    withheld: number;
    delayed: number;
  };
  /** Calls that could be made now. */
  tokens: number;
  /** It failed too often in a row: one call in a while tries it for all. */
  isPaused: boolean;
}
