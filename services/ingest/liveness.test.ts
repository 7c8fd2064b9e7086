import { describe, expect, it } from "vitest";
import { Belief, hintOf, isRoomId, roomOf, type Sight, sightOf, verdict } from "./liveness.ts";

const say = (...sights: Sight[]) => sights.map((sight) => ({ from: "api" as const, sight }));

describe("what TikTok's pages say together", () => {
  it.each([
    ["live", say("live")],
    ["live", say("live", "offline", "live")],
    ["live", say("live", "unknown", "unknown")],
    ["paused", say("paused", "unknown")],
    ["offline", say("offline", "offline")],
    ["offline", say("offline", "absent")],
    ["offline", say("offline", "live", "offline")],
    ["absent", say("absent", "absent")],
    ["unknown", say("offline")],
    ["unknown", say("offline", "unknown")],
    ["unknown", say("offline", "live")],
    ["unknown", say("unknown", "unknown")],
    ["unknown", []],
  ])("is %s", (expected, sightings) => {
    expect(verdict(sightings)).toBe(expected);
  });

  it.each([
    [2, "live"],
    [3, "paused"],
    [4, "offline"],
    [undefined, "unknown"],
    [0, "unknown"],
    ["4", "unknown"],
  ])("status %j is %s", (status, sight) => expect(sightOf(status)).toBe(sight));

  it("names the room of the page that calls it live", () => {
    const sightings = [
      { from: "info" as const, sight: "offline" as const, roomId: "7001" },
      { from: "api" as const, sight: "live" as const, roomId: "7002" },
    ];
    expect(roomOf(sightings)).toBe("7002");
  });

  it("blames the network only when every page does", () => {
    const down = { from: "api" as const, sight: "unknown" as const, hint: "TIKTOK_UNAVAILABLE" as const };
    expect([hintOf([down, down]), hintOf([down, ...say("unknown")])]).toEqual(["TIKTOK_UNAVAILABLE", undefined]);
    expect(hintOf([down, { ...down, hint: "COUNTRY_BLOCKED" }])).toBe("COUNTRY_BLOCKED");
  });
});

it.each([
  ["7286185139394235169", true],
  ["72861851x9394235169", false],
  ["room:7286185", false],
  ["0", false],
  [7286, false],
])("%j as a room id: %s", (value, is) => expect(isRoomId(value)).toBe(is));

describe("who was live", () => {
  it("is over only when the pages have said so twice", () => {
    const belief = new Belief();
    belief.sawLive();
    expect([belief.acceptsEnd(), belief.acceptsEnd()]).toEqual([false, true]);
    belief.sawLive();
    expect(belief.acceptsEnd()).toBe(false);
    belief.sawLive();
    expect(belief.acceptsEnd()).toBe(false);
  });

  it("is over at once when the stream itself said so, or never was", () => {
    const belief = new Belief();
    expect(belief.acceptsEnd()).toBe(true);
    belief.sawLive();
    belief.sawEnd();
    expect(belief.acceptsEnd()).toBe(true);
  });
});
