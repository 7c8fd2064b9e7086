import { expect, it } from "vitest";
import { closedWith, failedWith, refusedWith } from "./euler-closing.ts";

it.each([
  [4005, { streamEnded: true, reason: "the stream ended" }],
  [4404, { error: { code: "OFFLINE", next: "wait" } }],
  [4400, { error: { code: "EULER_BAD_OPTIONS", next: "stop" } }],
  [4401, { error: { code: "EULER_KEY_INVALID", next: "stop" } }],
  [4403, { error: { code: "EULER_FORBIDDEN", next: "stop" } }],
  [4429, { error: { code: "EULER_TOO_MANY_CONNECTIONS", next: "retry", retryAfterMs: 300_000 } }],
  [4555, { isRoutine: true }],
])("a connection that Euler closes with %s: %j", (code, expected) => {
  expect(closedWith(code)).toMatchObject({ code, ...expected });
});

it.each([1000, 1006, 1011, 4006, 4500, 4556, 4557, 4999])("after %s it is made anew, with back-off", (code) => {
  expect(closedWith(code)).toEqual({ code, reason: `socket closed with ${code}`, streamEnded: false });
  expect(failedWith(code)).toMatchObject({ code: "EULER_UNAVAILABLE", next: "retry" });
});

it.each([
  [4005, "OFFLINE"],
  [4404, "OFFLINE"],
  [4401, "EULER_KEY_INVALID"],
])("one that never stood, closed with %s, is %s", (code, expected) => {
  expect(failedWith(code).code).toBe(expected);
});

it.each([
  [401, undefined, "EULER_KEY_INVALID", 0],
  [403, undefined, "EULER_FORBIDDEN", 0],
  [404, undefined, "OFFLINE", 0],
  [429, "7", "EULER_TOO_MANY_CONNECTIONS", 7_000],
  [429, undefined, "EULER_TOO_MANY_CONNECTIONS", 300_000],
  [502, undefined, "EULER_UNAVAILABLE", 0],
])("HTTP %s with Retry-After %s instead of a WebSocket is %s", (status, retryAfter, code, retryAfterMs) => {
  expect(refusedWith(status, retryAfter)).toMatchObject({ code, retryAfterMs });
});
