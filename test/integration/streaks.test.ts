import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { EventOf } from "../../contracts/unified-event.ts";
import { defineService } from "../../lib/define-service.ts";
import { decode } from "../../mixins/streams/codec.ts";
import brokerOptions from "../../moleculer.config.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import { normalize } from "../../services/normalizer/normalize.ts";
import { createHost, type Viewer } from "../../simulator/crowd.ts";
import { type GiftKind, giftKinds } from "../../simulator/gifts.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import { gift } from "../../simulator/person-messages.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { testConfig } from "../support/config.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";
import { wantedRooms } from "../support/wanted-rooms.ts";

/** What ingest asks of storage. @param open sessions that nobody closed */
const storage = (open: object[]) =>
  defineService({
    name: "storage",
    actions: {
      ...wantedRooms(),
      openSessions: { params: { type: "object" }, handler: () => open },
      channel: { params: { type: "object" }, handler: () => ({ channelId: "00000000-0000-4000-8000-00000000000c" }) },
      seed: { params: { type: "object" }, handler: () => ({ seed: 0, last: null }) },
    },
  });

const SOON_MS = 200;
const LATER_MS = 60_000;

const rose = giftKinds[0] as GiftKind;
const mila: Viewer = { ...createHost("mila"), isFollower: true };
const frame = (count: number, groupId = "1696447170769", isEnd = false) =>
  gift(mila, { kind: rose, count, groupId, isEnd });
const end = (count: number, groupId?: string) => frame(count, groupId, true);

describeDurable("gift streaks", () => {
  let server: TestRedis;
  let redis: Redis;
  let tiktok: SimulatedTikTok;
  /** Each test has its own. */
  let room: SimulatedRoom;
  let rooms = 0;

  beforeAll(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
    tiktok = new SimulatedTikTok();
    await tiktok.start();
  });
  afterAll(async () => {
    await tiktok.stop();
    await redis.quit();
    await server.stop();
  });
  beforeEach(() => {
    room = tiktok.openRoom({ uniqueId: `alice${++rooms}`, rate: 0 });
  });

  /** A process with ingest; its stop is that of SIGTERM. */
  async function start(streakSilenceMs: number, open: object[] = []): Promise<ServiceBroker> {
    const config = testConfig({
      REDIS_URL: server.url,
      LOG_LEVEL: "fatal",
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url.replace("http://", ""),
    });
    const broker = new ServiceBroker(brokerOptions(config));
    broker.createService(storage(open));
    broker.createService({ ...ingest, settings: { streakSilenceMs } });
    await broker.start();
    return broker;
  }
  const follow = (broker: ServiceBroker) => broker.call("ingest.connect", { uniqueId: room.uniqueId });
  const leave = (broker: ServiceBroker) => broker.call("ingest.disconnect", { uniqueId: room.uniqueId });
  const status = async (broker: ServiceBroker) =>
    ((await broker.call("ingest.list", {})) as RoomStatus[]).find(({ uniqueId }) => uniqueId === room.uniqueId);
  const becomes = (broker: ServiceBroker, state: string) =>
    waitFor(async () => expect(await status(broker)).toMatchObject({ state }));

  const raws = async () =>
    (await redis.xrange("ttlc:raw", "-", "+"))
      .map(([, words]) => decode("ttlc:raw", words) as RawEnvelope)
      .filter(({ streamId }) => streamId === room.roomId);
  const types = async () => (await raws()).map(({ type }) => type);
  const gifts = async () =>
    (await raws())
      .map((raw) => normalize(raw, new Date()).event)
      .filter((event): event is EventOf<"GIFT"> & typeof event => event.eventType === "GIFT");
  /** Resolves once these are all gifts on the stream, by what they say. */
  const become = (...expected: string[]) => waitFor(async () => expect((await gifts()).map(said)).toEqual(expected));

  describe("of a room that is heard", () => {
    let broker: ServiceBroker;

    beforeAll(async () => {
      broker = await start(SOON_MS);
    });
    afterAll(() => broker.stop());
    beforeEach(async () => {
      await follow(broker);
      await becomes(broker, "live");
    });

    it("end lost: is closed after silence, as a recorded event of the giver, and counted", async () => {
      room.say(frame(1), frame(3));
      await become("progress 1", "progress 3", "final 3 timeout");
      const [first, , closed] = await gifts();
      expect(closed).toMatchObject({
        subType: "STREAK_CLOSED",
        rawType: "ttlc.GiftStreakClosed",
        msgId: `streak:${first?.payload.streakId}:3`,
        user: { userId: mila.id, uniqueId: "mila", isFollower: true },
        payload: { streakId: first?.payload.streakId, coins: 3 },
      });
      expect((await status(broker))?.streaks).toEqual({
        open: 0,
        closed: { timeout: 1, streamEnd: 0 },
        untracked: 0,
      });
    });

    // in the next three the last streak is closed, and the others would have been before
    it("out of order and re-sent: an end is an end", async () => {
      misbehave(room, "repeatFrames", { count: 2 });
      room.say(frame(13), frame(15), frame(14));
      room.say(end(17), frame(16));
      room.say(frame(1, "77"));
      const streak = ["progress 13", "progress 15", "progress 14", "final 17 end", "progress 16"];
      await become(...streak, "progress 1", "final 1 timeout");
    });

    it("late end: corrects the count, and nothing is closed again", async () => {
      room.say(frame(5));
      await become("progress 5", "final 5 timeout");
      room.say(end(7), frame(1, "77"));
      await become("progress 5", "final 5 timeout", "final 7 end", "progress 1", "final 1 timeout");
      expect(new Set((await gifts()).slice(0, 3).map(({ payload }) => payload.streakId)).size).toBe(1);
    });

    it("groupId 0: is no streak, and is not closed", async () => {
      room.say(frame(1, "0"), frame(1, "77"));
      await become("none 1", "progress 1", "final 1 timeout");
      expect((await gifts())[0]?.payload).not.toHaveProperty("streakId");
    });

    it("are forgotten in Redis long after they are over", async () => {
      room.say(...Array.from({ length: 600 }, (_, i) => end(1, String(i + 1))));
      room.say(frame(1));
      const fields = () => redis.hkeys(`ttlc:room:${room.roomId}`);
      const kept = async () => (await fields()).filter((field) => field.startsWith("streak:")).length;
      await waitFor(async () => expect((await status(broker))?.counters.published).toBeGreaterThan(601));
      await waitFor(async () => expect(await kept()).toBeLessThan(560));
    });
  });

  describe("of a room that is heard no more", () => {
    let broker: ServiceBroker;

    beforeAll(async () => {
      broker = await start(LATER_MS);
    });
    afterAll(() => broker.stop());
    beforeEach(async () => {
      await follow(broker);
      await becomes(broker, "live");
      room.say(frame(2));
      await become("progress 2");
    });
    const last = async () => (await types()).slice(-2);

    it("stream end: are closed at once, within the session", async () => {
      room.end("end");
      await waitFor(async () => expect(await last()).toEqual(["ttlc.GiftStreakClosed", "ControlEvent.DISCONNECTED"]));
      await become("progress 2", "final 2 streamEnd");
    });

    it("stop following: are closed at once, since nobody goes on", async () => {
      await leave(broker);
      expect(await last()).toEqual(["ttlc.GiftStreakClosed", "ControlEvent.DISCONNECTED"]);
      await become("progress 2", "final 2 timeout");
    });
  });

  describe("of a process that is gone", () => {
    beforeEach(async () => {
      const broker = await start(LATER_MS);
      await follow(broker);
      await becomes(broker, "live");
      room.say(frame(4), frame(1, "77"));
      await become("progress 4", "progress 1");
      await broker.stop();
      expect(await types()).not.toContain("ttlc.GiftStreakClosed");
    });
    const sessionId = async () => (await raws())[0]?.sessionId as string;

    it("restart and take-over: go on in the next process, which closes what does not end", async () => {
      // as after a kill -9: a session that nobody closed
      await redis.hset(`ttlc:room:${room.roomId}`, "cutAt", "");
      const left = { streamId: room.roomId, sessionId: await sessionId(), lastAt: new Date().toISOString() };
      const broker = await start(SOON_MS, [left]);
      await follow(broker);
      await becomes(broker, "live");
      room.say(end(6));
      await become("progress 4", "progress 1", "final 6 end", "final 1 timeout");
      await broker.stop();
    });

    it("broadcast over meanwhile: are closed in the name of their session, which still balances", async () => {
      const left = { streamId: room.roomId, sessionId: await sessionId(), lastAt: new Date().toISOString() };
      room.goOffline();
      for (const _life of [1, 2]) {
        const broker = await start(LATER_MS);
        await follow(broker);
        await becomes(broker, "waiting");
        await broker.stop();
      }
      const closed = (await gifts()).slice(2).map(said);
      expect(closed.toSorted()).toEqual(["final 1 streamEnd", "final 4 streamEnd"]);
      const ledger = () => redis.hgetall(`ttlc:ledger:${left.sessionId}`);
      expect(await ledger()).toMatchObject({
        ...{ received: "2", facts: "2", posthumous: "2" },
        ...{ published: "6", duplicates: "0", waiting: "0" },
      });
      // as after a kill -9: nobody closed the session; storage says so while the broadcast is over, Redis when it goes on
      for (const [state, open] of [
        ["waiting", [left]],
        ["live", []],
      ] as const) {
        await redis.hset(`ttlc:room:${room.roomId}`, "cutAt", "");
        if (state === "live") room.goOnline();
        const broker = await start(LATER_MS, [...open]);
        await follow(broker);
        await becomes(broker, state);
        await broker.stop();
      }
      expect(await ledger()).toMatchObject({ facts: "2", posthumous: "4", published: "8", waiting: "0" });
    });
  });
});

/** `final 3 timeout` */
const said = ({ payload: { streakState, giftCount, closedBy } }: EventOf<"GIFT">) =>
  [streakState, giftCount, closedBy].filter(Boolean).join(" ");
