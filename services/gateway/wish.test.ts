import { describe, expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { shown, type Wish, wishKey, wishMatcher } from "./wish.ts";

const wish = (changes: Partial<Wish> = {}): Wish => ({ streamId: "r1", view: "whole", ...changes });

describe("a wish", () => {
  const of = (changes: object) => ({ ...makeEvent("CHAT", { streamId: "r1" }), ...changes }) as UnifiedEvent;
  const live = of({ source: "live", sessionId: "s1" });
  const replay = of({ source: "replay", sessionId: "s2" });

  it.each([
    [{}, live, true],
    [{}, replay, false],
    [{ streamId: "r2" }, live, false],
    [{ source: "replay" }, live, false],
    [{ source: "replay" }, replay, true],
    [{ source: "all" }, live, true],
    [{ source: "all" }, replay, true],
    [{ sessionId: "s1" }, live, true],
    [{ sessionId: "s2" }, live, false],
    [{ sessionId: "s2" }, replay, true],
    [{ sessionId: "s2", source: "live" }, replay, false],
    [{ streamId: "r2", sessionId: "s2" }, replay, false],
    [{ types: ["GIFT"] }, live, false],
    [{ types: ["GIFT", "CHAT"] }, live, true],
    [{ userId: "nobody" }, live, false],
    [{ minCoins: 1 }, live, false],
    [{ q: "no such words" }, live, false],
  ] as [Partial<Wish>, UnifiedEvent, boolean][])("%j, of an event that is %#: %s", (what, event, wanted) => {
    expect(wishMatcher(wish(what))(event)).toBe(wanted);
  });
});

describe("wishKey", () => {
  it.each([
    [{ types: ["GIFT", "CHAT"] }, { types: ["CHAT", "GIFT", "CHAT"] }],
    [{ q: "@Anna" }, { q: "anna " }],
    [{ source: "live" }, {}],
  ] as [Partial<Wish>, Partial<Wish>][])("is the same for %j and %j", (one, other) => {
    expect(wishKey(wish(one))).toBe(wishKey(wish(other)));
  });

  it("differs in whatever makes a difference", () => {
    const wishes: Partial<Wish>[] = [
      ...[{}, { streamId: "r2" }, { sessionId: "s1" }, { sessionId: "s1", source: "live" as const }],
      ...[{ source: "all" as const }, { types: ["CHAT" as const] }, { types: [] }, { userId: "1" }, { minCoins: 1 }],
      ...[{ q: "1" }, { view: "masked" as const }, { view: "chosen" as const }],
    ];
    expect(new Set(wishes.map((each) => wishKey(wish(each)))).size).toBe(wishes.length);
  });
});

describe("what is shown", () => {
  const event = makeEvent("CHAT", { user: viewer(1), payload: { message: "hi" } });

  it("is everything to who may see people", () => {
    expect(shown(event, "whole")).toBe(event);
  });

  it.each(["masked", "aggregates"] as const)("says nothing of people to who sees %s", (view) => {
    expect(shown(event, view)).toMatchObject({ user: null, masked: true, payload: {} });
  });

  it("is a name and what was said to an overlay", () => {
    expect(shown(event, "chosen")).toMatchObject({
      user: { displayName: viewer(1).displayName },
      payload: { message: "hi" },
    });
  });
});
