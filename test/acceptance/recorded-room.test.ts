import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { withRedis } from "../../lib/servers/redis-client.ts";
import { type RecordedRow, replay, toMessage } from "../../simulator/replay.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { describeRecorded, recordedRows } from "../support/recording.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

/** What DESIGN's table says of types whose event does not depend on a field. */
const eventTypes: Record<string, string> = {
  WebcastChatMessage: "CHAT",
  WebcastLikeMessage: "LIKE",
  WebcastEmoteChatMessage: "EMOTE",
  WebcastRoomUserSeqMessage: "ROOM_USER",
  WebcastGiftMessage: "GIFT",
  WebcastLinkMicBattle: "BATTLE",
  WebcastLinkMicArmies: "BATTLE",
  WebcastBarrageMessage: "BATTLE",
  WebcastSubNotifyMessage: "SUBSCRIBE",
};
const conditional = ["WebcastMemberMessage", "WebcastSocialMessage", "WebcastControlMessage"];

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** What makes two rows the same message: its type and id, or its bytes when it has none. */
const identity = (type: string, msgId: string | null, bytes: Uint8Array) => `${type} ${msgId ?? digest(bytes)}`;

function identityOf(row: RecordedRow): string {
  const { method, msgId, payload } = toMessage(row);
  return identity(method, msgId === "0" ? null : msgId, payload);
}

describeRecorded("a recorded room, from the socket to the database", () => {
  let redis: TestRedis;
  let database: TestDatabase;
  const tiktok = new SimulatedTikTok();

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

  it("has every distinct message once, byte for byte, through the disconnects its own messages cause", async () => {
    const rows = recordedRows();
    const room = tiktok.openRoom({ uniqueId: "alice", rate: 0 });
    const env = {
      TTLC_SERVICES: "ingest,normalizer,storage",
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      ...hostsOf(tiktok),
    };
    const ttlc = await startTtlc(env, ["--user", "alice"]);
    const played = await replay(room, rows, { rate: 200 });
    expect(played.rows).toBe(rows.length);

    // of two rows of one message the first is kept: the recording has a LiveIntro twice
    const wanted = new Map(rows.toReversed().map((row) => [identityOf(row), row]));
    await withPool(database.url, async (db) => {
      const stored = () =>
        db.query(db.sql`
          select e.event_type, e.sub_type, e.raw_type, e.msg_id, e.seq_no, e.session_id, p.raw_bytes
          from events e left join event_pii p using (event_id, timestamp)
          where e.stream_id = ${room.roomId} and e.raw_type not like 'ControlEvent.%' and e.raw_type not like 'ttlc.%'
          order by e.seq_no`);
      await waitFor(async () => expect(await stored()).toHaveLength(wanted.size), 60_000);
      const events = await stored();

      const identities = events.map((event) => identity(event.raw_type, event.msg_id, event.raw_bytes));
      expect(identities.toSorted()).toEqual([...wanted.keys()].toSorted());
      for (const [i, event] of events.entries()) {
        const row = wanted.get(identities[i] as string) as RecordedRow;
        expect(digest(event.raw_bytes), event.raw_type).toBe(digest(Buffer.from(row.payload, "base64")));
        if (conditional.includes(event.raw_type)) continue;
        expect(event.event_type, event.raw_type).toBe(eventTypes[event.raw_type] ?? "RAW");
      }
      expect(new Set(events.map(({ seq_no }) => seq_no)).size).toBe(events.length);
      const sessions = new Set(events.map(({ session_id }) => session_id)).size;
      expect(sessions, "the recording ends the stream more than once").toBeGreaterThan(1);

      const [{ letters }] = await db.query(db.sql`select count(*)::int as letters from dead_letters`);
      expect(letters).toBe(0);
      const gaps = await db.query(db.sql`select payload from events where raw_type = 'ttlc.Gap'`);
      expect(gaps).toHaveLength(sessions - 1);
    });
    const counted = await withRedis(redis.url, (client) => client.hget(`ttlc:room:${room.roomId}`, "duplicates"));
    expect(Number(counted)).toBe(rows.length - wanted.size);
    expect(await ttlc.signal("SIGTERM")).toBe(0);
  });
});
