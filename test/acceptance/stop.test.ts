import { afterAll, beforeAll, expect, it } from "vitest";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { openFeed } from "../support/sse.ts";
import { hostsOf, startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

/** What an operator's stop may take: a container runtime kills after ten seconds. */
const STOP_MS = 10_000;

describeDurable("SIGTERM in the middle of a room", () => {
  const tiktok = new SimulatedTikTok();
  let redis: TestRedis;
  let database: TestDatabase;

  beforeAll(async () => {
    await tiktok.start();
    redis = await startTestRedis();
    database = await createDatabase();
  });
  afterAll(async () => {
    await tiktok.stop();
    await redis.stop();
    await database.drop();
  });

  it("ends the session, tells the listeners, loses nothing and is over in time", async () => {
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 200, record: true });
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      ...hostsOf(tiktok),
    };
    const stored = (): Promise<{ raw_type: string; msg_id: string }[]> =>
      withPool(database.url, (db) =>
        db.query(db.sql`select raw_type, msg_id from events where stream_id = ${room.roomId} order by seq_no`),
      );
    const ttlc = await startTtlc({ ...env, TTLC_SERVICES: "ingest,normalizer,storage,gateway" }, ["--user", "alice"]);
    await waitFor(() => ttlc.get("/streams/alice")); // known by that name once its first event is stored
    const feed = await openFeed(`${ttlc.url}/streams/alice/events`, { "x-api-key": ttlc.key });
    await waitFor(() => expect(room.sent.total).toBeGreaterThan(600));

    const signalledAt = performance.now();
    expect(await ttlc.signal("SIGTERM")).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(STOP_MS);
    await feed.ended;
    expect(feed.text()).toMatch(/retry: \d+\n\n$/);
    expect((await stored()).at(-1)?.raw_type).toBe("ControlEvent.DISCONNECTED");

    const rest = await startTtlc({ ...env, TTLC_SERVICES: "normalizer,storage" });
    const sent = room.sent.messages.map(({ type, msgId }) => `${type} ${msgId}`).toSorted();
    await waitFor(async () => {
      const rows = (await stored()).filter(({ raw_type }) => raw_type.startsWith("Webcast"));
      expect(rows.map(({ raw_type, msg_id }) => `${raw_type} ${msg_id}`).toSorted()).toEqual(sent);
    });
    expect(await rest.signal("SIGTERM")).toBe(0);
  });
});
