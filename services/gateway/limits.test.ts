import { expect, it } from "vitest";
import type { HttpRequest } from "./http.ts";
import { bucketOf } from "./limits.ts";
import { limitHeaders } from "./rate-limit.ts";

const asked = (method: string, role: "admin" | "streamer") =>
  bucketOf(
    { method, headers: { "x-api-key": "k" }, client: { address: "::1" } } as unknown as HttpRequest,
    {
      ...{ id: "k1", name: "a key", by: "key" },
      role,
    },
    60,
  );

it.each([
  ["POST", "streamer", "write", 60],
  ["DELETE", "streamer", "write", 60],
  ["GET", "streamer", "read", 600],
  ["HEAD", "streamer", "read", 600],
  ["POST", "admin", "write", 600],
  ["GET", "admin", "read", 6_000],
] as const)("%s of a %s takes from %s, %i a minute", (method, role, policy, perMinute) => {
  expect(asked(method, role)).toMatchObject({ policy, perMinute });
});

it("reads take nothing from changes", () => {
  expect(asked("GET", "streamer").key).not.toBe(asked("PUT", "streamer").key);
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
