import { describe, expect, it } from "vitest";
import { eventOf, nameOf, payloadOf } from "./testing.ts";

const named = (message: object) => nameOf(eventOf("WebcastSocialMessage", message));
const keyed = (key: string, action?: string) => ({ action, common: { displayText: { key } } });

describe("a social message", () => {
  it.each([
    ["FOLLOW", keyed("pm_main_follow_message_viewer_2", "1")],
    ["SHARE", keyed("pm_mt_guidance_share", "3")],
    ["FOLLOW", { action: "1" }],
    ["SHARE", { action: 3 }],
    ["FOLLOW", keyed("pm_mt_msg_viewer_follow")],
    ["SHARE", keyed("pm_mt_guidance_viewer_10_share", "0")],
    ["SUBSCRIBE", keyed("pm_mt_msg_viewer_subscribe", "7")],
    ["FOLLOW", keyed("PM_Follow")],
    ["FOLLOW", { common: { displayText: { displayType: "pm_main_follow_message_viewer_2" } } }],
    ["RAW SOCIAL", keyed("pm_mt_something", "2")],
    ["RAW SOCIAL", {}],
  ])("is %s for %j", (expected, message) => expect(named(message)).toBe(expected));

  it("is decided by its action when the key says otherwise", () => {
    expect(named(keyed("pm_mt_guidance_share", "1"))).toBe("FOLLOW");
    expect(named(keyed("pm_main_follow_message_viewer_2", "3"))).toBe("SHARE");
  });
});

it("counts the streamer's followers", () => {
  expect(payloadOf("FOLLOW", "WebcastSocialMessage", { action: "1", followCount: "99288" })).toEqual({
    followCount: 99288,
  });
});

it("counts shares and says where to, as TikTok numbers it", () => {
  expect(payloadOf("SHARE", "WebcastSocialMessage", { action: "3", shareTarget: "20", shareCount: 13 })).toEqual({
    target: "20",
    shareCount: 13,
  });
});

it.each(["-1", "0", "7255491026734443125", "alice", undefined])("has no target %j", (shareTarget) => {
  expect(payloadOf("SHARE", "WebcastSocialMessage", { action: "3", shareTarget })).toEqual({});
});
