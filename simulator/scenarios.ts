import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { misbehave } from "./misbehave.ts";
import type { RoomOptions, SimulatedRoom } from "./room.ts";
import type { SimulatedTikTok } from "./server.ts";

/** Who plays a scenario, and by what time. */
export interface Cast {
  tiktok: SimulatedTikTok;
  room: SimulatedRoom;
  /** Waits so many seconds, times the pace that it is played at. Rejects once the room is gone. */
  pause(seconds: number): Promise<void>;
  /** Resolves when a client is in the room. */
  entered(): Promise<void>;
}

/** One thing that goes wrong with TikTok in real life, played from beginning to end. */
export interface Scenario {
  /** What happens. */
  about: string;
  /** What a client that does it right shows for it. */
  expect: string;
  room?: Partial<RoomOptions>;
  play(cast: Cast): Promise<void>;
}

/** Over and over, until the room is gone. */
const forever = async (round: () => Promise<void>): Promise<never> => {
  for (;;) await round();
};

export const scenarios = {
  stall: {
    about: "ten seconds in, the connection stands and brings nothing any more: no message, no heartbeat, no close",
    expect: "a client notices by itself and connects anew; what it missed is recorded as a gap",
    async play({ room, pause, entered }) {
      await entered();
      await pause(10);
      misbehave(room, "stall");
    },
  },
  deaf: {
    about:
      "ten seconds in, heartbeats are answered but no message comes, while the pages say that the streamer is live",
    expect: "a client asks the pages after some minutes, and connects anew",
    async play({ room, pause, entered }) {
      await entered();
      await pause(10);
      misbehave(room, "hush");
    },
  },
  "end-without-message": {
    about: "ten seconds in, the LIVE is over: nothing says so but TikTok's pages, and the sockets stay open",
    expect: "a client finds out by itself, and records the end",
    async play({ room, pause, entered }) {
      await entered();
      await pause(10);
      misbehave(room, "goOffline");
    },
  },
  offline: {
    about: "the streamer is not live, and goes live after a minute",
    expect: "a client waits, asking no more often than every 30 s and never the signer, then connects",
    async play({ room, pause }) {
      misbehave(room, "goOffline");
      await pause(60);
      misbehave(room, "goOnline");
    },
  },
  reconnect: {
    about: "the connection is cut every fifteen seconds, and each new one begins with the last messages again",
    expect: "a gap for each cut, and no message twice",
    async play({ room, pause, entered }) {
      misbehave(room, "resendHistory", { count: 50 });
      await forever(async () => {
        await entered();
        await pause(15);
        misbehave(room, "reset");
      });
    },
  },
  duplicates: {
    about: "every few seconds a hundred frames come twice",
    expect: "every message once; the second copies are counted",
    async play({ room, pause, entered }) {
      await forever(async () => {
        await entered();
        misbehave(room, "repeatFrames", { count: 100 });
        await pause(5);
      });
    },
  },
  "out-of-order": {
    about: "every few seconds ten frames come last first",
    expect: "nothing lost; totals of gifts as they would be in order",
    async play({ room, pause, entered }) {
      await forever(async () => {
        await entered();
        misbehave(room, "reverseFrames", { count: 10 });
        await pause(3);
      });
    },
  },
  "streaks-lost-end": {
    about: "gift streaks never say that they ended",
    expect: "a client closes them after some seconds of silence, with the right total",
    async play({ room, pause }) {
      await forever(async () => {
        misbehave(room, "loseStreakEnds", { count: 1_000 });
        await pause(5);
      });
    },
  },
  drift: {
    about: "TikTok has changed: types that no schema has, payloads and frames that cannot be decoded",
    expect: "nothing is dropped without a word: unknown types are kept, the rest is counted",
    async play({ room, pause, entered }) {
      await forever(async () => {
        await entered();
        misbehave(room, "unknownTypes", { count: 5 });
        misbehave(room, "corruptPayloads", { count: 2 });
        misbehave(room, "corruptGzip");
        await pause(5);
      });
    },
  },
  "rate-limited": {
    about: "the signer's limit is reached: 429 with a Retry-After of five seconds, three times",
    expect: "a client does not ask again before that, and then gets in",
    async play({ room }) {
      misbehave(room, "refuseSigning", { status: 429, retryAfterSec: 5, count: 3 });
    },
  },
  refused: {
    about: "the signer does not know the key, or it has expired: 401",
    expect: "a client stops asking and says what to do",
    async play({ room }) {
      misbehave(room, "refuseSigning", { status: 401, count: 10_000 });
    },
  },
  "signer-down": {
    about: "the signer answers 500, twenty times",
    expect: "a client backs off, and leaves the signer alone after some failures in a row",
    async play({ room }) {
      misbehave(room, "refuseSigning", { status: 500, count: 20 });
    },
  },
  restricted: {
    about: "the LIVE is private or has an age limit: the pages keep it back",
    expect: "a client says so in a sentence that a streamer understands",
    async play({ room }) {
      misbehave(room, "restrictRoom");
    },
  },
  "country-block": {
    about: "TikTok sends who asks to its login page, as in countries where it shows no LIVE",
    expect: "a client says so in a sentence that a streamer understands",
    async play({ room }) {
      misbehave(room, "blockCountry");
    },
  },
  puzzle: {
    about: "TikTok answers with a puzzle for people",
    expect: "a client says so, and asks less often",
    async play({ room }) {
      misbehave(room, "askPuzzle");
    },
  },
  "empty-pages": {
    about: "TikTok's pages answer without saying anything, also while the streamer is live",
    expect: "a client takes that for no answer, and not for the end: it stays connected",
    async play({ room, entered }) {
      await entered();
      misbehave(room, "emptyPages");
    },
  },
  "pages-disagree": {
    about: "one of TikTok's pages says that nobody is live; the others know better",
    expect: "a client connects all the same",
    async play({ room }) {
      misbehave(room, "contradictPages");
    },
  },
  suspended: {
    about: "ten seconds in, TikTok suspends the LIVE",
    expect: "a client records the end as such, and waits for the next LIVE",
    async play({ room, pause, entered }) {
      await entered();
      await pause(10);
      misbehave(room, "suspend");
    },
  },
  "euler-closes": {
    about: "Euler closes with each of its codes, one every ten seconds: 4006, 4500, 4555, 4556, 4557, 1011, 4429",
    expect: "back-off where that helps, at once where nothing was wrong (4555), a long wait for 4429; no message twice",
    async play({ room, pause }) {
      for (const code of [4006, 4500, 4555, 4556, 4557, 1011, 4429]) {
        while (!room.euler.hasAudience) await pause(1);
        await pause(10);
        misbehave(room, "closeEuler", { code });
      }
    },
  },
  "euler-key-expired": {
    about: "Euler does not know the key, or it has expired: 4401",
    expect: "a client stops and says what to do; the key is nowhere to be seen",
    async play({ room }) {
      misbehave(room, "refuseEuler", { code: 4401, count: 10_000 });
    },
  },
  "fall-back": {
    about: "the signer fails for good, while Euler gives the same room",
    expect:
      "a client with both goes on with Euler, records the switch, and goes back when the signer works again after five minutes",
    async play({ room, pause }) {
      misbehave(room, "refuseSigning", { status: 500, count: 10_000 });
      await pause(300);
      room.signFaults.clear();
    },
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

export const isScenario = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);

/**
 * Opens a room and plays a scenario in it. Resolves when all has happened, or the room is gone.
 *
 * @param pace times the seconds that a scenario waits (Default: 1)
 */
export function stage(
  tiktok: SimulatedTikTok,
  name: ScenarioName,
  { pace = 1, ...options }: RoomOptions & { pace?: number },
): { room: SimulatedRoom; played: Promise<void> } {
  const scenario: Scenario = scenarios[name];
  const room = tiktok.openRoom({ ...scenario.room, ...options });
  const { stopped: signal } = room;
  const played = scenario
    .play({
      tiktok,
      room,
      pause: (seconds) => sleep(seconds * 1_000 * pace, undefined, { signal }),
      entered: async () => {
        if (!room.hasAudience) await Promise.race([room.wire, room.euler].map((at) => once(at, "entered", { signal })));
      },
    })
    .catch((error) => {
      if (!signal.aborted) throw error;
    });
  return { room, played };
}
