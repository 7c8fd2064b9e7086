import { expect, it, vi } from "vitest";
import { Wishes } from "./wishes.ts";

it("takes who asks for the same after a minute for somebody who wants it once more", async () => {
  let now = 0;
  const wishes = new Wishes(
    () => true,
    () => now,
  );
  const ask = vi.fn(() => Promise.reject(new Error("lost")));
  for (now of [0, 59_999, 119_999]) await wishes.once(["ban", "9"], ask).catch(() => {});
  const [first, again, later] = (ask.mock.calls as unknown[][]).map(([headers]) => headers);
  expect(again).toEqual(first);
  expect(later).not.toEqual(first);
});

it("takes who asks for what was lost about somebody before they were forgotten for one who wants it once more", async () => {
  const wishes = new Wishes(() => true);
  const keys: unknown[] = [];
  const lose = (userId: string) =>
    wishes
      .once(["ban", userId], (headers) => Promise.reject(keys.push(headers["Idempotency-Key"])), userId)
      .catch(() => keys.at(-1));
  const [kofi, greta] = [await lose("9"), await lose("8")];
  wishes.forget("9");
  expect(await lose("8")).toBe(greta);
  expect(await lose("9")).not.toBe(kofi);
});
