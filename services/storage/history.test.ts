import { expect, it } from "vitest";
import type { StoredReplay } from "../../contracts/replay.ts";
import { nextParts } from "./history.ts";

const part = (n: number, firstSeq: number, lastSeq: number) => ({
  ...{ sessionId: `s${n}`, firstSeq, lastSeq, firstAt: "2026-03-01T12:00:00Z", lastAt: "2026-03-01T12:00:00Z" },
});
/** Three sessions, the second beside the end of the first; and one long after. */
const parts = [part(1, 0, 10), part(2, 8, 20), part(3, 21, 30), part(4, 90, 99)];
const replay = { parts, seen: { seqNo: 99, eventId: "f" } } as StoredReplay;

it.each([
  [["-1", ""], 2, ["10", "g"]],
  [["9", "a"], 2, ["10", "g"]],
  [["10", "a"], 2, ["20", "g"]],
  [["10", "g"], 2, ["20", "g"]],
  [["20", "g"], 2, ["30", "g"]],
  [["30", "g"], 2, null],
  [["99", "a"], 1, null],
] as const)("after %j a replay goes on in %i sessions, until %j", (place, sessions, end) => {
  const stretch = nextParts(replay, place);
  expect([stretch?.ranges.length, stretch?.end]).toEqual([sessions, end]);
});

it("of no session is over", () => {
  expect(nextParts({ ...replay, parts: [] }, ["-1", ""])).toBeNull();
});
