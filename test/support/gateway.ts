import { Redis } from "ioredis";
import type { ServiceBroker, ServiceSchema } from "moleculer";
import type { Config } from "../../contracts/config.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import type { Http } from "../../services/gateway/http.ts";
import { sha256 } from "../fixtures/events.ts";
import { waitFor } from "./wait-for.ts";

export const KEY = "gateway-test-admin-key";

/** Where the gateway of this broker listens. */
export function urlOf(broker: ServiceBroker): string {
  const { server } = broker.getLocalService("gateway") as unknown as Http;
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A Redis connection for the test itself; closed once `use` is done. */
export async function withClient<Result>(
  { REDIS_URL }: Config,
  use: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = new Redis(REDIS_URL as string, { retryStrategy: (attempt) => Math.min(attempt * 20, 200) });
  redis.on("error", () => {});
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

/** Appends what the normalizer would, in one go; resolves with the positions. */
export async function append(redis: Redis, events: readonly UnifiedEvent[]): Promise<string[]> {
  const pipeline = redis.multi();
  for (const event of events) pipeline.xadd("ttlc:events", "*", "event", JSON.stringify(event));
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, id]) => {
    if (error) throw error;
    return String(id);
  });
}

export const aRoom = (changes: Partial<RoomStatus> = {}): RoomStatus => ({
  uniqueId: "anna",
  provider: "direct",
  simulated: false,
  state: "live",
  since: "2026-03-01T12:00:00.000Z",
  attempt: 0,
  counters: { received: 5, published: 4, duplicates: 1, tooLarge: 0, refused: 0 },
  dropped: { overload: { crowd: 0, other: 0, vital: 0 } },
  ...changes,
});

/** Ingest as the gateway sees it: a list of rooms that the test writes. */
export function fakeIngest(rooms: RoomStatus[], requestIDs: (string | null)[] = []): ServiceSchema {
  return {
    name: "ingest",
    actions: {
      list(ctx) {
        requestIDs.push(ctx.requestID);
        return rooms;
      },
      rooms: () => rooms,
      connect({ params }) {
        if (params.uniqueId === "broken") throw new Error("password=hunter2");
        const room = aRoom({ uniqueId: params.uniqueId, state: "connecting" });
        rooms.push(room);
        return room;
      },
      disconnect({ params }) {
        const at = rooms.findIndex(({ uniqueId }) => uniqueId === params.uniqueId);
        return at === -1 ? null : rooms.splice(at, 1)[0];
      },
    },
  };
}

/** Makes a one-time login code, as `npm run login-link` does. */
export async function makeLoginCode(redis: Redis, code: string): Promise<void> {
  await redis.set(`ttlc:login:${sha256(code)}`, "admin", "EX", 600);
}

/** Returns once the gateway follows the stream: what is appended from then on reaches its clients. */
export async function tailIsUp(redis: Redis, nodeID: string): Promise<void> {
  await waitFor(async () => {
    const groups = (await redis.xinfo("GROUPS", "ttlc:events")) as unknown[][];
    if (!groups.some((facts) => facts.includes(`api:${nodeID}`))) throw new Error("the tail has no group yet");
  });
}
