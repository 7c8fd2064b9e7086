import { expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { eventLine } from "./event-line.ts";

const event = (eventType: string, payload: object, uniqueId = "alice", subType?: string): UnifiedEvent =>
  ({ eventType, subType, payload, seqNo: 42, timestamp: new Date(2026, 0, 1, 9, 5, 7), user: { uniqueId } }) as never;

it.each([
  [event("CHAT", { message: "hello" }), "09:05:07 #42 CHAT         @alice hello"],
  [
    event("GIFT", { giftName: "Rose", giftCount: 3, coins: 3, streakState: "progress" }),
    "09:05:07 #42 GIFT         @alice Rose x3, 3 coins...",
  ],
  [event("LIKE", { count: 15, total: 99 }), "09:05:07 #42 LIKE         @alice +15 (99)"],
  [event("SUBSCRIBE", { months: 2 }, "bob", "MEMBER"), '09:05:07 #42 SUBSCRIBE/MEMBER @bob {"months":2}'],
])("shows an event as %#", (shown, line) => {
  expect(eventLine(shown)).toBe(line);
});

it("needs no user", () => {
  expect(eventLine({ ...event("ROOM_USER", { viewers: 5 }), user: null })).toBe("09:05:07 #42 ROOM_USER    5 viewers");
});

it("is one line without control characters, whatever people wrote", () => {
  expect(eventLine(event("CHAT", { message: "a\nb\u001b[2Jc" }, "x\ry"))).toBe(
    "09:05:07 #42 CHAT         @x y a b [2Jc",
  );
});
