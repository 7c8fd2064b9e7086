import { expect, it } from "vitest";
import { shouldSave } from "./memory-saving.ts";

it("saves once memory is high, until it is well below that", () => {
  const seen: boolean[] = [];
  for (const share of [0.5, 0.8, 0.81, 1.2, 0.71, 0.7, 0.8, 0.81]) {
    seen.push(shouldSave(seen.at(-1) ?? false, share));
  }
  expect(seen).toEqual([false, false, true, true, true, false, false, true]);
});
