import { expect, it, vi } from "vitest";
import { misbehave } from "../../simulator/misbehave.ts";
import { chat } from "../../simulator/person-messages.ts";
import type { RoomOptions, SimulatedRoom } from "../../simulator/room.ts";
import { useIngest } from "../support/ingest.ts";
import { describeDurable } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "CANARY-key-of-euler";
const euler = { INGEST_PROVIDER: "euler", EULER_API_KEY: KEY, STALL_TIMEOUT_SEC: "45" };

describeDurable("ingest from Euler", () => {
  const { becomes, connect, entries, facts, rooms, run, status, tiktok } = useIngest();
  const open = (options: Partial<RoomOptions> = {}) => tiktok().openRoom({ uniqueId: "alice", rate: 0, ...options });

  it("takes every message, of text and binary frames, and asks neither the signer nor TikTok's sockets", async () => {
    const room = open({ rate: 200 });
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      await waitFor(() => expect(room.euler.sent).toBeGreaterThan(200));
      room.pause();
      const own = 3; // workerInfo, roomInfo, tiktok.connect
      await waitFor(async () => expect((await status(broker)).counters.published).toBe(room.euler.sent + own + 1));
      expect(await status(broker)).toMatchObject({ streamId: room.roomId, counters: { duplicates: 0, refused: 0 } });
      expect(tiktok().asked).toMatchObject({ signer: 0, euler: 1 });
    }, euler);
    const [first, ...others] = await entries();
    expect(JSON.parse(first?.data as string)).toMatchObject({
      provider: "euler",
      owner: { userId: room.host.id, uniqueId: room.host.handle },
    });
    const chat = others.find(({ type }) => type === "WebcastChatMessage");
    expect(chat).toMatchObject({ provider: "euler", encoding: "json", msgId: expect.stringMatching(/^\d+$/) });
    expect(JSON.parse(chat?.data as string)).toMatchObject({ comment: expect.any(String) });
  });

  const closes = [
    [4005, "ended", ""],
    [4404, "ended", "OFFLINE"],
    [4401, "failed", "EULER_KEY_INVALID"],
    [4403, "failed", "EULER_FORBIDDEN"],
    [4429, "reconnecting", "EULER_TOO_MANY_CONNECTIONS"],
    [4500, "reconnecting", "socket closed with 4500"],
  ] as const;

  it(`does what the code asks for when Euler closes with ${closes.map(([code]) => code).join(", ")}`, async () => {
    await run(async (broker) => {
      const live = closes.map(([code]) => tiktok().openRoom({ uniqueId: `closed_${code}`, rate: 0 }));
      for (const { uniqueId } of live) await broker.call("ingest.connect", { uniqueId });
      await waitFor(async () => {
        for (const { state } of await rooms(broker)) expect(state).toBe("live");
      });
      for (const [i, [code]] of closes.entries()) misbehave(live[i] as SimulatedRoom, "closeEuler", { code });
      const seen = new Map<string, string>(); // some of these states pass
      await waitFor(async () => {
        for (const { uniqueId, state, reason = "" } of await rooms(broker)) {
          const [code, expected, why] = closes.find(
            ([code]) => uniqueId === `closed_${code}`,
          ) as (typeof closes)[number];
          if (state === expected && reason.includes(why)) seen.set(uniqueId, String(code));
        }
        expect([...seen.values()].toSorted()).toEqual(closes.map(([code]) => String(code)).toSorted());
      });
      const waiting = (await rooms(broker)).find(({ uniqueId }) => uniqueId === "closed_4429");
      expect(Date.parse(waiting?.nextAttemptAt as string) - Date.now()).toBeGreaterThan(250_000);
    }, euler);
  });

  it("comes back at once when Euler's eight hours are over, without a message twice", async () => {
    const room = open({ rate: 100 });
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      misbehave(room, "closeEuler", { code: 4555 });
      await waitFor(async () => expect(await facts()).toContain("ttlc.Gap"));
      const [cut, connected] = (await entries()).filter(({ type }) => /DISC|CONN/.test(type as string)).slice(1);
      const waited = Date.parse(connected?.ingestedAt as string) - Date.parse(cut?.ingestedAt as string);
      expect(waited).toBeLessThan(700); // the back-off begins at 800
      expect(tiktok().asked.euler).toBe(2);
    }, euler);
  });

  it("learns from TikTok's pages that nobody is live, and leaves Euler alone meanwhile", async () => {
    open().goOffline();
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "waiting", "OFFLINE");
      expect(tiktok().asked).toMatchObject({ euler: 0, signer: 0 });
    }, euler);
  });

  it("shows the key nowhere: not in the log, a status, an error, an event or what comes back from Euler", async () => {
    const printed = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockReturnValue(true));
    const shown: string[] = [];
    const room = open();
    misbehave(room, "refuseEuler", { status: 502 });
    try {
      await run(
        async (broker) => {
          await connect(broker);
          await becomes(broker, "reconnecting", "Euler answered 502");
          await becomes(broker, "live");
          room.say(chat(room.host, { content: KEY }));
          await waitFor(async () => expect((await entries()).length).toBeGreaterThan(4));
          shown.push(JSON.stringify(await broker.call("ingest.disconnect", { uniqueId: "alice" })));
          misbehave(room, "refuseEuler", { code: 4401 });
          await connect(broker);
          await becomes(broker, "failed", "EULER_KEY_INVALID");
          shown.push(JSON.stringify([await status(broker), await entries()]));
        },
        { ...euler, LOG_LEVEL: "trace" },
      );
    } finally {
      for (const write of printed) {
        shown.push(write.mock.calls.map(([text]) => String(text)).join(""));
        write.mockRestore();
      }
    }
    expect(shown.join("")).toContain("could not connect");
    expect(shown.join("")).not.toContain("CANARY");
  });

  it("says that a key is needed", async () => {
    open();
    await run(
      async (broker) => {
        await connect(broker);
        await becomes(broker, "failed", "EULER_KEY_MISSING: Euler wants a key: set EULER_API_KEY");
        expect(tiktok().asked.euler).toBe(0);
      },
      { ...euler, EULER_API_KEY: "" },
    );
  });
});
