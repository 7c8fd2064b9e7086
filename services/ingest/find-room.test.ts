import { describe, expect, it } from "vitest";
import { findRoom } from "./find-room.ts";
import { Belief, type Sight, type Sighting } from "./liveness.ts";

type Said = Sight | Partial<Sighting>;
const ROOM = "7286185139394235169";
const NEXT = "7286185139394235999";

/** Pages that say this, in turn; one that has nothing left to say is not to be asked. */
function pages(answers: { api?: Said; page?: Said; info?: Said | readonly Said[] }) {
  const answer = (from: keyof typeof answers) => {
    const left = [answers[from] ?? []].flat();
    return async (): Promise<Sighting> => {
      const said = left.shift();
      if (said === undefined) throw new Error(`${from} was asked`);
      return { from, sight: "unknown", ...(typeof said === "string" ? { sight: said } : said) };
    };
  };
  const told = answer("info");
  return { api: answer("api"), page: answer("page"), info: async () => ({ sighting: await told(), info: {} }) };
}

const live = { sight: "live", roomId: ROOM } as const;
const over = { sight: "offline", roomId: ROOM } as const;
const wasLive = () => {
  const belief = new Belief();
  belief.sawLive();
  return belief;
};

describe("the room of a streamer", () => {
  it.each([
    ["one page says live, and room info agrees", { api: live, info: live }, undefined, ROOM],
    ["room info says nothing", { api: live, info: "unknown" }, undefined, ROOM],
    ["the LIVE is paused", { api: { ...live, sight: "paused" }, info: { sight: "paused" } }, undefined, ROOM],
    ["one page says offline, the others know better", { api: "offline", page: live, info: live }, undefined, ROOM],
    [
      "room info calls a live room over, the page does not",
      { api: live, info: "offline", page: live },
      undefined,
      ROOM,
    ],
    ["we were in it, and it goes on", { info: live }, ROOM, ROOM],
    ["we were in it, and nobody says anything", { info: "unknown", api: "unknown", page: "unknown" }, ROOM, ROOM],
    [
      "we were in one that is over, and there is another",
      { info: ["offline", "live"], api: { ...live, roomId: NEXT } },
      ROOM,
      NEXT,
    ],
  ] as const)("is found when %s", async (_, said, before, roomId) => {
    await expect(findRoom(pages(said), before, new Belief())).resolves.toMatchObject({ roomId });
  });

  it.each([
    ["OFFLINE", { api: over, info: "offline" }],
    ["OFFLINE", { api: "offline", page: "offline" }],
    ["USER_NOT_FOUND", { api: "absent", page: "absent" }],
    ["LIVENESS_UNKNOWN", { api: "offline", page: "unknown" }],
    ["LIVENESS_UNKNOWN", { api: "unknown", page: "unknown" }],
    ["LIVENESS_UNKNOWN", { api: { sight: "unknown", roomId: ROOM }, info: "unknown", page: "unknown" }],
    ["ROOM_RESTRICTED", { api: { roomId: ROOM }, info: { hint: "ROOM_RESTRICTED" }, page: { hint: "TIKTOK_BLOCKED" } }],
    ["COUNTRY_BLOCKED", { api: "unknown", page: { hint: "COUNTRY_BLOCKED" } }],
    ["INVALID_ROOM_ID", { api: { sight: "live", hint: "INVALID_ROOM_ID" } }],
    ["TIKTOK_UNAVAILABLE", { api: { hint: "TIKTOK_UNAVAILABLE" }, page: { hint: "TIKTOK_UNAVAILABLE" } }],
  ] as const)("is not there: %s, for %j", async (code, said) => {
    await expect(findRoom(pages(said), undefined, new Belief())).rejects.toMatchObject({ code });
  });

  it("is over only when the pages of one who was live say so twice", async () => {
    const belief = wasLive();
    const ask = () => findRoom(pages({ info: "offline", api: over }), ROOM, belief);
    await expect(ask()).rejects.toMatchObject({ code: "LIVENESS_DOUBTED", retryAfterMs: 3_000 });
    await expect(ask()).rejects.toMatchObject({ code: "OFFLINE" });
  });
});
