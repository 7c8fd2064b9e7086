import { expect, it } from "vitest";
import { shouldSave } from "./memory-saving.ts";

const MB = 2 ** 20;

it("saves once memory is high, until it is well below that", () => {
  const seen: boolean[] = [];
  for (const mb of [200, 320, 321, 450, 281, 280, 320, 321]) seen.push(shouldSave(seen.at(-1) ?? false, mb * MB));
  expect(seen).toEqual([false, false, true, true, true, false, false, true]);
});
