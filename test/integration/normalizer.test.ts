import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { readDrift } from "../../lib/drift/read-drift.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import normalizer from "../../services/normalizer/normalizer.service.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const raw = (seqNo: number, data: string): RawEnvelope => ({
  schemaVersion: "raw.v1",
  streamId: "7300000000000000001",
  sessionId: "00000000-0000-4000-8000-000000000001",
  source: "live",
  type: "WebcastChatMessage",
  seqNo,
  timestamp: "2026-01-01T00:00:00.000Z",
  ingestedAt: "2026-01-01T00:00:00.000Z",
  data,
  encoding: "json",
});

describe("the normalizer", () => {
  let redis: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    redis = await startTestRedis();
    client = new Redis(redis.url);
    await client.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM"); // as its reader does; never added to before
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  it("hands on a hundred messages, and the bad one among them to the dead letters", async () => {
    for (let seqNo = 0; seqNo < 100; seqNo++) {
      const data = seqNo === 57 ? "{not json" : JSON.stringify({ content: `line ${seqNo}` });
      await client.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo, data)));
    }
    await withBroker([normalizer], testConfig({ REDIS_URL: redis.url, LOG_LEVEL: "fatal" }), async (broker) => {
      await waitFor(async () => expect((await client.xlen("ttlc:events")) + (await client.xlen("ttlc:dlq"))).toBe(100));
      const drift = await readDrift(broker);
      expect(drift?.kinds).toMatchObject([{ kind: "decode_failure", what: "PARSE_ERROR: not valid JSON", count: 1 }]);
      expect(drift?.kinds[0]?.sample.seqNo).toBe(57);
    });

    const events = (await client.xrange("ttlc:events", "-", "+")).map(([, words]) => fieldsOf(words));
    expect(events.map(({ event }) => JSON.parse(event as string).seqNo)).toEqual(
      Array.from({ length: 100 }, (_, seqNo) => seqNo).filter((seqNo) => seqNo !== 57),
    );
    expect(events[0]).toMatchObject({ raw: '{"content":"line 0"}', encoding: "json" });

    const letters = (await client.xrange("ttlc:dlq", "-", "+")).map(([, words]) => fieldsOf(words));
    expect(letters).toMatchObject([{ stage: "normalizer", reason: "PARSE_ERROR", error: "not valid JSON" }]);
    const [pending] = (await client.xpending("ttlc:raw", "normalizer")) as [number];
    expect(pending).toBe(0);
  });
});
