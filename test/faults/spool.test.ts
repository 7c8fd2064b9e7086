import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import { framesIn } from "../../services/ingest/spool-frames.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { isOfTikTok, sends, storedOf } from "../support/recorded-room.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { hostsOf, startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

/** Of a spool file: what it is and where it begins. */
const HEADER = 16;
/** What a stop may take. */
const STOP_MS = 10_000;

describeDurable("an ingest that has spooled", () => {
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

  /** All services but ingest in one process, ingest in another; `alice` is live and Redis dies. */
  const spooling = async (rate: number) => {
    const room = tiktok.openRoom({ uniqueId: `alice_${rate}`, rate, record: true });
    const dataDir = await temporaryFolder();
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      TTLC_DATA_DIR: dataDir,
      ...hostsOf(tiktok),
    };
    const startIngest = () =>
      startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in-1" }, ["--user", room.uniqueId]);
    const rest = await startTtlc({ ...env, TTLC_SERVICES: "normalizer,storage,gateway", TTLC_NODE_ID: "rest" });
    const ingest = await startIngest();
    await sends(room, 300);
    await redis.kill();
    await sends(room, 600);
    return { room, rest, ingest, startIngest, file: join(dataDir, "spool", "in-1", `${room.roomId}.spool`) };
  };
  const lastSpooled = async (file: string) =>
    framesIn((await readFile(file)).subarray(HEADER)).frames.at(-1)?.message.entry;
  /** Everything that was sent is stored once and in order, and the first session's ledger balances. */
  const expectAll = async (room: SimulatedRoom, rest: Ttlc) => {
    await waitFor(async () => expect((await storedOf(room, database.url)).at(-1)?.raw_type).toBe("ttlc.Gap"), 60_000);
    const rows = await storedOf(room, database.url);
    expect(rows.filter(isOfTikTok).map(({ msg_id }) => msg_id)).toEqual(room.sent.messages.map(({ msgId }) => msgId));
    const ledger = await rest.get<SessionLedger>(`/sessions/${rows[0]?.session_id}/ledger`);
    expect(ledger).toMatchObject({ received: room.sent.total, waiting: 0, dropped: {}, balance: { ok: true } });
    return rows;
  };

  it("publishes after a kill -9 what came while Redis was down, in order and once", async () => {
    const { room, rest, ingest, startIngest, file } = await spooling(200);
    room.pause();
    await waitFor(async () => expect((await lastSpooled(file))?.msgId).toBe(room.sent.messages.at(-1)?.msgId));
    await ingest.kill();
    await redis.start();
    const next = await startIngest();
    const rows = await expectAll(room, rest);
    expect(rows.filter(({ raw_type }) => raw_type === "ControlEvent.DISCONNECTED")).toHaveLength(1);
    for (const ttlc of [next, rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
  });

  it("puts everything on the disk at a SIGTERM while Redis is down, in time", async () => {
    const { room, rest, ingest, startIngest, file } = await spooling(201);
    const signalledAt = performance.now();
    expect(await ingest.signal("SIGTERM")).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(STOP_MS);
    expect((await lastSpooled(file))?.type).toBe("ControlEvent.DISCONNECTED");
    room.pause();
    await redis.start();
    const next = await startIngest();
    await expectAll(room, rest);
    for (const ttlc of [next, rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
  });
});
