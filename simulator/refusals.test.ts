import { expect, it } from "vitest";
import { Refusals } from "./refusals.ts";

it("answers as often as it was told, in order, then well again", () => {
  const refusals = new Refusals<number>();
  refusals.add(429, 2);
  refusals.add(500);
  expect(Array.from({ length: 4 }, () => refusals.next())).toEqual([429, 429, 500, undefined]);
});
