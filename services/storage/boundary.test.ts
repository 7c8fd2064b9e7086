import { expect, it } from "vitest";
import { lowWaterMark } from "./boundary.ts";

it.each([
  ["all is acknowledged: the last delivered", { first: 5n, lastDelivered: 20n, stored: 20n }, 20n],
  [
    "some are pending: below the oldest of them",
    { first: 5n, lastDelivered: 20n, oldestPending: 12n, stored: 19n },
    11n,
  ],
  ["nothing was read yet: below the first entry", { first: 5n, lastDelivered: 0n, stored: 4n }, 4n],
  ["there is no group: below the first entry", { first: 5n, stored: 4n }, 4n],
  [
    "a pending entry was trimmed: below the first entry",
    { first: 15n, lastDelivered: 20n, oldestPending: 12n, stored: 9n },
    14n,
  ],
  ["the stream is empty: all of Postgres", { lastDelivered: 20n, stored: 19n }, 19n],
  ["the stream is empty and nothing is stored: nothing", { stored: 0n }, 0n],
])("%s", (_case, progress, expected) => {
  expect(lowWaterMark(progress)).toBe(expected);
});
