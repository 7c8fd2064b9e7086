import { expect, it } from "vitest";
import { Ids } from "./ids.ts";

const at = Date.UTC(2025, 5, 1);

it("makes 19 digits", () => expect(new Ids("1").next(at)).toMatch(/^7\d{18}$/));

it("keeps the second in the upper half", () => {
  expect(BigInt(new Ids("1").next(at)) >> 32n).toBe(BigInt(at / 1000));
});

it("never repeats, also within one millisecond", () => {
  const ids = new Ids("1");
  expect(new Set(Array.from({ length: 50_000 }, () => ids.next(at))).size).toBe(50_000);
});

it("depends on the seed", () => expect(new Ids("1").next(at)).not.toBe(new Ids("2").next(at)));
