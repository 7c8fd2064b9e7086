import { afterAll, beforeAll, expect, it } from "vitest";
import { readLedger } from "../../lib/ledger/read-ledger.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { sessionAccount } from "../../services/storage/account.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

type Row = { raw_type: string; msg_id: string; seq_no: string; session_id: string; payload: Record<string, unknown> };

describeDurable("kill -9 in the middle of a room", () => {
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

  const start = (service: string, args: string[] = []) =>
    startTtlc(
      {
        TTLC_SERVICES: service,
        TTLC_NODE_ID: service,
        REDIS_URL: redis.url,
        DATABASE_URL: database.url,
        ...hostsOf(tiktok),
      },
      args,
    );
  const stored = ({ roomId }: SimulatedRoom): Promise<Row[]> =>
    withPool(database.url, (db) =>
      db.query(db.sql`
        select raw_type, msg_id, seq_no, session_id, payload from events where stream_id = ${roomId} order by seq_no`),
    );
  const ofTikTok = (rows: Row[]) => rows.filter(({ raw_type }) => raw_type.startsWith("Webcast"));
  const key = ({ type, msgId }: { type: string; msgId: string }) => `${type} ${msgId}`;
  const keys = (rows: Row[]) => ofTikTok(rows).map(({ raw_type, msg_id }) => `${raw_type} ${msg_id}`);
  const sends = (room: SimulatedRoom, count: number) => {
    const { total } = room.sent;
    return waitFor(() => expect(room.sent.total).toBeGreaterThan(total + count));
  };
  const letters = () =>
    withPool(database.url, async (db) => (await db.query(db.sql`select reason from dead_letters`)) as unknown[]);

  it("loses and doubles nothing when normalizer and storage die, and covers the death of ingest with a gap", async () => {
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 150, record: true });
    const services: Record<string, Ttlc> = {};
    for (const service of ["storage", "normalizer"]) services[service] = await start(service);
    services.ingest = await start("ingest", ["--user", "alice"]);
    await sends(room, 200);

    for (const service of ["normalizer", "storage"]) {
      await services[service]?.kill();
      await sends(room, 100);
      services[service] = await start(service);
      await sends(room, 100);
    }
    room.pause();
    const sent = room.sent.messages.map(key);
    await waitFor(async () => expect(ofTikTok(await stored(room))).toHaveLength(sent.length), 60_000);
    expect(keys(await stored(room)).toSorted()).toEqual(sent.toSorted());
    expect(await letters()).toEqual([]);

    room.resume();
    await sends(room, 100);
    await services.ingest?.kill();
    await waitFor(() => expect(room.sent.missed).toBeGreaterThan(100));
    services.ingest = await start("ingest", ["--user", "alice"]);
    await sends(room, 100);
    room.pause();

    await waitFor(async () => {
      const published = await withRedis(redis.url, (client) => client.hget(`ttlc:room:${room.roomId}`, "published"));
      const soFar = await stored(room);
      expect(keys(soFar)).toContain(room.sent.messages.map(key).at(-1));
      expect(soFar).toHaveLength(Number(published));
    }, 60_000);
    const rows = await stored(room);
    expect(new Set(keys(rows)).size).toBe(keys(rows).length);
    expect(rows.map(({ seq_no }) => Number(seq_no))).toEqual(rows.map((_, i) => i + 1));
    const sessions = [...new Set(rows.map(({ session_id }) => session_id))];
    expect(sessions).toHaveLength(2);
    const at = rows.findIndex(({ raw_type }) => raw_type === "ControlEvent.DISCONNECTED");
    expect(rows.slice(at, at + 3).map(({ raw_type }) => raw_type)).toEqual([
      "ControlEvent.DISCONNECTED",
      "ControlEvent.CONNECTED",
      "ttlc.Gap",
    ]);
    expect(rows[at]?.session_id).toBe(sessions[0]);
    expect(rows[at + 2]?.payload).toMatchObject({
      facts: { why: "ingest_lost", seqNoBefore: Number(rows[at]?.seq_no), seqNoAfter: Number(rows[at + 1]?.seq_no) },
    });
    expect(await letters()).toEqual([]);
    for (const session of sessions) {
      const ledger = await withRedis(redis.url, (client) =>
        readLedger(client, (asked) => withPool(database.url, (db) => sessionAccount(db, asked)), session),
      );
      expect(ledger).toMatchObject({ waiting: 0, balance: { ok: true } });
    }
    for (const service of Object.values(services)) expect(await service.signal("SIGTERM")).toBe(0);
  });
});
