import { Errors } from "moleculer";
import type { DeadLetterReason } from "../contracts/dead-letter.ts";

/**
 * Every error type of ttlc. docs/errors.md has a row for each: meaning, what the system does, what a person does.
 * Messages carry no personal data and no secret: they end up in logs and dead letters.
 */

/** A message no retry can help: it goes to `ttlc:dlq` at once, under `reason`. */
export class PoisonMessageError extends Errors.MoleculerError {
  readonly reason: DeadLetterReason;
  constructor(reason: DeadLetterReason, message: string, options?: ErrorOptions) {
    super(message, 422, "POISON_MESSAGE", { reason });
    this.reason = reason;
    this.cause = options?.cause;
  }
}

/** Something we depend on is away, busy or full: nothing is wrong with the message. The group pauses and tries again. */
export class OutageError extends Errors.MoleculerRetryableError {
  constructor(upstream: string, options?: ErrorOptions) {
    super(`${upstream} is unavailable`, 503, "OUTAGE", { upstream });
    this.cause = options?.cause;
  }
}

/** What moleculer throws when the other side of a call is away or slow. */
const REMOTE_OUTAGES = new Set([
  "RequestTimeoutError",
  "RequestRejectedError",
  "ServiceNotAvailableError",
  "ServiceNotFoundError",
  "BrokerDisconnectedError",
  "QueueIsFullError",
]);

/** Redis replies that say "not now", and what ioredis says when it has no connection or got no reply. */
const REDIS_OUTAGE =
  /^(LOADING|READONLY|OOM|MISCONF|BUSY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN|NOTARGET)\b|Connection is closed|Command timed out|Stream isn't writeable|max retries per request/i;

const NETWORK_OUTAGE_CODE = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_)/;

/**
 * SQLSTATE of a Postgres that is away (08), full (53), shutting down or out of time (57), or of a lock that was not to
 * be had: deadlock, serialization, lock_timeout, and the pool's own time-outs.
 */
const POSTGRES_OUTAGE_CODE = /^(08\w{3}|53\w{3}|57\w{3}|40P01|40001|55P03|25P0[34]|CONNECTION_POOL:\w+_TIMEOUT)$/;

/** What pg says when its connection broke, or could not be made in time. */
const POSTGRES_OUTAGE = /Connection terminated|timeout expired|Query read timeout|Connection ended|not queryable/;

/** True when nothing is wrong with what was asked: asking again later is right, and no attempt is counted. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    error instanceof OutageError ||
    REMOTE_OUTAGES.has(error.name) ||
    (typeof code === "string" && (NETWORK_OUTAGE_CODE.test(code) || POSTGRES_OUTAGE_CODE.test(code))) ||
    REDIS_OUTAGE.test(error.message) ||
    POSTGRES_OUTAGE.test(error.message)
  );
}

/** A value of the environment that ttlc cannot run with; the message names the variable, the problem and the fix. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** Why ttlc cannot start here, and what to do about it: shown to the person who started it, without a stack. */
export class StartError extends Error {
  override name = "StartError";
}
