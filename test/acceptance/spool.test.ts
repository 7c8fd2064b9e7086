import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { framesIn } from "../../services/ingest/spool-frames.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

/** Of a spool file: what it is and where it begins. */
const HEADER = 16;

describeDurable("kill -9 of an ingest that has spooled", () => {
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

  it("publishes at its next start what came while Redis was down, in order and once", async () => {
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 200, record: true });
    const dataDir = await temporaryFolder();
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      TTLC_DATA_DIR: dataDir,
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url,
    };
    const startIngest = () => startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in-1" }, ["--user", "alice"]);
    const rest = await startTtlc({ ...env, TTLC_SERVICES: "normalizer,storage,gateway", TTLC_NODE_ID: "rest" });
    const first = await startIngest();
    await waitFor(() => expect(room.sent.total).toBeGreaterThan(300));

    await redis.kill();
    const { total } = room.sent;
    await waitFor(() => expect(room.sent.total).toBeGreaterThan(total + 600));
    room.pause();
    const lastOf = <Item>(items: readonly Item[]) => items.at(-1);
    await waitFor(async () => {
      const file = await readFile(join(dataDir, "spool", "in-1", `${room.roomId}.spool`));
      const spooled = lastOf(framesIn(file.subarray(HEADER)).frames)?.message.entry;
      expect(spooled?.msgId).toBe(lastOf(room.sent.messages)?.msgId);
    });
    await first.kill();
    await redis.start();
    const second = await startIngest();

    const stored = (): Promise<{ raw_type: string; msg_id: string; session_id: string }[]> =>
      withPool(database.url, (db) =>
        db.query(db.sql`
          select raw_type, msg_id, session_id from events where stream_id = ${room.roomId} order by seq_no`),
      );
    await waitFor(async () => expect((await stored()).at(-1)?.raw_type).toBe("ttlc.Gap"), 60_000);
    const rows = await stored();
    const ofTikTok = rows.filter(({ raw_type }) => raw_type.startsWith("Webcast"));
    expect(ofTikTok.map(({ msg_id }) => msg_id)).toEqual(room.sent.messages.map(({ msgId }) => msgId));
    const ledger = await rest.get<SessionLedger>(`/sessions/${rows[0]?.session_id}/ledger`);
    expect(ledger).toMatchObject({ received: room.sent.total, waiting: 0, dropped: {}, balance: { ok: true } });
    for (const ttlc of [second, rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
  });
});
