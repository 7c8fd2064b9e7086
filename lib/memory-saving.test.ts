import { expect, it } from "vitest";
import { nextPhase, type Phase } from "./memory-saving.ts";

const MB = 2 ** 20;
const spending: Phase = { saves: false, since: 10_000 };
const saving: Phase = { saves: true, since: 20_000 };

it("saves once memory is high", () => {
  expect(nextPhase(spending, 320 * MB, 20_000)).toBe(spending);
  expect(nextPhase(spending, 321 * MB, 20_000)).toEqual(saving);
});

it("saves until memory is well below that", () => {
  expect(nextPhase(saving, 281 * MB, 90_000)).toBe(saving);
  expect(nextPhase(saving, 280 * MB, 21_000)).toEqual({ saves: false, since: 21_000 });
});

it("rests in between", () => {
  expect(nextPhase(spending, 400 * MB, 12_999)).toBe(spending);
  expect(nextPhase(spending, 400 * MB, 13_000).saves).toBe(true);
});
