/** How long to wait between tries. Durations in milliseconds; `jitter` is a fraction, 0.2 meaning ±20 %. */
export interface BackoffPolicy {
  initialMs: number;
  maxMs: number;
  multiplier: number;
  jitter: number;
}

/**
 * Milliseconds to wait before retry `attempt` (0 is the first).
 * Grows by `multiplier` up to `maxMs`, then spread by ±`jitter`.
 *
 * @param random in [0, 1); passed in so that a test can pin it
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: number): number {
  const base = Math.min(policy.maxMs, policy.initialMs * policy.multiplier ** attempt);
  return Math.round(base * (1 + policy.jitter * (2 * random - 1)));
}
