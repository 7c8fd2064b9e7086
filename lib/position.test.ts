import { expect, it } from "vitest";
import { comparePositions, isPosition, packPosition, unpackPosition } from "./position.ts";

it.each([
  ["0-0", true],
  ["1795188318708-12", true],
  ["7999999999999-1048575", true],
  ["1795188318708-1048576", false], // more than 20 bits
  ["8999999999999-0", false], // more than a bigint, packed
  ["17951883187080-0", false],
  ["-1-0", false],
  ["1", false],
  ["1-0 ", false],
])("%s is a position: %s", (text, expected) => {
  expect(isPosition(text)).toBe(expected);
});

it("what is packed sorts alike, fits into a bigint, and comes back", () => {
  const positions = ["0-0", "0-1", "1795188318708-12", "1795188318709-0", "7999999999999-1048575"];
  const packed = positions.map(packPosition);
  expect(packed.every((each) => each < 2n ** 63n)).toBe(true);
  expect(packed.map(unpackPosition)).toEqual(positions);
  expect(positions.toSorted(comparePositions)).toEqual(positions);
});
