import { expect, it } from "vitest";
import { changesOf } from "./changes.ts";

it("finds nothing in what is equal", () => {
  expect(changesOf({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toEqual([]);
  expect(changesOf(null, null)).toEqual([]);
});

it("names what was added, changed and removed by its path", () => {
  expect(changesOf({ a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: "2" }, e: [true] })).toEqual([
    { path: "b.c", before: 2, after: "2" },
    { path: "b.d", before: 3, after: null },
    { path: "e.0", before: null, after: true },
  ]);
});

it("compares with nothing", () => {
  expect(changesOf(null, { a: 1, b: null })).toEqual([{ path: "a", before: null, after: 1 }]);
});

it("is no longer than a person reads", () => {
  expect(changesOf(null, { list: Array.from({ length: 1_000 }, (_, i) => i) })).toHaveLength(200);
});
