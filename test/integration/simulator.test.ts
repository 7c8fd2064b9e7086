import { ControlEvent, WebcastEvent } from "tiktok-live-connector";
import { describe, expect, it } from "vitest";
import { createHost } from "../../simulator/crowd.ts";
import { Ids } from "../../simulator/ids.ts";
import { chat } from "../../simulator/person-messages.ts";
import { Show } from "../../simulator/show.ts";
import simulator from "../../simulator/simulator.service.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { connect, createClient, idsOf, openRoom } from "../support/tiktok-client.ts";
import { waitFor } from "../support/wait-for.ts";

describe("the unmodified connector", () => {
  it("finds the room by its page and reads its info", async () => {
    const { room, connection } = await connect({ title: "An evening" });
    expect(connection.roomId).toBe(room.roomId);
    expect(connection.roomInfo?.data).toMatchObject({ title: "An evening", owner: { id_str: room.host.id } });
  });

  it("finds the room by api-live and by the signer, too", async () => {
    const { tiktok, room } = await openRoom();
    const get = async (path: string) => (await fetch(`${tiktok.url}${path}`)).json();
    expect(await get("/api-live/user/room/?uniqueId=demo")).toMatchObject({ data: { user: { roomId: room.roomId } } });
    expect(await get("/webcast/anchors/demo/room_id")).toMatchObject({ ok: true, room_id: room.roomId, is_live: true });
  });

  it("finds no room of somebody who is not here", async () => {
    const { tiktok } = await openRoom();
    const { connection } = createClient(tiktok);
    await expect(connection.fetchRoomId("nobody")).rejects.toThrow("from all sources");
  });

  it("gets the gift list", async () => {
    const { tiktok } = await openRoom();
    const { connection } = createClient(tiktok, { enableExtendedGiftInfo: true });
    await connection.connect();
    expect(connection.availableGifts).toContainEqual(expect.objectContaining({ name: "Rose", diamond_count: 1 }));
  });

  it("enters, acknowledges and keeps its heart beating", async () => {
    const { tiktok, room } = await openRoom();
    const { connection } = createClient(tiktok, { wsConfigOverrides: { DEFAULT_WS_PING_INTERVAL: 50 } });
    const entered = new Promise((resolve) => connection.once(ControlEvent.ENTER_ROOM, resolve));
    await connection.connect();
    await entered;
    room.say(chat(room.host, { content: "hello" }));
    await waitFor(() => expect(room.sent).toMatchObject({ entries: 1, acks: 1, acked: 1 }));
    await waitFor(() => expect(room.sent.heartbeats).toBeGreaterThan(1));
    expect(room.sent.messages).toEqual([expect.objectContaining({ type: "WebcastChatMessage", isAcked: true })]);
  });

  it("decodes every type the show has, without an error, and tells follows from shares", async () => {
    const { room, connection, seen, errors } = await connect();
    const events = new Set<string>();
    for (const event of Object.values(WebcastEvent)) connection.on(event, () => void events.add(event));
    const show = new Show({
      seed: 1,
      rate: 50,
      roomId: room.roomId,
      host: createHost("demo"),
      ids: new Ids("every type"),
      startedAt: Date.now(),
    });
    const messages = Array.from({ length: 15_000 }, () => show.next());
    for (let i = 0; i < messages.length; i += 100) room.send(messages.slice(i, i + 100));
    await waitFor(() => expect(seen).toHaveLength(messages.length));
    expect(new Set(seen.map(({ method }) => method))).toEqual(new Set(messages.map(({ method }) => method)));
    expect(seen.filter(({ decodedData, decodeError }) => decodeError || !decodedData)).toEqual([]);
    expect(errors).toEqual([]);
    expect([...events].sort()).toEqual(
      [
        ...[
          "barrage",
          "captionMessage",
          "chat",
          "emote",
          "envelope",
          "follow",
          "gift",
          "goalUpdate",
          "imDelete",
          "like",
        ],
        ...[
          "linkMicArmies",
          "linkMicBattle",
          "liveIntro",
          "member",
          "pollMessage",
          "questionNew",
          "roomPin",
          "roomUser",
        ],
        ...["share", "subNotify", "superFanJoin"],
      ].sort(),
    );
  });

  it("sends chat, which appears in the room", async () => {
    const { connection, seen } = await connect();
    await connection.sendMessage("good evening");
    await waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.decodedData).toMatchObject({ data: { content: "good evening" } });
  });
});

describe("a running show", () => {
  it.each([20, 2_000])("arrives whole at %i messages a second", async (rate) => {
    const { room, connection, seen, errors } = await connect({ rate });
    await waitFor(() => expect(seen.length).toBeGreaterThan(rate * 2));
    room.goOffline();
    await waitFor(() => expect(room.sent.acked).toBe(room.sent.total));
    expect(idsOf(seen).sort()).toEqual(idsOf(room.sent.messages).sort());
    expect(errors).toEqual([]);
    await connection.disconnect();
  });

  it("goes on while nobody is connected", async () => {
    const { room, connection, seen } = await connect({ rate: 200 });
    await waitFor(() => expect(seen.length).toBeGreaterThan(20));
    await connection.disconnect();
    await waitFor(() => expect(room.sent.missed).toBeGreaterThan(20));
    const heard = seen.length;
    await connection.connect();
    await waitFor(() => expect(seen.length).toBeGreaterThan(heard));
  });

  it("waits for the first client", async () => {
    const { tiktok, room } = await openRoom({ rate: 2_000 });
    await fetch(`${tiktok.url}/@demo/live`);
    expect(room.sent).toMatchObject({ total: 0, missed: 0 });
    expect(room.viewers).toBe(0);
  });

  it("has people and ids of its seed, but a new room at every start", async () => {
    let now = Date.UTC(2025, 8, 1);
    const open = async () => (await openRoom({ seed: 7, now: () => now })).room;
    const first = await open();
    now += 1_000;
    const second = await open();
    expect(first.host.id).toBe(second.host.id);
    expect(first.roomId).toMatch(/^7\d{18}$/);
    expect(second.roomId).not.toBe(first.roomId);
    expect(second.newId()).not.toBe(first.newId());
  });
});

describe("the service", () => {
  it("opens a room on loopback at the first call, and the same one at the next", async () => {
    await withBroker([simulator], testConfig(), async (broker) => {
      const opened = await broker.call<Record<string, string>, object>("simulator.open", {
        uniqueId: "@demo",
        rate: 5,
      });
      expect(opened).toEqual({
        uniqueId: "demo",
        signUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        webHost: opened.signUrl,
        webcastHost: opened.signUrl,
      });
      expect(await broker.call("simulator.open", { uniqueId: "demo" })).toEqual(opened);
      expect(await broker.call("simulator.list", {})).toEqual([
        expect.objectContaining({ uniqueId: "demo", isLive: true, rate: 5, seed: 1, clients: 0, sent: 0 }),
      ]);
    });
  });

  it("takes rate and seed from the configuration", async () => {
    await withBroker([simulator], testConfig({ SIMULATOR_RATE: "3", SIMULATOR_SEED: "9" }), async (broker) => {
      await broker.call("simulator.open", {});
      expect(await broker.call("simulator.list", {})).toMatchObject([{ uniqueId: "simulated_room", rate: 3, seed: 9 }]);
    });
  });

  it("misbehaves on request, and opens a new room after an end", async () => {
    await withBroker([simulator], testConfig(), async (broker) => {
      const { uniqueId } = await broker.call<{ uniqueId: string }, object>("simulator.open", {});
      const [first] = await broker.call<{ roomId: string }[], object>("simulator.list", {});
      await broker.call("simulator.misbehave", { uniqueId, fault: "end" });
      expect(await broker.call("simulator.list", {})).toMatchObject([{ isLive: false }]);
      await broker.call("simulator.open", { uniqueId });
      const [second] = await broker.call<{ roomId: string; isLive: boolean }[], object>("simulator.list", {});
      expect(second?.isLive).toBe(true);
      expect(second?.roomId).not.toBe(first?.roomId);
    });
  });

  it.each([
    { params: { uniqueId: "nobody", fault: "reset" }, type: "SIMULATED_ROOM_NOT_FOUND" },
    { params: { uniqueId: "demo", fault: "explode" }, type: "VALIDATION_ERROR" },
  ])("refuses $params with $type", async ({ params, type }) => {
    await withBroker([simulator], testConfig(), async (broker) => {
      await expect(broker.call("simulator.misbehave", params)).rejects.toMatchObject({ type });
    });
  });
});
