import { Redis } from "ioredis";

/** Longest a reader blocks for new entries. Short, so that a dead link is noticed and a stop is quick. */
export const BLOCK_MS = 2_000;

/** A command without an answer for this long has failed; its effect is unknown. */
const COMMAND_TIMEOUT_MS = 2_500;

/** ioredis fails a command that timed out and keeps its connection; if that died without a word, all others would time out. */
class Connection extends Redis {
  override sendCommand(...args: Parameters<Redis["sendCommand"]>): unknown {
    const { stream } = this;
    const reply = super.sendCommand(...args) as Promise<unknown>;
    reply.catch((error: Error) => {
      if (error.message === "Command timed out" && this.stream === stream) this.disconnect(true);
    });
    return reply;
  }
}

/**
 * A Redis connection that fails instead of waiting: no queue while Redis is away, no command sent twice, no promise
 * that never settles (redis/ioredis#2193). Callers retry; the scripts make that safe.
 */
export function connect(url: string, purpose: "commands" | "reader"): Redis {
  return new Connection(url, {
    connectionName: `ttlc-${purpose}`,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: purpose === "reader" ? BLOCK_MS + COMMAND_TIMEOUT_MS : COMMAND_TIMEOUT_MS,
    connectTimeout: 5_000,
    keepAlive: 5_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    reconnectOnError: (error) => (error.message.startsWith("READONLY") ? 1 : false),
  });
}

/** Resolves once `redis` is connected, or was disconnected for good. */
export function connected(redis: Redis): Promise<void> {
  if (redis.status === "ready" || redis.status === "end") return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      redis.off("ready", done).off("end", done);
      resolve();
    };
    redis.on("ready", done).on("end", done);
  });
}
