import { describe, expect, it } from "vitest";
import { eventOf, nameOf, payloadOf } from "./testing.ts";

const battle = (message: object) => payloadOf("BATTLE", "WebcastLinkMicBattle", message);
const armies = (message: object) => payloadOf("BATTLE", "WebcastLinkMicArmies", message);

describe("a battle", () => {
  const expected = {
    battleId: "77",
    status: "STARTED",
    sides: [
      { userId: "1", points: 0 },
      { userId: "2", points: 0 },
    ],
  };

  it("is read in the connector's layout", () => {
    const anchorsInfo = ["1", "2"].map((key) => ({ key, value: { user: { userId: key } } }));
    expect(battle({ battleId: "77", battleSettings: { status: 1 }, action: 4, anchorsInfo })).toEqual(expected);
  });

  it("is read in Euler's layout", () => {
    const anchorInfo = { "1": { user: { userId: "1" } }, "2": { user: { userId: "2" } } };
    expect(battle({ battleId: "77", battleSetting: { status: 1 }, action: 4, anchorInfo })).toEqual(expected);
  });

  it("has the points of its result", () => {
    const battleResult = { "1": { score: "9" }, "2": { score: "3" } };
    expect(battle({ battleId: "77", action: 5, battleResult })).toEqual({
      battleId: "77",
      status: "FINISHED",
      sides: [
        { userId: "1", points: 9 },
        { userId: "2", points: 3 },
      ],
    });
  });

  it("splits a team's points among its streamers", () => {
    const teamUser = [
      { userId: "1", score: "3" },
      { userId: "3", score: "6" },
    ];
    const message = { battleResult: { "1": { score: "9" } }, teamArmies: [{ teamId: "1", teamUser }] };
    expect(battle(message).sides).toEqual([
      { userId: "1", points: 3 },
      { userId: "3", points: 6 },
    ]);
  });

  it.each([
    [1, "INVITED"],
    [2, "REJECTED"],
    [6, "CUT_SHORT"],
    [99, undefined],
  ])("is told by its action %j while it has no status", (action, status) => {
    expect(battle({ battleId: "77", battleSettings: { status: 0 }, action }).status).toBe(status);
  });

  it("keeps no id that is none of TikTok's", () => expect(battle({ battleId: "alice" })).toEqual({}));
});

describe("armies", () => {
  it.each([
    { layout: "connector", message: { armies: { "1": { hostscore: "1883" }, "2": { hostscore: "23" } } } },
    { layout: "Euler", message: { battleItems: { "1": { hostScore: "1883" }, "2": { hostScore: "23" } } } },
  ])("have the points of a running battle, in the layout of $layout", ({ message }) => {
    expect(armies({ battleId: "77", battleSettings: { status: 1 }, ...message })).toEqual({
      battleId: "77",
      status: "STARTED",
      sides: [
        { userId: "1", points: 1883 },
        { userId: "2", points: 23 },
      ],
    });
  });
});

describe("a barrage", () => {
  it.each([
    ["BATTLE BARRAGE", { content: { key: "pm_mt_fan_live_join" } }],
    ["BATTLE BARRAGE", {}],
    ["BATTLE SUPER_FAN", { content: { key: "ttlive_superFan_upgrade" } }],
    ["BATTLE SUPER_FAN", { commonBarrageContent: { displayType: "ttlive_superfan_x" } }],
    ["BATTLE SUPER_FAN", { common: { displayText: { key: "ttlive_superfan_x" } } }],
    ["BATTLE SUPER_FAN_JOIN", { content: { key: "ttlive_superFan_commentNotif_superFanJoined" } }],
  ])("is %s for %j", (expected, message) => {
    expect(nameOf(eventOf("WebcastBarrageMessage", message))).toBe(expected);
  });
});
