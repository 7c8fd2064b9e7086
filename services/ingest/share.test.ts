import { describe, expect, it } from "vitest";
import { nextMove, type View } from "./share.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `room_${i}`);
const view = (changes: Partial<View>): View => ({ wanted: 20, processes: 2, own: 0, idle: [], free: [], ...changes });

describe("nextMove", () => {
  it("takes every free room when it is alone, a few at a time", () => {
    expect(nextMove(view({ processes: 1, free: names(20) })).take).toEqual(names(5));
    expect(nextMove(view({ processes: 1, own: 18, free: names(2) })).take).toEqual(names(2));
  });

  it("has taken any number of rooms after six looks", () => {
    expect(nextMove(view({ wanted: 600, processes: 1, free: names(600) })).take).toHaveLength(100);
  });

  it("leaves to the others what is above its share", () => {
    expect(nextMove(view({ own: 8, free: names(12) })).take).toHaveLength(2);
    expect(nextMove(view({ own: 10, free: names(10) }))).toEqual({ take: [], giveBack: [] });
  });

  it("takes over what a process left that died", () => {
    expect(nextMove(view({ processes: 1, own: 10, free: names(10) })).take).toHaveLength(5);
  });

  it("gives back what is not live when a process joins, down to its share, and nothing that is live", () => {
    expect(nextMove(view({ own: 20, idle: names(15) })).giveBack).toHaveLength(10);
    expect(nextMove(view({ own: 20, idle: names(3) })).giveBack).toHaveLength(3);
    expect(nextMove(view({ own: 20 })).giveBack).toEqual([]);
  });

  it.each([1, 2, 3, 7])("leaves no room free between %d processes, and then rests", (processes) => {
    const own = Array.from({ length: processes }, () => 0);
    let free = names(20);
    for (let look = 0; look < 10; look++) {
      for (let i = 0; i < processes; i++) {
        const { take } = nextMove(view({ processes, own: own[i] as number, free }));
        own[i] = (own[i] as number) + take.length;
        free = free.slice(take.length);
      }
    }
    expect(free).toEqual([]);
    expect(Math.max(...own)).toBeLessThanOrEqual(Math.ceil(20 / processes));
    for (const count of own) {
      const rest = nextMove(view({ processes, own: count, idle: names(count) }));
      expect(rest).toEqual({ take: [], giveBack: [] });
    }
  });
});
