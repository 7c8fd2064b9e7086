import { expect, it } from "vitest";
import { makeEvent } from "../../test/fixtures/events.ts";
import { origin } from "./dead-letters.ts";

const sessionId = "00000000-0000-4000-8000-000000000001";

it.each([
  ["fields of ttlc:raw", { streamId: "7300000000000000001", sessionId }],
  ["parts of the event on ttlc:events", { event: JSON.stringify(makeEvent("CHAT")) }],
])("finds stream and session as %s", (_where, fields) => {
  expect(origin(JSON.stringify(fields))).toEqual({ streamId: "7300000000000000001", sessionId });
});

it.each([
  ["nothing", "{}"],
  ["no JSON", "<html>"],
  ["null", "null"],
  ["what is none", JSON.stringify({ streamId: 1, sessionId: "1", redriveOf: "yesterday" })],
  ["an event that was cut off", JSON.stringify({ event: `{"sessionId":"${sessionId}` })],
])("finds none in a letter that holds %s", (_what, payload) => {
  expect(origin(payload)).toEqual({});
});

it("finds the letter that was redriven", () => {
  expect(origin(JSON.stringify({ redriveOf: "1-2" }))).toEqual({ redriveOf: String(2 ** 20 + 2) });
});
