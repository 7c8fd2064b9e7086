import { expect, it, vi } from "vitest";
import { Wishes } from "./wishes.ts";

it("takes who asks for the same after an hour for somebody who wants it once more", async () => {
  let now = 0;
  const wishes = new Wishes(
    () => true,
    () => now,
  );
  const ask = vi.fn(() => Promise.reject(new Error("lost")));
  for (now of [0, 3_599_999, 7_199_999]) await wishes.once(["ban", "9"], ask).catch(() => {});
  const [first, again, later] = (ask.mock.calls as unknown[][]).map(([headers]) => headers);
  expect(again).toEqual(first);
  expect(later).not.toEqual(first);
});
