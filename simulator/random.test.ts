import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";

const draw = (seed: string) => {
  const random = new Random(seed);
  return Array.from({ length: 5 }, () => random.next());
};
const many = <Item>(draw: () => Item) => Array.from({ length: 20_000 }, draw);

describe("Random", () => {
  it("repeats itself for the same seed", () => expect(draw("7")).toEqual(draw("7")));

  it("differs for another seed", () => expect(draw("7")).not.toEqual(draw("8")));

  it("fills [0, 1) evenly", () => {
    const random = new Random("even");
    const values = many(() => random.next());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    for (const decile of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      expect(values.filter((value) => Math.floor(value * 10) === decile).length).toBeGreaterThan(1_800);
    }
  });

  it("includes both ends of int", () => {
    const random = new Random("int");
    expect(new Set(many(() => random.int(2, 4)))).toEqual(new Set([2, 3, 4]));
  });

  it("weighs names", () => {
    const random = new Random("weights");
    const often = many(() => random.weighted({ rare: 1, often: 9, never: 0 }));
    expect(often.filter((name) => name === "often").length / often.length).toBeCloseTo(0.9, 1);
    expect(often).not.toContain("never");
  });

  it("waits `mean` on average", () => {
    const random = new Random("wait");
    const waits = many(() => random.wait(100));
    expect(waits.reduce((a, b) => a + b) / waits.length / 100).toBeCloseTo(1, 1);
  });
});
