import { Redis } from "ioredis";
import type { State } from "./state.ts";

/** One connection for one task: no retries, no queue, closed at the end. */
export async function withRedis<Result>(url: string, task: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    connectTimeout: 5000,
    commandTimeout: 5000,
  });
  let fault: Error | undefined; // why there is no connection, where the rejected command only says that there is none
  redis.on("error", (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    return await task(redis);
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

export const redisState = (url: string): Promise<State> =>
  withRedis(url, (redis) => redis.ping()).then(
    () => "ready",
    (error: Error) => (error.message.startsWith("LOADING") ? "starting" : "none"),
  );

export const redisAnswers = async (url: string): Promise<boolean> => (await redisState(url)) === "ready";
