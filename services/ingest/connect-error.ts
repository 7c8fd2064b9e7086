/**
 * What follows from a room that could not be connected.
 * wait: nobody is to blame, the streamer is asked for again in half a minute or more · retry: with back-off ·
 * stop: no attempt can help until a person does something
 */
type Next = "wait" | "retry" | "stop";

interface Meaning {
  next: Next;
  /** For a streamer: what is wrong, and what can be done. Names no person, holds no secret. */
  says: string;
}

/** Every reason why a room is not live, by the code that its `reason` begins with; docs/errors.md has a row for each. */
export const connectErrors = {
  OFFLINE: { next: "wait", says: "the streamer is not live" },
  USER_NOT_FOUND: {
    next: "wait",
    says: "TikTok knows nobody of this name: check how it is spelled",
  },
  LIVENESS_UNKNOWN: {
    next: "wait",
    says: "TikTok does not say whether the streamer is live: ttlc keeps asking",
  },
  LIVENESS_DOUBTED: { next: "retry", says: "TikTok's pages say that the LIVE is over: ttlc asks once more" },
  ROOM_RESTRICTED: {
    next: "wait",
    says: "TikTok does not show this LIVE to everybody, because it is private or has an age limit: the streamer can open it in the LIVE settings",
  },
  COUNTRY_BLOCKED: {
    next: "wait",
    says: "TikTok shows no LIVE in the country or network of this computer: run ttlc elsewhere, or take the room from Euler (INGEST_PROVIDER=euler)",
  },
  TIKTOK_BLOCKED: {
    next: "retry",
    says: "TikTok answers this computer with a puzzle for people: wait an hour, or take the room from Euler (INGEST_PROVIDER=euler)",
  },
  TIKTOK_UNAVAILABLE: { next: "retry", says: "TikTok cannot be reached: check the network" },
  INVALID_USERNAME: {
    next: "stop",
    says: "this cannot be a TikTok username, which has 2 to 24 letters, digits, dots and underscores and no dot at the end",
  },
  INVALID_ROOM_ID: { next: "retry", says: "the room number is none: TikTok's have only digits" },
  STALLED: { next: "retry", says: "nothing came any more although the connection stood: ttlc connects anew" },
  CONNECT_FAILED: { next: "retry", says: "the WebSocket was refused or timed out" },

  SIGN_KEY_INVALID: {
    next: "stop",
    says: "the sign server does not know this key, or it has expired (401): renew EULER_API_KEY, then connect again",
  },
  SIGN_PLAN_REQUIRED: {
    next: "stop",
    says: "the sign server wants a paid plan for this (402): check EULER_API_KEY and its plan, then connect again",
  },
  SIGN_FORBIDDEN: {
    next: "stop",
    says: "the sign server forbids this to the key (403): check EULER_API_KEY and its rights, then connect again",
  },
  SIGN_ROOM_NOT_FOUND: {
    next: "retry",
    says: "the sign server does not know this room (404): it may just have ended",
  },
  SIGN_RATE_LIMITED: { next: "retry", says: "the sign server's rate limit is reached: set EULER_API_KEY for more" },
  SIGN_UNAVAILABLE: { next: "retry", says: "the sign server is away or out of order" },
  SIGN_PAUSED: {
    next: "retry",
    says: "the sign server failed several times in a row: ttlc leaves it alone for a while",
  },

  EULER_KEY_MISSING: { next: "stop", says: "Euler wants a key: set EULER_API_KEY, then connect again" },
  EULER_KEY_INVALID: {
    next: "stop",
    says: "Euler does not know this key, or it has expired: renew EULER_API_KEY, then connect again",
  },
  EULER_FORBIDDEN: {
    next: "stop",
    says: "Euler forbids this streamer to the key: check EULER_API_KEY and its plan, then connect again",
  },
  EULER_BAD_OPTIONS: { next: "stop", says: "Euler cannot work with this username or these options: check the name" },
  EULER_TOO_MANY_CONNECTIONS: {
    next: "retry",
    says: "Euler allows the key no more connections: watch fewer rooms, or get a larger plan",
  },
  EULER_UNAVAILABLE: { next: "retry", says: "Euler is away, or lost TikTok" },
} as const satisfies Record<string, Meaning>;

export type ConnectErrorCode = keyof typeof connectErrors;

/** Why a room could not be connected, or why its connection ended. Messages name no person and hold no secret. */
export class ConnectError extends Error {
  override name = "ConnectError";
  readonly code: ConnectErrorCode;
  /** Not before this, in ms from now. */
  readonly retryAfterMs: number;

  /** @param message (Default: what the code says) */
  constructor(code: ConnectErrorCode, message?: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message ?? connectErrors[code].says, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }

  get next(): Next {
    return connectErrors[this.code].next;
  }
}
