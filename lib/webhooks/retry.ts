import type { BackoffPolicy } from "../backoff.ts";

/** Between attempts at a webhook (seed 001, 3.7); longer when the other side asks for it. */
export const webhookRetry: BackoffPolicy = { initialMs: 500, maxMs: 30_000, multiplier: 2, jitter: 0.2 };
