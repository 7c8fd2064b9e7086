import { Redis } from "ioredis";
import { afterAll, beforeAll, expect } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { fillDisk, itWithDisk, mountDisk } from "../support/disk.ts";
import { isOfTikTok, sends, storedOf } from "../support/recorded-room.ts";
import { describeDurable, startTestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

describeDurable("a Redis whose disk is full (F12)", () => {
  const tiktok = new SimulatedTikTok();
  let database: TestDatabase;

  beforeAll(async () => {
    await tiktok.start();
    database = await createDatabase();
  });
  afterAll(async () => {
    await tiktok.stop();
    await database.drop();
  });

  itWithDisk("is waited for: not ready meanwhile, then everything is stored once, in order, and durable", async () => {
    const disk = await mountDisk("8m");
    const redis = await startTestRedis({ disk });
    const client = new Redis(redis.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on("error", () => {});
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 150, record: true });
    const ttlc = await startTtlc(
      {
        TTLC_SERVICES: "ingest,normalizer,storage,gateway",
        REDIS_URL: redis.url,
        DATABASE_URL: database.url,
        ...hostsOf(tiktok),
      },
      ["--user", room.uniqueId],
    );
    const ready = async () => (await fetch(`${ttlc.url}/ready`)).status;
    const stored = () => storedOf(room, database.url);
    /** The entries of each stream, and what its group was given and has not acknowledged. */
    const state = () =>
      Promise.all(
        ["ttlc:raw", "ttlc:events"].map(async (stream) => {
          const ids = (await client.xrange(stream, "-", "+")).map(([id]) => id);
          const groups = ((await client.xinfo("GROUPS", stream)) as unknown[][]).map(pairs);
          const of = groups.map(({ name, pending, "last-delivered-id": last }) => ({ name, pending, last }));
          return { stream, ids, of };
        }),
      );

    await sends(room, 300);
    await waitFor(async () => expect(await ready()).toBe(200));
    const makeRoom = fillDisk(disk);
    await waitFor(async () => {
      await expect(client.xadd("probe", "*", "field", "x".repeat(5_000))).rejects.toThrow(/^MISCONF/);
    });
    await waitFor(async () => expect(await ready()).toBe(503));
    await sends(room, 300);
    await expect(client.xack("ttlc:events", "storage", "1-1")).rejects.toThrow(/^MISCONF/);
    room.pause();
    await makeRoom();

    const sent = room.sent.messages.map(({ msgId }) => msgId);
    await waitFor(async () => expect((await stored()).filter(isOfTikTok)).toHaveLength(sent.length), 60_000);
    const rows = await stored();
    expect(rows.filter(isOfTikTok).map(({ msg_id }) => msg_id)).toEqual(sent);
    expect(rows.map(({ seq_no }) => Number(seq_no))).toEqual(rows.map((_, i) => i + 1));
    await waitFor(async () => expect(await ready()).toBe(200));
    await waitFor(async () =>
      expect(await ttlc.get<SessionLedger>(`/sessions/${rows[0]?.session_id}/ledger`)).toMatchObject({
        waiting: 0,
        inFlight: [],
        balance: { ok: true },
      }),
    );
    expect(await client.xlen("ttlc:dlq")).toBe(0);
    expect(await ttlc.signal("SIGTERM")).toBe(0);

    const confirmed = await state();
    await waitFor(async () => expect(await client.info("persistence")).toContain("aof_buffer_length:0"));
    await redis.kill();
    await redis.start();
    expect(await state()).toEqual(confirmed);
    await client.quit();
    await redis.stop();
  });
});
