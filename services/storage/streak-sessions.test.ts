import { describe, expect, it } from "vitest";
import { growthBySession, mergeSessions, raiseSession, type StreakSessions } from "./streak-sessions.ts";

const total = (seq: number, gifts: number) => ({ seq, gifts, coins: gifts * 5 });
const growth = (sessions: StreakSessions) =>
  Object.fromEntries([...growthBySession(sessions)].map(([id, { gifts, coins }]) => [id, [gifts, coins]]));

describe("a streak that goes on over a reconnect", () => {
  it("counts in each session by what it grew there", () => {
    expect(growth({ second: total(9, 7), first: total(1, 5) })).toEqual({ first: [5, 25], second: [2, 10] });
  });

  it("counts in the first alone when the second only closes it", () => {
    expect(growth({ first: total(1, 5), second: total(9, 5), third: total(20, 4) })).toEqual({
      first: [5, 25],
      second: [0, 0],
      third: [0, 0],
    });
  });
});

it("keeps the highest count and the lowest seqNo of a session", () => {
  const sessions: StreakSessions = {};
  for (const [seq, gifts] of [
    [3, 3],
    [1, 1],
    [2, 2],
  ] as const)
    raiseSession(sessions, "a", total(seq, gifts));
  expect(sessions).toEqual({ a: total(1, 3) });
});

it("merges what two batches knew, in any order", () => {
  const [a, b] = [{ first: total(4, 4) }, { first: total(2, 2), second: total(7, 5) }];
  const merged = { first: total(2, 4), second: total(7, 5) };
  expect([mergeSessions(a, b), mergeSessions(b, a)]).toEqual([merged, merged]);
});
