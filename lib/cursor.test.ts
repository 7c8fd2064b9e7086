import { expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.ts";

const shape = [/^\d+$/, /^[a-z]+$/] as const;

it("carries a key", () => {
  expect(decodeCursor(encodeCursor([7, "abc"]), shape)).toEqual(["7", "abc"]);
});

it.each([
  ["of another list", encodeCursor(["abc", 7])],
  ["of another length", encodeCursor([7])],
  ["that is no JSON", "AAAA"],
  ["that is no list", encodeCursor({ length: 2 } as never)],
])("refuses one %s", (_case, cursor) => {
  expect(() => decodeCursor(cursor, shape)).toThrow(expect.objectContaining({ code: 422, type: "INVALID_CURSOR" }));
});
