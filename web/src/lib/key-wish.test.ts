import { expect, it } from "vitest";
import { type KeyForm, rolesFor, wishOf } from "./key-wish.ts";

const form: KeyForm = { name: " Bea ", role: "moderator", channelId: "c1", shows: ["gift", "chat"], expiry: "" };

it("asks for a key of one channel that never expires", () => {
  expect(wishOf(form, 0).ofCaller).toEqual({ name: "Bea", role: "moderator", channelIds: ["c1"] });
});

it("names no channel for a role that reaches all of them", () => {
  expect(wishOf({ ...form, role: "ops" }, 0).ofCaller).toEqual({ name: "Bea", role: "ops", channelIds: [] });
});

it("asks for an overlay's event types, and an end", () => {
  expect(wishOf({ ...form, expiry: "30" }, 0).ofOverlay).toEqual({
    ...{ name: "Bea", channelId: "c1", types: ["GIFT", "CHAT", "EMOTE"] },
    expiresAt: "1970-01-31T00:00:00.000Z",
  });
});

it("offers nobody a role above their own", () => {
  expect(rolesFor({ role: "developer" })).toEqual(["viewer"]);
  expect(rolesFor({ role: "streamer" })).toEqual(["moderator", "viewer", "streamer"]);
  expect(rolesFor({ role: "admin" })).toContain("ops");
});
