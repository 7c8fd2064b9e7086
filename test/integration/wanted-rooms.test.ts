import { expect, it } from "vitest";
import type { Config } from "../../contracts/config.ts";
import { connectRoom } from "../../lib/launch.ts";
import ingest from "../../services/ingest/ingest.service.ts";
import storage from "../../services/storage/storage.service.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { ingestNodes } from "../support/ingest-nodes.ts";
import { describeDurable } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const clients = (room: SimulatedRoom) => room.wire.clients;

describeDurable("the rooms that are wanted", () => {
  const nodes = ingestNodes();
  const { open, start, stop, connect, list, states } = nodes;

  it("are followed again after a restart of ingest and a Redis that was emptied, without anybody asking", async () => {
    const rooms = ["alice", "bob"].map(open);
    const before = await start([storage, ingest]);
    await connect(before, "@Alice");
    await connect(before, "bob");
    await waitFor(async () => expect(await states(before)).toEqual({ alice: "live", bob: "live" }));
    await stop(before);
    expect(rooms.map(clients)).toEqual([0, 0]);
    await nodes.redis.flushall();
    const after = await start([storage, ingest]);
    await waitFor(async () => expect(await states(after)).toEqual({ alice: "live", bob: "live" }));
    expect(rooms.map(clients)).toEqual([1, 1]);
    const [{ channelId } = {}] = await list(after);
    expect(channelId).toEqual(expect.any(String)); // of the streamer's account
    expect(await after.call("storage.wantedRooms", {})).toMatchObject([
      { uniqueId: "alice", channelId },
      { uniqueId: "bob" },
    ]);
  });

  it("are taken at once by the next life of the process that a kill left them with", async () => {
    const broker = await nodes.start([ingest, storage]);
    nodes.open("alice");
    const record = { node: broker.nodeID, token: "of its former life", until: Date.now() + 3_600_000 };
    await nodes.redis.hset("ttlc:owner:live:alice", record);
    expect(await nodes.connect(broker, "alice")).toMatchObject({ state: "resolving", node: broker.nodeID });
    await waitFor(async () => expect(await nodes.states(broker)).toEqual({ alice: "live" }));
    expect(await nodes.redis.hget("ttlc:owner:live:alice", "token")).toBe(record.token);
  });

  it("are gone on with by a start that names none, beside the one that it names, instead of the simulated one", async () => {
    const broker = await start([ingest]);
    const aborted = new AbortController();
    const says = async (TIKTOK_UNIQUE_ID?: string) => {
      const said: string[] = [];
      const config = { ...(broker.options.config as Config), TIKTOK_UNIQUE_ID };
      const say = (_label: string, text: string) => void said.push(text);
      await connectRoom(broker, config, { say, show() {}, personal: false }, aborted.signal);
      return said;
    };
    const beforeStorage = says();
    broker.createService(storage);
    expect(await beforeStorage).toEqual([expect.stringMatching(/^none yet: /)]);
    expect(await says("in valid")).toEqual([expect.stringMatching(/^not connected: /)]);
    await broker.call("storage.wantRoom", { uniqueId: "simulated_room", otherwise: "simulator" });
    expect(await says("Anna")).toEqual(["@anna, resolving"]);
    expect(await says("bob")).toEqual(["@bob, resolving; as before @anna"]);
    expect(await says()).toEqual(["@anna, @bob, as before"]);
    expect(Object.keys(await states(broker)).toSorted()).toEqual(["anna", "bob"]);
  });

  it("can be told neither to come nor to go while storage is away", async () => {
    const broker = await start([{ name: "storage" }, ingest]);
    await expect(connect(broker, "alice")).rejects.toMatchObject({ type: "SERVICE_NOT_FOUND" });
    await expect(broker.call("ingest.disconnect", { uniqueId: "alice" })).rejects.toMatchObject({ code: 404 });
    expect(await list(broker)).toEqual([]);
  });
});
