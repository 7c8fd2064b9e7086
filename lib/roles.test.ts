import { describe, expect, it } from "vitest";
import type { EventType, User } from "../contracts/unified-event.ts";
import { makeEvent, viewer } from "../test/fixtures/events.ts";
import { inheritedBy, learned, toldBy } from "./roles.ts";

const told = (type: EventType, roles: Partial<User> = {}, subType?: string) =>
  toldBy({ ...makeEvent(type, { user: { ...viewer(1), ...roles } }), subType });

describe("a message tells", () => {
  it.each(["CHAT", "GIFT", "EMOTE"] as const)("in a %s all that somebody is, and is not", (type) => {
    expect(told(type, { isModerator: true, followRole: 2, isFollower: true, gifterLevel: 7 })).toEqual({
      ...{ isModerator: true, isSubscriber: false, isFollower: true, followRole: 2, gifterLevel: 7, topGifterRank: 0 },
    });
  });

  it("elsewhere only what it shows", () => {
    expect(told("LIKE", { gifterLevel: 7 })).toEqual({ gifterLevel: 7 });
    expect(told("JOIN")).toBeUndefined();
  });

  it("in a chat without TikTok's account only what it shows, too", () => {
    expect(told("CHAT", { isModerator: true })).toEqual({ isModerator: true });
  });

  it("by what it is", () => {
    expect(told("FOLLOW")).toEqual({ isFollower: true, followRole: 1 });
    expect(told("FOLLOW", { isFollower: true, followRole: 2 })).toEqual({ isFollower: true, followRole: 2 });
    expect(told("SUBSCRIBE", { gifterLevel: 2 })).toEqual({ isSubscriber: true, gifterLevel: 2 });
  });

  it("nothing when it is about nobody, or our own", () => {
    expect(toldBy(makeEvent("CHAT"))).toBeUndefined();
    expect(told("GIFT", { followRole: 0 }, "STREAK_CLOSED")).toBeUndefined();
  });
});

describe("what is known", () => {
  it("changes by what is new only", () => {
    const known = { isModerator: true, gifterLevel: 3 };
    expect(learned(known, { gifterLevel: 3 })).toBe(known);
    expect(learned(known, { isModerator: false })).toEqual({ isModerator: false, gifterLevel: 3 });
    expect(learned(undefined, known)).toBe(known);
  });

  it("is inherited where the message does not say it", () => {
    const known = { isModerator: true, isSubscriber: false, gifterLevel: 3, topGifterRank: 0 };
    expect(inheritedBy(makeEvent("LIKE", { user: viewer(1) }), known)).toEqual({ isModerator: true, gifterLevel: 3 });
    expect(inheritedBy(makeEvent("LIKE", { user: { ...viewer(1), isModerator: true, gifterLevel: 2 } }), known)).toBe(
      undefined,
    );
    expect(inheritedBy(makeEvent("ROOM_USER"), known)).toBeUndefined();
  });
});
