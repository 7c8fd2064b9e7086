import { expect, it } from "vitest";
import { backoffMs } from "../backoff.ts";
import { webhookRetry } from "./retry.ts";
import { retryAfterMs, verdictOf } from "./verdict.ts";

const now = new Date("2026-03-01T12:00:00Z");

it.each([
  ["delivered", [200, 201, 202, 204, 299]],
  ["refused", [400, 401, 403, 404, 405, 409, 413, 418, 422, 451]],
  ["gone", [410]],
  ["failed", [100, 301, 302, 307, 308, 408, 425, 429, 500, 502, 503, 504, 599]],
])("%s: %j", (kind, statuses) => {
  for (const status of statuses) expect(verdictOf(status, {}, now).kind).toBe(kind);
});

it.each([
  ["3600", 3_600_000],
  ["5", 5_000],
  ["0", 0],
  ["99999999", 3_600_000],
  ["9".repeat(400), 3_600_000],
  ["-1", 0],
  ["1.5", 0],
  ["soon", 0],
  ["", 0],
  [undefined, 0],
  ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
  ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
  ["Fri, 01 Mar 2030 12:00:00 GMT", 3_600_000],
])("Retry-After %j means %d ms (W16)", (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms);
  expect(verdictOf(429, { "retry-after": header }, now)).toEqual({ kind: "failed", waitMs: ms });
});

it("tries again after 500 ms, twice as long each time, 30 s at most", () => {
  const waits = [0, 1, 2, 5, 6, 100].map((attempt) => backoffMs(webhookRetry, attempt, 0.5));
  expect(waits).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000]);
});
