import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eventOf, payloadOf, rawOf, refusalOf } from "./testing.ts";

const rose = {
  user: { id: "42" },
  giftId: "5655",
  repeatCount: 3,
  repeatEnd: 0,
  groupId: "1696447170769",
  gift: { id: "5655", type: 1, name: "Rose", diamondCount: 5, image: { urlList: ["https://cdn.test/rose.png?x=1"] } },
};
const gift = (fields: object) => payloadOf("GIFT", "WebcastGiftMessage", { ...rose, ...fields });
const streakId = hash("sha256", "7300000000000000001:42:5655:1696447170769");

describe("a gift", () => {
  it("is read in the connector's layout", () => {
    expect(gift({ toUser: { id: "7", displayId: "bob", nickname: "Bob" } })).toEqual({
      giftId: "5655",
      giftName: "Rose",
      giftCount: 3,
      diamondCount: 5,
      coins: 15,
      streakable: true,
      streakId,
      streakState: "progress",
      toUser: { userId: "7", uniqueId: "bob", displayName: "Bob" },
      imageUrl: "https://cdn.test/rose.png",
    });
  });

  it("is read in Euler's layout", () => {
    const { gift: kind, user, ...rest } = rose;
    const message = {
      ...rest,
      giftId: 5655,
      user: { userId: user.id },
      giftDetails: { giftName: "Rose", giftType: 1, diamondCount: 5, giftImage: { url: kind.image.urlList } },
    };
    expect(payloadOf("GIFT", "WebcastGiftMessage", message)).toEqual(gift({}));
  });

  it("needs an id", () => {
    expect(refusalOf(rawOf("WebcastGiftMessage", { ...rose, giftId: "0", gift: {} }))?.reason).toBe("SCHEMA_ERROR");
  });

  it.each([
    { field: "repeatCount", value: -1, message: /payload\.(giftCount|coins) must be >= 0/ },
    { field: "repeatCount", value: "9007199254740993", message: /payload\.\w+ must be <=/ },
    { field: "repeatCount", value: 9_007_199_254_740_991, message: /payload\.coins must be <=/ },
    { field: "repeatCount", value: "many", message: /payload\.giftCount must be integer/ },
  ])("is refused when $field is $value", ({ field, value, message }) => {
    expect(refusalOf(rawOf("WebcastGiftMessage", { ...rose, [field]: value }))?.message).toMatch(message);
  });
});

describe("a streak", () => {
  it("ends with its last frame", () => {
    expect(gift({ repeatEnd: 1 })).toMatchObject({ streakId, streakState: "final", closedBy: "end" });
  });

  it.each([
    { what: "a gift of another type", fields: { gift: { ...rose.gift, type: 2 } } },
    { what: "no combo", fields: { groupId: "0" } },
    { what: "no combo at all", fields: { groupId: "" } },
  ])("is none for $what", ({ fields }) => {
    expect(gift(fields)).toMatchObject({ streakable: false, streakState: "none" });
    expect(gift(fields)).not.toHaveProperty("streakId");
  });
});

describe("a streak that the room's actor closed", () => {
  const message = {
    streakId,
    giftId: "5655",
    giftName: "Rose",
    giftCount: 9,
    diamondCount: 5,
    closedBy: "timeout",
    user: { userId: "42", uniqueId: "alice", displayName: "Alice", isModerator: true },
    imageUrl: "https://cdn.test/rose.png",
  };

  it("is its final gift", () => {
    const event = eventOf("ttlc.GiftStreakClosed", message);
    expect(event).toMatchObject({
      eventType: "GIFT",
      subType: "STREAK_CLOSED",
      user: { userId: "42", uniqueId: "alice", displayName: "Alice", isModerator: true },
    });
    expect(event.payload).toEqual({
      giftId: "5655",
      giftName: "Rose",
      giftCount: 9,
      diamondCount: 5,
      coins: 45,
      streakable: true,
      streakId,
      streakState: "final",
      closedBy: "timeout",
      imageUrl: "https://cdn.test/rose.png",
    });
  });

  it.each([{ closedBy: "magic" }, { streakId: "short" }])("is refused with %j", (fields) => {
    expect(refusalOf(rawOf("ttlc.GiftStreakClosed", { ...message, ...fields }))?.reason).toBe("SCHEMA_ERROR");
  });
});
