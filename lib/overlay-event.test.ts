import { expect, it } from "vitest";
import { makeEvent, viewer } from "../test/fixtures/events.ts";
import { overlayEvent } from "./overlay-event.ts";

it("shows a name, a picture and what was said, and no id, handle or role", () => {
  const user = { ...viewer(1), avatarUrl: "https://p16.example/a.jpg" };
  const chat = makeEvent("CHAT", { user, payload: { message: "hi", mentions: [{ userId: "9" }] } });
  const { user: who, payload } = overlayEvent({ ...chat, inherited: { isModerator: true } });
  expect(who).toEqual({ displayName: user.displayName, avatarUrl: user.avatarUrl });
  expect(payload).toEqual({ ...chat.payload, mentions: undefined });
  expect(overlayEvent({ ...chat, inherited: { isModerator: true } })).not.toHaveProperty("inherited");
});

it("leaves out the people beyond the one who did it", () => {
  const gift = makeEvent("GIFT", { payload: { toUser: { userId: "9", displayName: "Zoe" } } });
  expect(JSON.stringify(overlayEvent(gift))).not.toContain("Zoe");
});

it("is of nobody when nobody did it, or after an erasure", () => {
  expect(overlayEvent({ ...makeEvent("CHAT"), user: null, erased: true } as never).user).toBeNull();
});
