import { expect, it } from "vitest";
import type { HttpRequest } from "./http.ts";
import { bucketOf } from "./limits.ts";
import { limitHeaders } from "./rate-limit.ts";

const asked = (isRead: boolean, role: "admin" | "streamer") =>
  bucketOf(
    { headers: { "x-api-key": "k" }, client: { address: "::1" } } as unknown as HttpRequest,
    {
      ...{ id: "k1", name: "a key", by: "key" },
      role,
    },
    60,
    isRead,
  );

it.each([
  [false, "streamer", "write", 60],
  [true, "streamer", "read", 600],
  [false, "admin", "write", 600],
  [true, "admin", "read", 6_000],
] as const)("read: %s, by a %s takes from %s, %i a minute", (isRead, role, policy, perMinute) => {
  expect(asked(isRead, role)).toMatchObject({ policy, perMinute });
});

it("reads take nothing from changes", () => {
  expect(asked(true, "streamer").key).not.toBe(asked(false, "streamer").key);
});

it("clients are told the limit, what is left, when it is whole again, and by which policy", () => {
  const bucket = { key: "k", policy: "write", perMinute: 60 };
  expect(limitHeaders(bucket, { isAllowed: true, remaining: 57, waitMs: 0, fullMs: 2_001 })).toEqual({
    "ratelimit-limit": "60",
    "ratelimit-remaining": "57",
    "ratelimit-reset": "3",
    "ratelimit-policy": '"write";q=60;w=60',
  });
});
