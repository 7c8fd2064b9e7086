import type { BackoffPolicy } from "../../lib/backoff.ts";

/** Times and limits of a consumer; a service may change them in `settings.streams`. Durations in milliseconds. */
export interface Patience {
  /** Entries of a consumer that did not renew its claim for this long are taken over. */
  claimIdleMs: number;
  /** Attempts before an entry that keeps failing goes to the dlq. More than the restarts a good entry may live through. */
  maxAttempts: number;
  /** Between attempts at one failing entry. */
  retry: BackoffPolicy;
  /** Between attempts at everything, while Redis or something the handler needs is away. */
  outage: BackoffPolicy;
  /** How long a stop waits for what is in flight; the rest stays pending for others. */
  drainMs: number;
}

export const patience: Patience = {
  claimIdleMs: 10_000,
  maxAttempts: 8,
  retry: { initialMs: 500, maxMs: 10_000, multiplier: 2, jitter: 0.2 },
  outage: { initialMs: 100, maxMs: 2_000, multiplier: 2, jitter: 0.2 },
  drainMs: 8_000,
};
