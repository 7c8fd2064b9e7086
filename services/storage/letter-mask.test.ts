import { expect, it } from "vitest";
import { eventTypes } from "../../contracts/unified-event.ts";
import { fullEvent } from "../../test/fixtures/events.ts";
import { maskEntry, maskLetter } from "./letter-mask.ts";
import type { WholeLetter } from "./letters.ts";

const CANARY = "Canary Carla";

it("shows of a raw entry everything but its data", () => {
  const entry = { type: "WebcastChatMessage", seqNo: "7", data: CANARY, encoding: "json", redriveOf: "1-0" };
  expect(maskEntry(entry)).toEqual({ ...entry, data: `[hidden: ${CANARY.length} characters]` });
});

it("shows of a refused batch which one it is, and of how many events", () => {
  const entry = { webhookId: "msg_1", after: "1-0", through: "2-0", events: "3", redriveOf: "1-0" };
  expect(maskEntry(entry)).toEqual(entry);
});

it("hides fields that no contract knows", () => {
  expect(maskEntry({ nickname: CANARY })).toEqual({ nickname: `[hidden: ${CANARY.length} characters]` });
});

it.each(eventTypes)("shows of a %s nothing that says who", (eventType) => {
  const event = fullEvent(eventType, (_path, personal) => (personal ? CANARY : "en"));
  const masked = maskEntry({ event: JSON.stringify(event), raw: CANARY, encoding: "base64" });
  expect(JSON.stringify(masked)).not.toContain(CANARY);
  expect(masked.event).toMatchObject({ eventType, eventId: event.eventId, user: null, masked: true });
});

it("hides an event that breaks the contract as a whole", () => {
  const { payload, ...rest } = fullEvent("LIKE");
  for (const event of [{ ...rest, payload: { ...payload, who: CANARY } }, { who: CANARY }, CANARY]) {
    expect(maskEntry({ event: JSON.stringify(event) }).event).toMatch(/^\[hidden: \d+ characters\]$/);
  }
});

it("removes secrets from what it shows, and cuts what is long", () => {
  expect(maskEntry({ type: "sessionid=0123456789abcdef" })).toEqual({ type: "sessionid=[redacted]" });
  expect(String(maskEntry({ type: "x".repeat(9_000) }).type)).toHaveLength(200);
});

it.each(["<html>", "[]", "null", '{"a":1}', "{}"])("shows nothing of a payload that is no entry: %s", (payload) => {
  expect(maskLetter({ payload } as WholeLetter)).toEqual({ entry: null });
});
