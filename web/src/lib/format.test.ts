import { expect, it } from "vitest";
import { formatCompact, formatDuration, hueOf, initial } from "./format.ts";

it.each([
  [0, "0:00"],
  [65_999, "1:05"],
  [3_600_000, "1:00:00"],
  [100 * 3_600_000 + 61_000, "100:01:01"],
  [-5_000, "0:00"],
])("shows %i ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  ["mila", "M"],
  ["✨ zoë ✨", "Z"],
  ["美咲", "美"],
  ["🎹🎹", "🎹"],
  ["", "?"],
])("the avatar of %j shows %j", (name, letter) => {
  expect(initial(name)).toBe(letter);
});

it("shortens large numbers", () => {
  expect([999, 12_345, 4_000_000].map(formatCompact)).toEqual(["999", "12.3K", "4M"]);
});

it("gives a person one colour, and two people two", () => {
  expect(hueOf("7000000000000000000")).toBe(hueOf("7000000000000000000"));
  expect(hueOf("7000000000000000000")).not.toBe(hueOf("7000000000000000001"));
});
