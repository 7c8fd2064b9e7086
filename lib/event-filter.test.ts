import { describe, expect, it } from "vitest";
import { makeEvent } from "../test/fixtures/events.ts";
import { type EventFilter, eventMatcher } from "./event-filter.ts";

const user = {
  userId: "7",
  uniqueId: "anna",
  displayName: "Änna B",
  isModerator: false,
  isSubscriber: false,
  isFollower: false,
};
const gift = { giftId: "5655", giftName: "Rose", giftCount: 5, diamondCount: 1, coins: 5, streakable: false };
const events = {
  chat: makeEvent("CHAT", { user, payload: { message: "Good morning" } }),
  gift: makeEvent("GIFT", { user, payload: { ...gift, streakState: "none" } }),
  quiet: makeEvent("ROOM_USER", { user: null, payload: { viewers: 3 } }),
};

const wanted = (filter: EventFilter) => {
  const matches = eventMatcher(filter);
  return Object.entries(events).flatMap(([name, event]) => (matches(event) ? [name] : []));
};

describe("a filter wants", () => {
  it.each([
    [{}, ["chat", "gift", "quiet"]],
    [{ types: ["CHAT", "ROOM_USER"] }, ["chat", "quiet"]],
    [{ types: [] }, []],
    [{ userId: "7" }, ["chat", "gift"]],
    [{ userId: "77" }, []],
    [{ minCoins: 5 }, ["gift"]],
    [{ minCoins: 6 }, []],
    [{ minCoins: 0 }, ["gift"]],
    [{ q: "MORNING" }, ["chat"]],
    [{ q: "@Anna" }, ["chat", "gift"]],
    [{ q: "änna" }, ["chat", "gift"]],
    [{ q: "rose" }, ["gift"]],
    [{ q: " " }, ["chat", "gift", "quiet"]],
    [{ q: ".*" }, []],
    [{ types: ["CHAT"], q: "rose" }, []],
  ] as [EventFilter, string[]][])("%j: %j", (filter, names) => {
    expect(wanted(filter)).toEqual(names);
  });
});
