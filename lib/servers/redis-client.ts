import { Redis } from "ioredis";

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

/** Whether a Redis is there, takes this URL's password and has loaded its data. */
export const redisAnswers = (url: string): Promise<boolean> =>
  withRedis(url, async (redis) => (await redis.ping()) === "PONG").catch(() => false);
