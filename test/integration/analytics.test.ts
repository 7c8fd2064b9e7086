import { readdirSync, readFileSync } from "node:fs";
import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Analytics, analyticsSchema, channelAnalyticsSchema } from "../../contracts/analytics.ts";
import type { EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";
import { analytics } from "../../services/storage/analytics.ts";
import { channel } from "../../services/storage/channel.ts";
import { channelAnalytics } from "../../services/storage/channel-analytics.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { rebuild } from "../../services/storage/rebuild.ts";
import { startReplay } from "../../services/storage/replays.ts";
import { sessions } from "../../services/storage/sessions.ts";
import { streams } from "../../services/storage/streams.ts";
import { makeEntry, makeEvent, sha256, viewer } from "../fixtures/events.ts";
import { randomEvent } from "../fixtures/random-events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, emptyTables, openPool } from "../support/event-store.ts";
import { seeded, split } from "../support/random.ts";

const random = seeded(11);
const EVENTS = 3_000;
const isAnalytics = createAjv().compile(analyticsSchema);
const isChannelAnalytics = createAjv().compile(channelAnalyticsSchema);

/** As TikTok sends them, with shares and follows among them. */
function someEvent(seqNo: number): UnifiedEvent {
  const event = randomEvent(seqNo, random);
  if (random(6) > 0) return event;
  const { streamId, sessionId, timestamp } = event;
  return makeEvent((["SHARE", "FOLLOW", "JOIN", "SUBSCRIBE"] as EventType[])[random(4)] as EventType, {
    ...{ seqNo, streamId, sessionId, timestamp, user: viewer(random(6)) },
  });
}

describe("analytics", () => {
  let database: TestDatabase;
  let db: ConnectionPool;
  let events: UnifiedEvent[];

  const ask = async (query: Partial<Parameters<typeof analytics>[1]>): Promise<Analytics> => {
    const found = await analytics(db, { limit: 100, people: true, ...query });
    if (!isAnalytics(found)) throw new Error(JSON.stringify(isAnalytics.errors));
    return found as Analytics;
  };

  beforeAll(async () => {
    database = await createDatabase();
    db = openPool(database.url);
    await emptyTables(db);
    events = Array.from({ length: EVENTS }, (_, n) => someEvent(n));
    const log = new EventLog();
    for (const part of split(events, random))
      await log.append(
        db,
        part.map((event) => makeEntry(event)),
      );
  });
  afterAll(async () => {
    await db.dispose();
    await database.drop();
  });

  it("of sessions and streams agree with the lists of them", async () => {
    const lists = [...(await sessions(db, { limit: 10 })).items, ...(await streams(db, { limit: 10 })).items];
    expect(lists).toHaveLength(4 + 2);
    for (const item of lists) {
      const { totals } = await ask("sessionId" in item ? { sessionId: item.sessionId } : { streamId: item.streamId });
      const { events, diamonds, observedLikes, likes, peakViewers } = item;
      expect(totals).toMatchObject({ events, diamonds, observedLikes, likes, peakViewers });
    }
  });

  it("agree with themselves: minutes, gifts and lists add up to the totals", async () => {
    const subjects = [...new Set(events.map(({ sessionId }) => sessionId))].map((sessionId) => ({ sessionId }));
    for (const subject of [...subjects, { streamId: "7300000000000000000" }]) {
      const { totals, timeline, gifts, top } = await ask(subject);
      const points = timeline?.points ?? [];
      const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
      const ofType = (type: string) => sum(points.map((point) => point.events[type] ?? 0));
      expect(timeline?.minutes).toBe(1);
      expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted());
      expect(totals).toMatchObject({
        ...{ events: sum(points.flatMap((point) => Object.values(point.events))), chats: ofType("CHAT") },
        ...{
          follows: ofType("FOLLOW"),
          shares: ofType("SHARE"),
          subscribes: ofType("SUBSCRIBE"),
          joins: ofType("JOIN"),
        },
        observedLikes: sum(points.map(({ likes }) => likes)),
        peakViewers: Math.max(...points.map(({ viewers }) => viewers ?? 0)),
        diamonds: sum((gifts ?? []).map(({ coins }) => coins)),
        gifts: sum((gifts ?? []).map((gift) => gift.gifts)),
      });
      expect(sum((top?.gifters ?? []).map(({ coins = 0 }) => coins))).toBe(totals.diamonds); // everybody in it has a name
      expect(sum((top?.sharers ?? []).map(({ count }) => count))).toBe(totals.shares);
    }
  });

  it("know the people of a part as they know those of the whole", async () => {
    const streamId = "7300000000000000001";
    const whole = await ask({ streamId });
    const [first, last] = ["2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"];
    const counted = await ask({ streamId, from: first, to: last }); // from events, not from projections
    expect(counted).toEqual({ ...whole, from: first, to: last, totals: { ...whole.totals, likes: null } });
    expect(whole.totals.people).toBe(6);
    const chats = events.filter((event) => event.eventType === "CHAT" && event.streamId === streamId);
    const byName = Map.groupBy(chats, ({ user }) => user?.userId);
    expect(new Map(whole.top?.chatters?.map(({ userId, count }) => [userId, count]))).toEqual(
      new Map(Array.from(byName, ([userId, own]) => [userId, own.length])),
    );
  });

  it("of parts of the time add up to the whole, whatever streaks go over their borders", async () => {
    const subjects = [...new Set(events.map(({ sessionId }) => sessionId))].map((sessionId) => ({ sessionId }));
    const minutes = [0, 1, 3, 4, 5].map((minute) => new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString());
    for (const subject of [...subjects, { streamId: "7300000000000000000" }]) {
      const { totals, gifts } = await ask(subject);
      const sum: Record<string, number> = {};
      const coins = new Map<string, number>();
      for (const [i, to] of minutes.slice(1).entries()) {
        const part = await ask({ ...subject, from: minutes[i], to });
        for (const [name, count] of Object.entries(part.totals)) sum[name] = (sum[name] ?? 0) + (count ?? 0);
        for (const gift of part.gifts ?? []) coins.set(gift.giftId, (coins.get(gift.giftId) ?? 0) + gift.coins);
      }
      const { people: _, likes: __, peakViewers: ___, ...additive } = totals;
      expect(sum).toMatchObject(additive);
      expect(coins).toEqual(new Map(gifts?.map((gift) => [gift.giftId, gift.coins])));
    }
  });

  it("take whole minutes around a range", async () => {
    const streamId = "7300000000000000000";
    const range = { from: "2026-03-01T12:01:30.500Z", to: "2026-03-01T12:02:00.001Z" };
    const { from, to, timeline } = await ask({ streamId, ...range });
    expect([from, to]).toEqual(["2026-03-01T12:01:00.000Z", "2026-03-01T12:03:00.000Z"]);
    expect(timeline?.points.map(({ at }) => at)).toEqual([from, "2026-03-01T12:02:00.000Z"]);
  });

  it.each([
    ["of all of it", 2n ** 62n],
    ["that was started earlier, of what it is now", null],
  ])("of a replay are those of what it replays: %s", async (_, through) => {
    const sessionId = "00000000-0000-4000-8000-000000000000";
    const [{ first }] = await db.query(sql`select min(position) as first from events where session_id = ${sessionId}`);
    await asOwner(db, (tx) => tx.query(sql`delete from replays`));
    const replay = await startReplay(db, { sessionId, speed: "max" }, async () => through ?? BigInt(first));
    const original = await ask({ sessionId });
    expect(await ask({ sessionId: replay.sessionId })).toEqual({ ...original, sessionId: replay.sessionId });
  });

  it("name nobody when they are not to", async () => {
    const answer = await ask({ streamId: "7300000000000000000", people: false });
    expect(answer).not.toHaveProperty("top");
    expect(JSON.stringify(answer)).not.toMatch(/viewer\d/i);
    expect(answer.totals.people).toBe(6);
  });

  it("list as many as are asked for, and those who did nothing never", async () => {
    const { gifts, top } = await ask({ streamId: "7300000000000000000", limit: 2 });
    const lists = [gifts, ...Object.values(top ?? {})];
    for (const list of lists) expect(list?.length).toBeLessThanOrEqual(2);
    expect(top?.gifters).toHaveLength(2);
    expect(lists.flat().filter((row) => row && "count" in row && row.count === 0)).toEqual([]);
  });

  it("leave a streak's growth of an earlier session to that", async () => {
    const streamId = "7300000000000000009";
    const session = (n: number) => `00000000-0000-4000-8000-00000000009${n}`;
    const gift = (n: number, giftCount: number, giftId = "1") =>
      makeEvent("GIFT", {
        ...{ seqNo: n, streamId, sessionId: session(n < 3 ? 1 : 2), user: viewer(1) },
        payload: {
          giftId,
          giftName: `Gift ${giftId}`,
          giftCount,
          coins: giftCount * 5,
          streakId: sha256(`x${giftId}`),
          streakState: "progress",
        },
      });
    await new EventLog().append(
      db,
      [gift(1, 2), gift(2, 3), gift(3, 7), gift(4, 9, "2")].map((event) => makeEntry(event)),
    );
    const giftsOf = async (query: object) => (await ask(query)).gifts;
    expect(await giftsOf({ sessionId: session(1) })).toEqual([
      { giftId: "1", giftName: "Gift 1", gifts: 3, coins: 15 },
    ]);
    expect(await giftsOf({ sessionId: session(2) })).toEqual([
      { giftId: "2", giftName: "Gift 2", gifts: 9, coins: 45 },
      { giftId: "1", giftName: "Gift 1", gifts: 4, coins: 20 },
    ]);
    expect((await giftsOf({ streamId }))?.map(({ coins }) => coins)).toEqual([45, 35]);
  });

  it("of a channel are its sessions by day, without what is simulated", async () => {
    const { channelId } = await channel(db, { uniqueId: "ann", simulated: false });
    const evening = (day: number, provider: "direct" | "simulator" = "direct") =>
      [
        makeEvent("CONNECTED", { payload: { channelId }, seqNo: 1 }),
        makeEvent("GIFT", { payload: { coins: 5 * day }, seqNo: 2 }),
        makeEvent("ROOM_USER", { payload: { viewers: 100 - day }, seqNo: 3 }),
      ].map((event) => {
        const id = `${day}${provider === "direct" ? 1 : 2}`;
        const sessionId = `00000000-0000-4000-8000-0000000001${id}`;
        const timestamp = `2026-03-0${day}T23:59:00.000Z`;
        return {
          ...event,
          streamId: `80${id}`,
          sessionId,
          timestamp,
          provider,
          eventId: sha256(`${id}${event.seqNo}`),
        };
      });
    const all = [...evening(2), ...evening(3), ...evening(3, "simulator")] as UnifiedEvent[];
    await new EventLog().append(
      db,
      all.map((event) => makeEntry(event)),
    );
    const answer = await channelAnalytics(db, { channelId });
    expect(isChannelAnalytics(answer)).toBe(true);
    expect(answer?.days).toEqual([
      { day: "2026-03-03", sessions: 1, events: 3, diamonds: 15, observedLikes: 0, peakViewers: 97 },
      { day: "2026-03-02", sessions: 1, events: 3, diamonds: 10, observedLikes: 0, peakViewers: 98 },
    ]);
    expect((await channelAnalytics(db, { channelId, to: "2026-03-03T00:00:00.000Z" }))?.days).toMatchObject([
      { day: "2026-03-02" },
    ]);
  });

  it("are of nothing that is not stored", async () => {
    const nobody = "00000000-0000-4000-8000-0000000000ff";
    const query = { limit: 10, people: true };
    expect(await analytics(db, { ...query, sessionId: nobody })).toBeNull();
    expect(await analytics(db, { ...query, streamId: "1" })).toBeNull();
    expect(await channelAnalytics(db, { channelId: nobody })).toBeNull();
  });

  it("count the minutes of what was stored before as those of what comes", async () => {
    const file = readdirSync("migrations").find((name) => name.endsWith("_minutes_and_pauses.sql"));
    const migration = readFileSync(`migrations/${file}`, "utf8");
    const fill = /^insert into session_minutes[^;]*;/m.exec(migration)?.[0] as string;
    await asOwner(db, async (tx) => {
      await tx.query(sql`truncate session_minutes`);
      await tx.query(sql.__dangerous__rawValue(fill));
    });
    expect(await rebuild(db, { replace: false }, new AbortController().signal)).toMatchObject({ equal: true });
  });

  it("read gifts by an index of their own", async () => {
    const plan: { "QUERY PLAN": string }[] = await db.tx(async (tx) => {
      await tx.query(sql`set local enable_seqscan = off`);
      return tx.query(sql`
        explain select count(*) from events e
        where e.event_type = 'GIFT' and e.session_id = any(${["00000000-0000-4000-8000-000000000000"]}::uuid[])`);
    });
    expect(plan.map((line) => line["QUERY PLAN"]).join("\n")).toContain("_session_id_idx");
  });
});
