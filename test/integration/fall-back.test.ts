import { expect, it, onTestFinished, vi } from "vitest";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { openDirect } from "../../services/ingest/providers/direct.ts";
import { openEuler } from "../../services/ingest/providers/euler.ts";
import type { SourceMessage } from "../../services/ingest/raw-message.ts";
import { RoomSources, type RoomSourcesOptions } from "../../services/ingest/room-sources.ts";
import type { Switched } from "../../services/ingest/source.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import { useIngest } from "../support/ingest.ts";
import { describeDurable } from "../support/redis.ts";
import { openRoom } from "../support/tiktok-client.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "key-of-euler";

describeDurable("ingest that may take rooms from Euler", () => {
  const { becomes, connect, entries, facts, rooms, run, status, tiktok } = useIngest();
  const open = (rate = 0) => tiktok().openRoom({ uniqueId: "alice", rate });
  const calm = { EULER_API_KEY: KEY, STALL_TIMEOUT_SEC: "45" };

  it("falls back to it when the signer fails again and again, and records the switch", async () => {
    misbehave(open(), "refuseSigning", { status: 500, count: 100 });
    await run(
      async (broker) => {
        await connect(broker);
        await becomes(broker, "live");
        expect((await status(broker)).sources).toMatchObject([
          { provider: "direct", isConnected: false, errors: 2, lastError: "SIGN_UNAVAILABLE" },
          { provider: "euler", isConnected: true, errors: 0 },
        ]);
      },
      { ...calm, FALL_BACK_AFTER: "2" },
    );
    expect((await facts()).slice(0, 2)).toEqual(["ttlc.SourceSwitched", "ControlEvent.CONNECTED"]);
    const [switched] = await entries();
    expect(JSON.parse(switched?.data as string)).toEqual({ from: "direct", to: "euler", why: "SIGN_UNAVAILABLE" });
  });

  it("falls back at once when no attempt can help, and says so when Euler refuses too", async () => {
    const room = open();
    misbehave(room, "refuseSigning", { status: 402, count: 100 });
    misbehave(room, "refuseEuler", { code: 4401, count: 100 });
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "failed", "EULER_KEY_INVALID");
    }, calm);
  });

  it.each([
    ["without a key", { EULER_API_KEY: "" }],
    ["when it is told not to", { EULER_API_KEY: KEY, FALL_BACK_AFTER: "0" }],
  ])("does not %s", async (_, overrides) => {
    misbehave(open(), "refuseSigning", { status: 402 });
    await run(async (broker) => {
      await connect(broker);
      await becomes(broker, "failed", "SIGN_PLAN_REQUIRED");
      expect(tiktok().asked.euler).toBe(0);
    }, overrides);
  });

  it("does not take a streamer who is offline for a failure", async () => {
    open().goOffline();
    await run(
      async (broker) => {
        await connect(broker);
        await becomes(broker, "waiting", "OFFLINE");
        expect(tiktok().asked.euler).toBe(0);
      },
      { ...calm, FALL_BACK_AFTER: "1" },
    );
  });

  it("takes a room from both at once: every message once, each second copy a counted duplicate", async () => {
    const room = open(200);
    await run(
      async (broker) => {
        await connect(broker);
        await waitFor(async () => {
          const { sources = [] } = await status(broker);
          expect(sources.map(({ isConnected }) => isConnected)).toEqual([true, true]);
        });
        await waitFor(() => expect(room.euler.sent).toBeGreaterThan(300));
        room.pause();
        const own = 3; // workerInfo, roomInfo, tiktok.connect
        await waitFor(async () => {
          const { received, published, duplicates } = (await status(broker)).counters;
          expect(received).toBe(room.sent.total + room.euler.sent + own);
          expect(published + duplicates).toBe(received + 1); // CONNECTED
        });
        expect((await status(broker)).counters.duplicates).toBe(room.euler.sent);
        expect((await rooms(broker)).map(({ sources }) => sources?.map(({ messages }) => messages))).toEqual([
          [room.sent.total, room.euler.sent + own],
        ]);
      },
      { ...calm, INGEST_BOTH: "yes" },
    );
    const ids = (await entries()).map(({ type, msgId }) => `${type} ${msgId}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Sources of @demo from a simulated TikTok and its Euler, without the rest of ingest; all that they bring is kept. */
async function follow(options: Partial<RoomSourcesOptions> = {}) {
  const { tiktok, room } = await openRoom({ rate: 200 });
  const apiKey = KEY;
  const look = async () => "live" as const;
  const sources = new RoomSources({
    uniqueId: "demo",
    primary: {
      provider: "direct",
      open: (given) => openDirect({ ...given, provider: "direct", endpoints: tiktok.endpoints }),
    },
    backup: { provider: "euler", open: (given) => openEuler({ ...given, url: tiktok.eulerUrl, apiKey, look }) },
    afterFailures: 1,
    retry: { initialMs: 100, maxMs: 100, multiplier: 1, jitter: 0 },
    overlapMs: 300,
    stallMs: 45_000,
    look,
    ...options,
  });
  const messages: SourceMessage[] = [];
  const switched: Switched[] = [];
  const { signal } = new AbortController();
  const open = async () => {
    const source = await sources.open(
      undefined,
      {
        onMessage: (message) => void messages.push(message),
        onTrouble() {},
        onSwitched: (to) => void switched.push(to),
      },
      signal,
    );
    source.resume();
    onTestFinished(async () => {
      await source.close();
      await tiktok.stop();
    });
    return source;
  };
  const by = (provider: Provider) => messages.filter((message) => message.provider === provider);
  return { by, messages, open, room, sources, switched };
}

it("goes back to TikTok while the session goes on, and loses nothing in between", async () => {
  const { by, messages, open, room, sources, switched } = await follow();
  const said = vi.spyOn(room.euler, "put"); // whatever happens in the room, whoever hears it
  misbehave(room, "refuseSigning", { status: 500, count: 3 });
  const source = await open();
  expect(source).toMatchObject({
    provider: "euler",
    switched: { from: "direct", to: "euler", why: "SIGN_UNAVAILABLE" },
  });
  await waitFor(() => expect(switched).toEqual([{ from: "euler", to: "direct", why: "recovered" }]));
  await waitFor(() => expect(room.euler.clients).toBe(0));
  const before = by("direct").length;
  await waitFor(() => expect(by("direct").length).toBeGreaterThan(before + 50));
  room.pause();
  await waitFor(() => expect(room.sent.acked).toBe(room.sent.total));
  const brought = new Set(messages.map(({ msgId }) => msgId));
  const all = said.mock.calls.flatMap(([given]) => given.map(({ msgId }) => msgId));
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((msgId) => !brought.has(msgId))).toEqual([]);
  expect(sources.scores()).toMatchObject([
    { provider: "direct", isConnected: true, lastError: "SIGN_UNAVAILABLE", medianDelayMs: expect.any(Number) },
    { provider: "euler", isConnected: false },
  ]);
});

it("with both at once, goes on with one while the other is away", async () => {
  const { by, open, room, sources } = await follow({ together: true });
  await open();
  await waitFor(() => expect(sources.scores().map(({ isConnected }) => isConnected)).toEqual([true, true]));
  room.wire.reset();
  await waitFor(() => expect(sources.scores()[0]?.isConnected).toBe(false));
  const before = by("euler").length;
  await waitFor(() => expect(by("euler").length).toBeGreaterThan(before + 20));
  await waitFor(() => expect(sources.scores().map(({ isConnected }) => isConnected)).toEqual([true, true]));
});
