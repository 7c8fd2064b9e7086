import { expect, it } from "vitest";
import { refusal } from "./sign.ts";

it.each([
  [429, "7", "SIGN_RATE_LIMITED", 7_000],
  [429, undefined, "SIGN_RATE_LIMITED", 0],
  [429, "soon", "SIGN_RATE_LIMITED", 0],
  [429, "999999999", "SIGN_RATE_LIMITED", 3_600_000],
  [401, undefined, "SIGN_KEY_INVALID", 0],
  [402, undefined, "SIGN_PLAN_REQUIRED", 0],
  [403, undefined, "SIGN_FORBIDDEN", 0],
  [404, undefined, "SIGN_ROOM_NOT_FOUND", 0],
  [500, undefined, "SIGN_UNAVAILABLE", 0],
])("a signer that answers %s with Retry-After %s means %s, not before %s ms", (status, retryAfter, code, wait) => {
  expect(refusal(status, retryAfter)).toMatchObject({ code, retryAfterMs: wait });
});
