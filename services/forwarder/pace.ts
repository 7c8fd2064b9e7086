import type { BackoffPolicy } from "../../lib/backoff.ts";
import { webhookRetry } from "../../lib/webhooks/retry.ts";

/** Times and limits of the forwarder; a test may change them in `settings.pace`. Durations in milliseconds. */
export interface Pace {
  /** Between attempts at a batch; longer when the destination asks for it. */
  retry: BackoffPolicy;
  /** Failing for so long, a destination is disabled: config's FORWARD_GIVE_UP_DAYS unless it is set here. */
  giveUpMs?: number;
  /**
   * A sender that does not renew its lease for so long is taken for dead. It does so after a third of it, and looks then whether
   * something came that nobody told it of. Two thirds of it are above `totalMs` of the egress.
   */
  leaseMs: number;
  /** Which destinations have no sender. */
  lookMs: number;
  /** What comes within this goes as one batch. */
  gatherMs: number;
  /** For the attempt that is under way when we stop. */
  drainMs: number;
  /** Of one batch. */
  maxEvents: number;
  maxBytes: number;
}

export const pace: Pace = {
  retry: webhookRetry,
  leaseMs: 20_000,
  lookMs: 1_000,
  gatherMs: 100,
  drainMs: 3_000,
  maxEvents: 100,
  maxBytes: 512 * 1024,
};
