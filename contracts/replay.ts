/** What is replayed of one session. Of its events, those up to the replay's `through`. */
export interface ReplayPart {
  sessionId: string;
  /** Bounds of its events: in the order of the room, and in time (ISO 8601), both inclusive. */
  firstSeq: number;
  lastSeq: number;
  firstAt: string;
  lastAt: string;
}

/** Times the original speed, 1 to 20; `max`: as fast as storage takes it. */
export type ReplaySpeed = number | "max";

/** running: also while nobody has it, as after a crash · paused: until somebody resumes it · failed: see `reason` */
export type ReplayState = "running" | "paused" | "done" | "cancelled" | "failed";

/** Whether it may still send anything. */
export const isOpen = (state: ReplayState): boolean => state === "running" || state === "paused";

/** A stored session, or a whole broadcast, on its way through ttlc:raw once more. */
export interface ReplayStatus {
  /** The replay's own. */
  sessionId: string;
  streamId: string;
  /** The session that is replayed; null: all sessions of the stream, as one. */
  of: string | null;
  speed: ReplaySpeed;
  state: ReplayState;
  reason?: string;
  /** Events to send, and sent so far. */
  total: number;
  published: number;
  startedAt: string;
  endedAt: string | null;
}

/** A place in a room's order: the last event that was seen. */
export interface ReplayPlace {
  /** -1: before the first event. */
  seqNo: number;
  eventId: string;
}

/** What storage knows of a replay: enough to go on with it. */
export interface StoredReplay extends ReplayStatus {
  /** In the order of their first event. */
  parts: ReplayPart[];
  /** Highest position, packed. */
  through: string;
  /** How far it has come back to storage. */
  seen: ReplayPlace;
  /** What ingest last told: events it sent in a second, the room's time of the last one, and when it told so. */
  perSecond: number | null;
  reachedAt: string | null;
  reportedAt: string | null;
}
