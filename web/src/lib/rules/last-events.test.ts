import { expect, it, vi } from "vitest";
import type { ServedEvent } from "../../../../contracts/api.ts";
import { eventMaker } from "../../../../test/support/web-events.ts";
import { lastEvents } from "./last-events.ts";

const { of } = eventMaker({ streamId: "1", sessionId: "s" });
const chats = Array.from({ length: 5 }, (_, i) => of("CHAT", { message: `${i}` })) as ServedEvent[];
const ended = { sessionId: "s", endedAt: "2026-01-05T20:00:00.000Z" };

it("has the newest first, over pages", async () => {
  const read = vi
    .fn()
    .mockResolvedValueOnce({ items: chats.slice(0, 3), next: "p2" })
    .mockResolvedValueOnce({ items: chats.slice(3), next: null });
  const found = await lastEvents(ended, "CHAT", { count: 3, now: 0, read });
  expect(found).toEqual([chats[4], chats[3], chats[2]]);
  const asked = { types: "CHAT", limit: 500, from: "2026-01-05T19:50:00.000Z" };
  expect(read.mock.calls).toEqual([
    ["s", asked],
    ["s", { ...asked, after: "p2" }],
  ]);
});

it("looks further back, up to the whole session", async () => {
  const read = vi.fn().mockResolvedValue({ items: [], next: null });
  expect(await lastEvents({ ...ended, endedAt: null }, "GIFT", { count: 3, now: Date.UTC(2026, 0, 5), read })).toEqual(
    [],
  );
  expect(read.mock.calls.map(([, { from }]) => from)).toEqual([
    "2026-01-04T23:50:00.000Z",
    "2026-01-04T22:00:00.000Z",
    undefined,
  ]);
});

it("leaves out gifts of a streak that goes on", async () => {
  const gift = { giftId: "1", giftName: "Rose", giftCount: 1, diamondCount: 1, coins: 1, streakable: true } as const;
  const [open, over] = (["progress", "final"] as const).map((streakState) => of("GIFT", { ...gift, streakState }));
  const read = vi.fn().mockResolvedValue({ items: [open, over], next: null });
  expect(await lastEvents(ended, "GIFT", { count: 3, now: 0, read })).toEqual([over]);
});
