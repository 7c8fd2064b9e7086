import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import type { LetterJob } from "../../contracts/letters.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import { keepLetters } from "../../services/storage/dead-letters.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { raw } from "../support/stream-messages.ts";
import { startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const LETTERS = 5_000;

describeDurable("kill -9 in the middle of a redrive", () => {
  let redis: TestRedis;
  let database: TestDatabase;

  beforeAll(async () => {
    [redis, database] = await Promise.all([startTestRedis(), createDatabase()]);
  });
  afterAll(async () => {
    await redis.stop();
    await database.drop();
  });

  const start = () =>
    startTtlc({
      TTLC_SERVICES: "gateway,storage,normalizer,ingest",
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
    });

  it("is gone on with, and every letter comes back once", async () => {
    const sessionId = randomUUID();
    const letters = Array.from({ length: LETTERS }, (_, i) => ({
      id: `1700000000000-${i}`,
      message: {
        ...{ stage: "normalizer", stream: "ttlc:raw", group: "normalizer", entryId: `1600000000000-${i}` },
        ...{ reason: "PARSE_ERROR" as const, error: "was not read", failedAt: "2026-01-01T00:00:01.000Z", attempts: 0 },
        payload: JSON.stringify(fieldsOf(encode("ttlc:raw", { ...raw(i), sessionId, type: "WebcastNewMessage" }))),
      },
    }));
    await withPool(database.url, (db) => keepLetters(db, letters));
    await withRedis(redis.url, (client) =>
      client.hset(`ttlc:ledger:${sessionId}`, {
        ...{ received: LETTERS, published: LETTERS, "dead:normalizer": LETTERS },
      }),
    );
    const first = await start();
    const answer = await fetch(`${first.url}/dlq/redrive`, {
      method: "POST",
      headers: { "x-api-key": first.key, "content-type": "application/json" },
      body: JSON.stringify({ filter: { sessionId }, rate: 2_500 }),
    });
    const { id } = (await answer.json()) as LetterJob;
    await waitFor(async () => {
      const { done } = await first.get<LetterJob>(`/dlq/redrives/${id}`);
      expect(done).toBeGreaterThan(LETTERS / 4);
      expect(done).toBeLessThan(LETTERS);
    });
    await first.kill();

    const second = await start();
    await waitFor(async () => {
      const job = await second.get<LetterJob>(`/dlq/redrives/${id}`);
      expect(job).toMatchObject({ state: "done", total: LETTERS, done: LETTERS, failed: 0 });
    }, 60_000);
    await waitFor(async () => {
      const ledger = await second.get<SessionLedger>(`/sessions/${sessionId}/ledger`);
      expect(ledger).toMatchObject({ stored: LETTERS, storedBefore: 0, redriven: LETTERS, balance: { ok: true } });
    }, 30_000);
    expect(await second.signal("SIGTERM")).toBe(0);
  });
});
