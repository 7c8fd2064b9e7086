import { expect, it } from "vitest";
import { unstorable } from "./unstorable.ts";

it("finds texts and names that cannot be kept, at any depth", () => {
  const wrong = { a: "x\0", b: { c: ["fine", "\ud800"], "\udc00": { d: "\0" } }, e: { "f\0": 1 } };
  expect(unstorable(wrong)).toEqual(["a", "b.c.1", "b", "e"]);
});

it("finds nothing in what can be", () => {
  expect(unstorable({ a: "🦄", b: [null, 1, true, "\uffff", "\n"], c: {} })).toEqual([]);
});
