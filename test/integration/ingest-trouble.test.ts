import { expect, it } from "vitest";
import { misbehave } from "../../simulator/misbehave.ts";
import { stage } from "../../simulator/scenarios.ts";
import { PACE, useIngest } from "../support/ingest.ts";
import { describeDurable } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

describeDurable("ingest, when TikTok is as it really is", () => {
  const { becomes, connect, facts, play, rooms: list, run, status, tiktok } = useIngest();

  it("stall: a connection that brings nothing is made anew, and the time is recorded as a gap", async () => {
    const room = play("stall");
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      await becomes(broker, "reconnecting", "STALLED: nothing came for 1 s");
      await waitFor(async () => expect(await facts()).toContain("ttlc.Gap"));
      await waitFor(() => expect(room.wire.hasAudience).toBe(true));
    });
    expect(await facts()).toEqual([
      "ControlEvent.CONNECTED",
      "ControlEvent.DISCONNECTED",
      "ControlEvent.ERROR",
      "ControlEvent.CONNECTED",
      "ttlc.Gap",
      "ControlEvent.DISCONNECTED",
    ]);
  });

  it("end-without-message: the end is found out, asked for twice, and recorded", async () => {
    play("end-without-message");
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      await becomes(broker, "reconnecting", "LIVENESS_DOUBTED");
      expect(await facts()).not.toContain("ttlc.StreamEnded");
      await becomes(broker, "ended", "OFFLINE: the streamer is not live");
      await waitFor(async () => expect((await facts()).at(-1)).toBe("ttlc.StreamEnded"));
    });
  });

  it("empty-pages: an empty answer is not the end of the LIVE", async () => {
    const room = play("empty-pages");
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
      room.wire.reset();
      await becomes(broker, "reconnecting");
      await becomes(broker, "live");
      expect((await status(broker)).streamId).toBe(room.roomId);
    });
  });

  it("pages-disagree: one page that says offline is outvoted", async () => {
    play("pages-disagree");
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "live");
    });
  });

  const troubles = [
    ["offline", "waiting", "OFFLINE: the streamer is not live"],
    ["restricted", "waiting", "ROOM_RESTRICTED: TikTok does not show this LIVE to everybody"],
    ["country-block", "waiting", "COUNTRY_BLOCKED: TikTok shows no LIVE in the country"],
    ["puzzle", "reconnecting", "TIKTOK_BLOCKED: TikTok answers this computer with a puzzle"],
    ["refused", "failed", "SIGN_KEY_INVALID: the sign server does not know this key, or it has expired (401)"],
    ["rate-limited", "reconnecting", "SIGN_RATE_LIMITED: the sign server's rate limit is reached"],
  ] as const;

  it(`${troubles.map(([name]) => name)}: the reason says what a streamer can do, and polls are half a minute apart`, async () => {
    await run(async (broker) => {
      for (const [name] of troubles) {
        const uniqueId = name.replace("-", "_");
        stage(tiktok(), name, { uniqueId, rate: 0, pace: PACE });
        await broker.call("ingest.connect", { uniqueId });
      }
      await broker.call("ingest.connect", { uniqueId: "nobody" });
      const expected = [...troubles, ["nobody", "waiting", "USER_NOT_FOUND: TikTok knows nobody of this name"]];
      await waitFor(async () => {
        const rooms = await list(broker);
        const shown = rooms.map(({ uniqueId, state, reason = "" }) => [uniqueId.replace("_", "-"), state, reason]);
        expect(shown).toEqual(
          expected.map(([name, state, reason]) => [name, state, expect.stringContaining(reason as string)]),
        );
        for (const { state, since, nextAttemptAt = "" } of rooms) {
          if (state === "waiting") expect(Date.parse(nextAttemptAt) - Date.parse(since)).toBeGreaterThan(29_000);
        }
      });
    });
  });

  it("offline: the signer is never asked whether somebody is live", async () => {
    const room = tiktok().openRoom({ uniqueId: "alice", rate: 40 });
    misbehave(room, "goOffline"); // for as long as it takes
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "waiting", "OFFLINE");
      expect(tiktok().asked).toMatchObject({ signer: 0 });
      expect(tiktok().asked.web).toBeGreaterThan(0);
      room.goOnline();
      await broker.call("ingest.disconnect", { uniqueId: "alice" });
      await connect(broker);
      await becomes(broker, "live");
      expect(tiktok().asked.signer).toBe(1);
    });
  });

  it("rate-limited: no room asks the signer before the Retry-After that one of them was told", async () => {
    play("rate-limited");
    tiktok().openRoom({ uniqueId: "mila", rate: 0 });
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "reconnecting", "SIGN_RATE_LIMITED");
      await broker.call("ingest.connect", { uniqueId: "mila" });
      await waitFor(async () => {
        const rooms = await list(broker);
        expect(rooms.map(({ reason }) => reason)).toEqual(
          [0, 1].map(() => expect.stringContaining("SIGN_RATE_LIMITED")),
        );
      });
      expect(tiktok().asked.signer).toBe(1);
      expect(await broker.call("ingest.signer", {})).toMatchObject({ calls: { limited: 1, withheld: 1 }, tokens: 59 });
    });
  });

  it("many rooms at once: each waits for its turn at the signer, and says so", async () => {
    for (const uniqueId of ["alice", "mila"]) tiktok().openRoom({ uniqueId, rate: 0 });
    await run(
      async (broker) => {
        await connect(broker);
        await becomes(broker, "live");
        await broker.call("ingest.connect", { uniqueId: "mila" });
        await waitFor(async () => {
          const [, mila] = await list(broker);
          expect(mila).toMatchObject({ state: "connecting", reason: expect.stringContaining("SIGN_BUDGET") });
        });
        expect(tiktok().asked.signer).toBe(1);
        await broker.call("ingest.disconnect", { uniqueId: "mila" });
      },
      { SIGN_CALLS_PER_MIN: "1" },
    );
  });

  it("refuses a name that nobody can have, in a sentence", async () => {
    await run(async (broker) => {
      const refused = broker.call("ingest.connect", { uniqueId: "mila!" });
      await expect(refused).rejects.toMatchObject({ code: 400, type: "INVALID_USERNAME" });
      await expect(refused).rejects.toThrow("2 to 24 letters, digits, dots and underscores");
    });
  });
});
