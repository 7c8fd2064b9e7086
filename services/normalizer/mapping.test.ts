import { describe, expect, it } from "vitest";
import { subTypeOf } from "./mapping.ts";
import { knownTypes } from "./protobuf.ts";
import { eventOf, nameOf, payloadOf } from "./testing.ts";

describe("the table", () => {
  it.each([
    ["CHAT", "WebcastChatMessage", {}],
    ["LIKE", "WebcastLikeMessage", {}],
    ["EMOTE", "WebcastEmoteChatMessage", {}],
    ["ROOM_USER", "WebcastRoomUserSeqMessage", {}],
    ["GIFT", "WebcastGiftMessage", { giftId: "5655" }],
    ["JOIN", "WebcastMemberMessage", { action: 1 }],
    ["JOIN", "WebcastMemberMessage", {}],
    ["SUBSCRIBE MEMBER", "WebcastMemberMessage", { action: 3 }],
    ["SUBSCRIBE SUB_NOTIFY", "WebcastSubNotifyMessage", {}],
    ["BATTLE BATTLE", "WebcastLinkMicBattle", {}],
    ["BATTLE ARMIES", "WebcastLinkMicArmies", {}],
    ["RAW QUESTION", "WebcastQuestionNewMessage", {}],
    ["RAW POLL", "WebcastPollMessage", {}],
    ["RAW GOAL", "WebcastGoalUpdateMessage", {}],
    ["RAW ENVELOPE", "WebcastEnvelopeMessage", {}],
    ["RAW SUPER_FAN_BOX", "WebcastEnvelopeMessage", { envelopeInfo: { businessType: 19 } }],
    ["RAW SUPER_FAN_BOX", "WebcastEnvelopeMessage", { common: { displayText: { key: "ttlive_superFanBox_sent" } } }],
    ["RAW MESSAGE_DELETED", "WebcastImDeleteMessage", {}],
    ["RAW ROOM_PIN", "WebcastRoomPinMessage", {}],
    ["RAW CAPTION", "WebcastCaptionMessage", {}],
    ["RAW RANK", "WebcastRankUpdateMessage", {}],
    ["RAW RANK", "WebcastRankTextMessage", {}],
    ["RAW RANK", "WebcastHourlyRankRewardMessage", {}],
    ["RAW SHOPPING", "WebcastOecLiveShoppingMessage", {}],
    ["RAW BATTLE_TASK", "WebcastLinkmicBattleTaskMessage", {}],
    ["RAW BATTLE_PUNISH_FINISH", "WebcastLinkMicBattlePunishFinish", {}],
    ["RAW ROOM_MESSAGE", "WebcastRoomMessage", {}],
    ["RAW LIVE_INTRO", "WebcastLiveIntroMessage", {}],
    ["RAW", "WebcastHourlyRankMessage", {}],
  ])("says %s for %s %j", (expected, type, message) => expect(nameOf(eventOf(type, message))).toBe(expected));
});

describe("a known type without a row", () => {
  it.each([
    ["WebcastRoomNotifyMessage", "ROOM_NOTIFY"],
    ["WebcastInRoomBannerMessage", "IN_ROOM_BANNER"],
    ["WebcastLinkMicMethod", "LINK_MIC"],
    ["WebcastLinkMicFanTicketMethod", "LINK_MIC_FAN_TICKET"],
    ["WebcastLinkMessage", "LINK"],
  ])("%s is RAW %s", (type, subType) => expect(subTypeOf(type)).toBe(subType));

  it("has a subType of its own", () => {
    const subTypes = knownTypes.map(subTypeOf);
    expect(new Set(subTypes).size).toBe(subTypes.length);
    for (const subType of subTypes) expect(subType).toMatch(/^[A-Z][A-Z0-9_]{2,63}$/);
  });
});

describe("facts", () => {
  const facts = (type: string, message: object) => payloadOf("RAW", type, message).facts;

  it.each([
    {
      type: "WebcastPollMessage",
      message: { messageType: "2", updateVotesContent: { optionList: [{ votes: "36" }, { votes: "1" }] } },
      expected: { count: 37, action: 2 },
    },
    {
      type: "WebcastPollMessage",
      message: { messageType: 1, endContent: { OptionList: [{ Votes: 36 }] } },
      expected: { count: 36, action: 1 },
    },
    {
      type: "WebcastGoalUpdateMessage",
      message: { contributeCount: "1", goal: { subGoals: [{ progress: "10", target: "20" }, { target: "30" }] } },
      expected: { count: 1, current: 10, target: 50 },
    },
    {
      type: "WebcastEnvelopeMessage",
      message: { display: 1, envelopeInfo: { diamondCount: 20, peopleCount: 5 } },
      expected: { count: 5, diamondCount: 20, action: 1 },
    },
    {
      type: "WebcastImDeleteMessage",
      message: { deleteMsgIds: ["77", "78"], deleteUserIds: ["42"] },
      expected: { count: 3, messageIds: ["77", "78"] },
    },
    {
      type: "WebcastImDeleteMessage",
      message: { deleteMsgIdsList: [], deleteUserIdsList: ["42"] },
      expected: { count: 1, messageIds: [] },
    },
    {
      type: "WebcastRoomPinMessage",
      message: { action: 1, pinMsgId: "77" },
      expected: { messageIds: ["77"], action: 1 },
    },
    { type: "WebcastRoomPinMessage", message: { action: 2, pinId: "77" }, expected: { messageIds: ["77"], action: 2 } },
    {
      type: "WebcastOecLiveShoppingMessage",
      message: { actionType: 1, liveProductNumber: 12 },
      expected: { count: 12, action: 1 },
    },
    { type: "WebcastLinkmicBattleTaskMessage", message: { taskMessageType: 3 }, expected: { action: 3 } },
    { type: "WebcastLinkMicBattlePunishFinish", message: { reason: 1 }, expected: { action: 1 } },
  ])("of $type: $expected", ({ type, message, expected }) => expect(facts(type, message)).toEqual(expected));
});

it("tells for how many months somebody subscribed", () => {
  expect(payloadOf("SUBSCRIBE", "WebcastSubNotifyMessage", { subMonth: "3" })).toEqual({ months: 3 });
});
