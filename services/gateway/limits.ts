import type { ServerResponse } from "node:http";
import { isOutage } from "../../lib/errors.ts";
import { type Caller, callerOf, networkOf } from "./client.ts";
import { ApiError } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";
import { type Bucket, limitHeaders, rateLimited, take, type Verdict } from "./rate-limit.ts";

/** Reads may be so many times as frequent as changes. */
const READS = 10;
/** And an admin so many times as frequent as others: that is who runs ttlc, and their scripts. */
const ADMIN = 10;
/** Wrong one-time codes and keys that one network may show at the log-in, in a minute, before it is told so. */
const GUESSES_PER_MIN = 10;

type Host = Pick<Gateway, "redis" | "config" | "traffic">;

/**
 * Takes what a request costs from the bucket of who asks, and tells them in its headers how much is left. While Redis
 * does not answer everybody passes: a limit must not take ttlc down with it.
 *
 * @throws ApiError 429
 */
export async function charge(
  { redis, config, traffic }: Host,
  { request, response, who, isRead }: { request: HttpRequest; response: ServerResponse; who: Caller; isRead: boolean },
  cost: number,
): Promise<void> {
  if (cost <= 0) return;
  const bucket = bucketOf(request, who, config.RATE_LIMIT_PER_MIN, isRead);
  const verdict = await orNothing(take(redis, bucket, cost));
  if (!verdict) return;
  for (const [name, value] of Object.entries(limitHeaders(bucket, verdict))) response.setHeader(name, value);
  if (verdict.isAllowed) return;
  traffic.limited(bucket.policy);
  throw rateLimited(verdict);
}

/** Where a request is counted. */
export function bucketOf(request: HttpRequest, who: Caller, perMinute: number, isRead: boolean): Bucket {
  const policy = isRead ? "read" : "write";
  return {
    key: `ttlc:rate:${policy}:${callerOf(request, who)}`,
    policy,
    perMinute: perMinute * (isRead ? READS : 1) * (who.role === "admin" ? ADMIN : 1),
  };
}

/**
 * Runs an attempt to get in by a secret. A right one gets in, whatever its neighbours do: all of them have 192 bits or
 * more, so that no number of guesses finds one. Wrong ones are counted by the network they come from; where there were
 * too many they are not told any more what they were. Each of those is counted, too: then it takes the longer.
 *
 * @param by `login`: somebody begins a session · `key`: they ask by what they have, a key, a session or a ticket
 * @throws what `attempt` throws; ApiError 429 instead of 401
 */
export async function guarded<Result>(
  { redis, config, traffic }: Host,
  { client }: Pick<HttpRequest, "client">,
  by: "login" | "key",
  attempt: () => Promise<Result>,
): Promise<Result> {
  const perMinute = by === "login" ? GUESSES_PER_MIN : config.RATE_LIMIT_PER_MIN;
  const bucket: Bucket = { key: `ttlc:rate:${by}:${networkOf(client.address)}`, policy: by, perMinute };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 401 || error.type === "NO_CREDENTIALS") throw error;
    const verdict = await orNothing(take(redis, bucket, 1, { force: true }));
    if (verdict?.isAllowed !== false) throw error;
    traffic.limited(bucket.policy);
    throw rateLimited(verdict);
  }
}

async function orNothing(verdict: Promise<Verdict>): Promise<Verdict | undefined> {
  try {
    return await verdict;
  } catch (error) {
    if (isOutage(error)) return undefined;
    throw error;
  }
}
