import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Page, SessionLedger, StreamItem } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { isOfTikTok, type StoredRow, storedOf } from "../support/recorded-room.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { hostsOf, startTtlc, type Ttlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

const ROOMS = 20;
/** What a take-over may take after a kill -9. */
const TAKE_OVER_MS = 10_000;

describeDurable("two ingest processes that share rooms", () => {
  let tiktok: SimulatedTikTok;
  let server: TestRedis;
  let database: TestDatabase;
  let redis: Redis;
  /** Normalizer, storage and gateway. */
  let rest: Ttlc;

  beforeAll(async () => {
    [server, database] = await Promise.all([startTestRedis(), createDatabase()]);
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    await redis.quit();
    await server.stop();
    await database.drop();
  });
  beforeEach(async () => {
    tiktok = new SimulatedTikTok();
    await tiktok.start();
    rest = await start("rest", "normalizer,storage,gateway");
  });
  afterEach(async () => {
    await tiktok.stop();
  });

  const start = (node: string, services = "ingest", env: Record<string, string> = {}) =>
    startTtlc({
      ...{ TTLC_NODE_ID: node, TTLC_SERVICES: services, REDIS_URL: server.url, DATABASE_URL: database.url },
      ...hostsOf(tiktok),
      ...env,
    });
  const post = (path: string, body: object) =>
    fetch(rest.url + path, {
      method: "POST",
      headers: { "x-api-key": rest.key, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const follow = (room: SimulatedRoom) =>
    waitFor(async () => expect((await post("/streams", { uniqueId: room.uniqueId })).status).toBe(202));
  const open = (uniqueId: string, rate: number) => tiktok.openRoom({ uniqueId, rate, record: true });
  /** The actors of all rooms, as the API shows them. */
  const actors = async (): Promise<RoomStatus[]> => {
    const { items } = await rest.get<Page<StreamItem>>("/streams?limit=100");
    return items.flatMap(({ room }) => room ?? []).filter(({ uniqueId }) => tiktok.roomOf(uniqueId)?.isLive);
  };
  const metrics = async () => (await fetch(`${rest.url}/metrics`, { headers: { "x-api-key": rest.key } })).text();
  const ownedBy = async (node: string) =>
    (await actors()).filter((room) => room.node === node && room.state === "live");
  /** Per room the process in the record. */
  const owners = async (rooms: readonly SimulatedRoom[]) =>
    Promise.all(rooms.map(({ uniqueId }) => redis.hget(`ttlc:owner:live:${uniqueId}`, "node")));
  /** But for gift streaks, which are as the show has them. */
  const facts = (rows: readonly StoredRow[]) =>
    rows.filter((row) => !isOfTikTok(row) && row.raw_type !== "ttlc.GiftStreakClosed").map(({ raw_type }) => raw_type);
  const key = ({ type, msgId }: { type: string; msgId: string }) => `${type} ${msgId}`;
  /** All that reached a socket is stored, and once. */
  const expectOnce = async (room: SimulatedRoom) => {
    const last = room.sent.messages.map(key).at(-1);
    await waitFor(async () => {
      const keys = (await storedOf(room, database.url)).map(({ raw_type, msg_id }) => `${raw_type} ${msg_id}`);
      expect(keys).toContain(last);
    }, 30_000);
    const rows = (await storedOf(room, database.url)).filter(isOfTikTok);
    const keys = rows.map(({ raw_type, msg_id }) => `${raw_type} ${msg_id}`);
    expect(new Set(keys).size, room.uniqueId).toBe(keys.length);
  };

  it("follow each once, and one takes over what the other had within 10 s of its kill -9, with a GAP each", async () => {
    const nodes = { "in-1": await start("in-1"), "in-2": await start("in-2") };
    const rooms = Array.from({ length: ROOMS }, (_, i) => open(`room_${i}`, 5));
    for (const room of rooms) await follow(room);
    await waitFor(async () => {
      expect(await ownedBy("in-1")).toHaveLength(ROOMS / 2);
      expect(await ownedBy("in-2")).toHaveLength(ROOMS / 2);
    }, 30_000);
    expect(rooms.map(({ wire }) => wire.clients)).toEqual(rooms.map(() => 1));
    expect(await actors()).toHaveLength(ROOMS);

    const before = await owners(rooms);
    const orphans = rooms.filter((_, i) => before[i] === "in-1");
    await nodes["in-1"].kill();
    const killedAt = performance.now();
    expect(await actors(), "those of both").toHaveLength(ROOMS);
    await waitFor(async () => expect(new Set(await owners(rooms))).toEqual(new Set(["in-2"])), TAKE_OVER_MS);
    await waitFor(
      async () => expect(orphans.map(({ wire }) => wire.clients)).toEqual(orphans.map(() => 1)),
      TAKE_OVER_MS,
    );
    expect(performance.now() - killedAt).toBeLessThan(TAKE_OVER_MS);
    await waitFor(async () => expect(await ownedBy("in-2")).toHaveLength(ROOMS), 30_000);
    expect(await actors()).toHaveLength(ROOMS);

    for (const room of rooms) room.pause();
    for (const room of rooms) await expectOnce(room);
    for (const room of rooms) {
      const told = facts(await storedOf(room, database.url));
      const gap = ["ControlEvent.CONNECTED", "ControlEvent.DISCONNECTED", "ControlEvent.CONNECTED", "ttlc.Gap"];
      expect(told, room.uniqueId).toEqual(orphans.includes(room) ? gap : ["ControlEvent.CONNECTED"]);
    }
    for (const ttlc of [nodes["in-2"], rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
  });

  it("fence off an owner that was paused and wakes late, and lose nothing of what it has", async () => {
    const room = open("paused", 20);
    const former = await start("in-3");
    await follow(room);
    await waitFor(async () => expect(await ownedBy("in-3")).toHaveLength(1));
    const next = await start("in-4");
    await waitFor(async () => expect(await metrics()).toContain(`ttlc_ingest_fenced_total{node="in-4"} 0`));
    process.kill(former.pid, "SIGSTOP");
    expect(await actors(), "though its process hangs").toHaveLength(1);
    await waitFor(async () => expect(await owners([room])).toEqual(["in-4"]), TAKE_OVER_MS);
    await waitFor(async () => expect(facts(await storedOf(room, database.url)).at(-1)).toBe("ttlc.Gap"), 30_000);
    const told = facts(await storedOf(room, database.url));
    misbehave(room, "reset", {}); // both sockets: the one that sleeps will want to say so
    process.kill(former.pid, "SIGCONT");
    await former.says(/another ingest process has taken the room/);
    await waitFor(() => expect(room.wire.clients).toBe(1));
    room.pause();
    await expectOnce(room);
    const rows = await storedOf(room, database.url);
    const again = ["ControlEvent.DISCONNECTED", "ControlEvent.CONNECTED", "ttlc.Gap"]; // of the new owner's own cut
    expect(facts(rows)).toEqual([...told, ...again]);
    const sessions = [...new Set(rows.map(({ session_id }) => session_id))];
    expect(sessions).toHaveLength(3);
    for (const session of sessions) {
      await waitFor(async () => {
        const ledger = await rest.get<SessionLedger>(`/sessions/${session}/ledger`);
        expect(ledger).toMatchObject({ waiting: 0, inFlight: [], balance: { ok: true } });
      });
    }
    expect(await ownedBy("in-4")).toHaveLength(1);
    for (const ttlc of [former, next, rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
  });

  it("lose nothing that an owner took while it was cut off from Redis, but fence what only the next one may say", async () => {
    const room = open("cut_off", 20);
    const link = await new FaultProxy(server.port).start();
    const former = await start("in-5", "ingest", { REDIS_URL: link.urlFor(server.url), LOG_LEVEL: "info" });
    await follow(room);
    await waitFor(async () => expect(await ownedBy("in-5")).toHaveLength(1));
    const next = await start("in-6");
    link.setMode("silence");
    await waitFor(async () => expect(facts(await storedOf(room, database.url)).at(-1)).toBe("ttlc.Gap"), 30_000);
    expect(await owners([room])).toEqual(["in-6"]);
    const told = facts(await storedOf(room, database.url));
    room.pause();
    misbehave(room, "reset", {});
    await former.says(/disconnected/); // what it says of that waits with what it took
    link.setMode("pass");
    await former.says(/another ingest process has taken the room/);

    const sent = room.sent.messages.map(key).toSorted();
    await waitFor(async () => {
      const rows = (await storedOf(room, database.url)).filter(isOfTikTok);
      expect(rows.map(({ raw_type, msg_id }) => `${raw_type} ${msg_id}`).toSorted()).toEqual(sent);
    }, 30_000);
    const again = ["ControlEvent.DISCONNECTED", "ControlEvent.CONNECTED", "ttlc.Gap"];
    await waitFor(async () => expect(facts(await storedOf(room, database.url))).toEqual([...told, ...again]));
    const [{ session_id } = { session_id: "" }] = await storedOf(room, database.url);
    await waitFor(async () => {
      const ledger = await rest.get<SessionLedger>(`/sessions/${session_id}/ledger`);
      expect(ledger).toMatchObject({ waiting: 0, inFlight: [], balance: { ok: true } });
      expect(ledger.dropped.fenced).toBeGreaterThan(0);
    });
    for (const ttlc of [former, next, rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
    await link.stop();
  });
});
