import type { IncomingHttpHeaders } from "node:http";

/** What an answer means for the batch. */
export type Verdict =
  | { kind: "delivered" }
  /** It will not be taken, however often it is sent. */
  | { kind: "refused" }
  /** The same, and nothing else will be. */
  | { kind: "gone" }
  /** Not now; `waitMs` is what the other side asked for. */
  | { kind: "failed"; waitMs: number };

const HOUR_MS = 3_600_000;

/** These say "not now", unlike the other 4xx. */
const passing = new Set([408, 425, 429]);

/** A redirect is not followed: until somebody corrects the address the attempt has failed. */
export function verdictOf(status: number, headers: IncomingHttpHeaders, now: Date): Verdict {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone" };
  if (status >= 400 && status < 500 && !passing.has(status)) return { kind: "refused" };
  return { kind: "failed", waitMs: retryAfterMs(headers["retry-after"], now) };
}

/** What Retry-After asks for: seconds or a date, an hour at most; 0 when it makes no sense. */
export function retryAfterMs(header: string | undefined, now: Date): number {
  const text = header?.trim() ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : /[a-z]/i.test(text) ? Date.parse(text) - now.getTime() : 0;
  return Number.isNaN(ms) ? 0 : Math.min(HOUR_MS, Math.max(0, ms));
}
