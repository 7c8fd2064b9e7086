import { expect, it } from "vitest";
import { trim } from "../../mixins/streams/janitor.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { makeEvent } from "../fixtures/events.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { withDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { append, aRoom, fakeIngest, KEY, tailIsUp, urlOf, withClient } from "../support/gateway.ts";
import { describeDurable, startTestRedis } from "../support/redis.ts";
import { type Feed, openFeed } from "../support/sse.ts";
import { waitFor } from "../support/wait-for.ts";

const COUNT = 3_000;
const streamId = "stream-1";

describeDurable("while everything that may go is trimmed at once", () => {
  it("clients that resume anywhere get every event once, in order, from Postgres or the stream", async () => {
    const redis = await startTestRedis();
    await withDatabase(async (url) => {
      const pool = openPool(url);
      await pool.query(pool.sql`select ensure_week('2026-03-01')`);
      await pool.dispose();
      const config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
      await withClient(config, async (client) => {
        await client.config("SET", "stream-node-max-entries", "1");
        await withBroker([storage, fakeIngest([aRoom({ streamId })]), gateway], config, async (broker) => {
          await tailIsUp(client, broker.nodeID);
          const open = (after: string) =>
            openFeed(`${urlOf(broker)}/streams/${streamId}/events?after=${after}`, { "x-api-key": KEY });

          let appending = true;
          let trimmed = 0;
          const trimming = (async () => {
            while (appending) trimmed += await trim(client, "ttlc:events", ["storage"], { newest: 0, maxAgeMs: 0 });
          })();
          const feeds: [from: number, feed: Feed][] = [];
          for (let from = 1; from <= COUNT; from += 10) {
            const events = Array.from({ length: 10 }, (_, i) => makeEvent("CHAT", { streamId, seqNo: from + i }));
            const positions = await append(client, events);
            if (from % 300 === 1) feeds.push([from + 5, await open(positions[4] as string)]);
          }
          feeds.push([1, await open("0-0")]);
          for (const [from, feed] of feeds) {
            await waitFor(() => expect(feed.events().at(-1)?.seqNo).toBe(COUNT), 30_000);
            expect(feed.events().map(({ seqNo }) => seqNo)).toEqual(
              Array.from({ length: COUNT - from + 1 }, (_, i) => from + i),
            );
            expect(feed.frames.some(({ event }) => event === "gap")).toBe(false);
            feed.close();
          }
          await waitFor(async () => expect(await client.xlen("ttlc:events")).toBe(1));
          appending = false;
          await trimming;
          expect(trimmed).toBe(COUNT - 1);
        });
      });
    });
    await redis.stop();
  });
});
