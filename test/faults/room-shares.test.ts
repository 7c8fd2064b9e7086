import { expect, it } from "vitest";
import ingest from "../../services/ingest/ingest.service.ts";
import storage from "../../services/storage/storage.service.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { ingestNodes } from "../support/ingest-nodes.ts";
import { describeDurable } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const clients = (room: SimulatedRoom) => room.wire.clients;

describeDurable("rooms that several ingest processes share", () => {
  const nodes = ingestNodes();
  const { open, start, stop, connect, list, own, states } = nodes;

  it("are forgotten once they are disconnected, by whichever process is asked", async () => {
    const room = open("alice");
    const first = await start([storage, ingest]);
    await connect(first, "alice");
    const second = await start();
    await waitFor(async () => expect(await states(second)).toEqual({ alice: "live" }));
    const ended = { uniqueId: "alice", node: first.nodeID, state: "ended" };
    expect(await second.call("ingest.disconnect", { uniqueId: "alice" }, { nodeID: second.nodeID })).toMatchObject(
      ended,
    );
    expect([await list(first), clients(room)]).toEqual([[], 0]);
    expect(await first.call("ingest.disconnect", { uniqueId: "alice" })).toBeNull();
    expect(await first.call("storage.wantedRooms", {})).toEqual([]);
  });

  it("move to a process that joins as far as they are not live, and are shared evenly from then on", async () => {
    const live = open("live");
    const first = await start([storage, ingest]);
    for (const name of ["live", "off1", "off2", "off3"]) await connect(first, name);
    await waitFor(async () => expect(await states(first)).toMatchObject({ live: "live", off3: "waiting" }));
    const second = await start();
    const shares = async () => [(await own(first)).length, (await own(second)).length];
    await waitFor(async () => expect(await shares()).toEqual([2, 2]));
    expect((await own(first)).map(({ uniqueId }) => uniqueId)).toContain("live");
    expect(live.sent.missed).toBe(0);
    await connect(first, "off4");
    await connect(first, "off5");
    await waitFor(async () => expect(await shares()).toEqual([3, 3]));
    for (const broker of [first, second]) expect(Object.keys(await states(broker))).toHaveLength(6);
    await stop(second);
    await waitFor(async () => expect(await own(first)).toHaveLength(6)); // at once: the other gave them back
  });

  it("are taken over while storage is away, with what was known of the streamer", async () => {
    const room = open("alice");
    const first = await start([storage, ingest]);
    await connect(first, "alice");
    await waitFor(async () => expect(await states(first)).toEqual({ alice: "live" }));
    const [{ channelId } = {}] = await list(first);
    const second = await start();
    await waitFor(async () => expect(await states(second)).toEqual({ alice: "live" }));
    await stop(first); // and storage with it
    await waitFor(async () => expect((await own(second)).map(({ state }) => state)).toEqual(["live"]));
    expect((await own(second))[0]).toMatchObject({ node: second.nodeID, channelId });
    expect(clients(room)).toBe(1);
  });

  it("stay with their owner when Redis is emptied while two processes could follow them", async () => {
    const room = open("alice");
    const first = await start([storage, ingest]);
    await connect(first, "alice");
    await waitFor(async () => expect(await states(first)).toEqual({ alice: "live" }));
    const second = await start();
    await waitFor(async () => expect(await nodes.redis.zcard("ttlc:ingest")).toBe(2));
    await nodes.redis.flushall();
    await waitFor(async () => expect(await nodes.redis.exists("ttlc:owner:live:alice")).toBe(1));
    expect(await own(second)).toEqual([]);
    expect([clients(room), await states(second)]).toEqual([1, { alice: "live" }]);
  });
});
