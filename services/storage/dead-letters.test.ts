import { expect, it } from "vitest";
import { makeEvent } from "../../test/fixtures/events.ts";
import { sessionOf } from "./dead-letters.ts";

const sessionId = "00000000-0000-4000-8000-000000000001";

it.each([
  ["a field of ttlc:raw", { sessionId }],
  ["a part of the event on ttlc:events", { event: JSON.stringify(makeEvent("CHAT")) }],
])("finds the session as %s", (_where, fields) => {
  expect(sessionOf(JSON.stringify(fields))).toBe(sessionId);
});

it.each([
  ["nothing", "{}"],
  ["no JSON", "<html>"],
  ["null", "null"],
  ["a session that is none", JSON.stringify({ sessionId: "1" })],
  ["an event that was cut off", JSON.stringify({ event: `{"sessionId":"${sessionId}` })],
])("finds none in a letter that holds %s", (_what, payload) => {
  expect(sessionOf(payload)).toBeUndefined();
});
