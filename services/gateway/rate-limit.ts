import { OutageError } from "../../lib/errors.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { ApiError } from "./errors.ts";

/**
 * Token buckets in Redis, so that all gateways count together. Ours and not rate-limiter-flexible: that counts in fixed
 * windows, which let twice the limit pass around their seam and make whoever is refused wait for their end, and it adds
 * a dependency for what is one key and one script.
 */
const takeTokens = loadScript(new URL("lua/take-tokens.lua", import.meta.url));

/** Nobody waits longer than this for Redis to say that they may pass. */
const PATIENCE_MS = 1_000;

export interface Bucket {
  key: string;
  /** What a client knows the limit by. */
  policy: string;
  /** Tokens that come in a minute, and that it holds. */
  perMinute: number;
}

export interface Verdict {
  isAllowed: boolean;
  remaining: number;
  /** Until it would be allowed. */
  waitMs: number;
  /** Until the bucket is full. */
  fullMs: number;
}

/**
 * Takes `cost` tokens when they are there; 0 only looks whether there is one. More than the bucket holds is all of it.
 *
 * @param force takes them also when they are not there: then it takes the longer until there are some
 * @throws an outage (isOutage) when Redis does not answer in time
 */
export async function take(
  redis: Commands,
  { key, perMinute }: Bucket,
  cost: number,
  { force = false } = {},
): Promise<Verdict> {
  const args = [perMinute, 60_000 / perMinute, Math.min(cost, perMinute), Number(force)];
  const reply = await inTime(takeTokens(redis, [key], args));
  const [isAllowed, remaining, waitMs, fullMs] = reply as [number, number, number, number];
  return { isAllowed: isAllowed === 1, remaining, waitMs, fullMs };
}

/**
 * What a client is told. The three fields of the drafts up to 06 of draft-ietf-httpapi-ratelimit-headers, which clients
 * and proxies understand; later drafts put them into one field that few read yet. The policy is written as in draft 11.
 */
export function limitHeaders({ policy, perMinute }: Bucket, { remaining, fullMs }: Verdict): Record<string, string> {
  return {
    "ratelimit-limit": String(perMinute),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(seconds(fullMs)),
    "ratelimit-policy": `"${policy}";q=${perMinute};w=60`,
  };
}

export function rateLimited({ waitMs }: Verdict): ApiError {
  const wait = String(Math.max(1, seconds(waitMs)));
  return new ApiError(429, "RATE_LIMITED", `Too many requests: wait ${wait} s.`, { headers: { "retry-after": wait } });
}

const seconds = (ms: number) => Math.ceil(ms / 1_000);

function inTime(reply: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new OutageError("Redis")), PATIENCE_MS);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
