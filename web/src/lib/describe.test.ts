import { expect, it, describe as suite } from "vitest";
import type { ServedEvent } from "../../../contracts/api.ts";
import { eventMaker } from "../../../test/support/web-events.ts";
import { describe, nameOf } from "./describe.ts";
import { kindOf } from "./rows.ts";

const { of, people } = eventMaker({ streamId: "1", sessionId: "3f0c6a53-6e0c-4f5e-9d0e-1b2c3d4e5f60" });
const user = people[0] ?? null;
const rose = { giftId: "1", giftName: "Rose", diamondCount: 1, streakable: true } as const;
const say = (event: ServedEvent) => describe({ id: 1, kind: kindOf(event), event });

suite("a row says", () => {
  it.each<[string, ServedEvent]>([
    ["hello", of("CHAT", { message: "hello" }, user)],
    ["sent Rose ×1,200", of("GIFT", { ...rose, giftCount: 1200, coins: 1200, streakState: "final" }, user)],
    ["is sending Rose ×3", of("GIFT", { ...rose, giftCount: 3, coins: 3, streakState: "progress" }, user)],
    ["liked ×5", of("LIKE", { count: 5 }, user)],
    ["joined", of("JOIN", {}, user)],
    ["followed", of("FOLLOW", {}, user)],
    ["shared the LIVE", of("SHARE", {}, user)],
    ["subscribed, month 3", of("SUBSCRIBE", { months: 3 }, user)],
    ["subscribed", of("SUBSCRIBE", {}, user)],
    ["sent an emote", of("EMOTE", { emotes: [{ emoteId: "1" }] }, user)],
    ["Battle", of("BATTLE", {}, null, { subType: "BATTLE" })],
    ["Battle scores changed", of("BATTLE", {}, null, { subType: "ARMIES" })],
    ["became a super fan", of("BATTLE", {}, user, { subType: "SUPER_FAN" })],
    ["had a special entrance", of("BATTLE", {}, user, { subType: "BARRAGE" })],
    ["1,842 watching", of("ROOM_USER", { viewers: 1_842 })],
    ["Connected: piano", of("CONNECTED", { provider: "direct", channelId: "x", uniqueId: "m", title: "piano" })],
    ["Disconnected: Socket closed", of("DISCONNECTED", { code: 1006, reason: "Socket closed" })],
    ["Error SIGN_FAILED: no luck", of("ERROR", { code: "SIGN_FAILED", message: "no luck" })],
    ["The streamer ended the LIVE", of("STREAM_END", { action: 3 })],
    ["TikTok suspended the LIVE", of("STREAM_END", { action: 4 })],
    ["The streamer paused the LIVE", of("RAW", { rawType: "x" }, null, { subType: "STREAM_PAUSED" })],
    [
      "Source switched to euler",
      of("RAW", { rawType: "x", facts: { to: "euler" } }, null, { subType: "SOURCE_SWITCHED" }),
    ],
    ["Message deleted", of("RAW", { rawType: "x" }, null, { subType: "MESSAGE_DELETED" })],
    ["WebcastNewThing", of("RAW", { rawType: "WebcastNewThing" })],
  ])("%s", (text, event) => {
    expect(say(event).text).toBe(text);
  });

  it("between when events are missing", () => {
    const facts = { from: "2026-01-05T20:00:00Z", to: "2026-01-05T20:00:09Z" };
    const { text } = say(of("RAW", { rawType: "ttlc.Gap", facts }, null, { subType: "GAP" }));
    expect(text).toMatch(/^Events between \d\d:00:00 and \d\d:00:09 are missing$/);
  });

  it("how many of them were dropped", () => {
    const facts = { from: "2026-01-05T20:00:00Z", to: "2026-01-05T20:00:09Z", why: "overload", count: 42 };
    const { text } = say(of("RAW", { rawType: "ttlc.Gap", facts }, null, { subType: "GAP" }));
    expect(text).toMatch(/^42 events between \d\d:00:00 and \d\d:00:09 are missing$/);
  });
});

it("makes gifts of 100 diamonds stand out, by what the whole streak is worth", () => {
  const gift = (coins: number) => say(of("GIFT", { ...rose, giftCount: coins, coins, streakState: "progress" }, user));
  expect([gift(99).big, gift(100).big]).toEqual([false, true]);
});

it("shows nothing of a person who was erased", () => {
  const { message: _, ...payload } = { message: "secret" };
  const erased = { ...of("CHAT", { message: "" }), payload, erased: true } as ServedEvent;
  expect([nameOf(erased), say(erased).text]).toEqual(["Erased person", "erased on request"]);
});
