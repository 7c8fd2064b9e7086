import { describe, expect, it } from "vitest";
import type { RuleActionItem } from "../../../../contracts/rule.ts";
import { actionItem } from "../../../../test/support/web-actions.ts";
import { deedOf, isTakenBack, isUndoable, waitsForPerson, wishOf } from "./deeds.ts";

const by = { id: null, name: "Bea", role: "moderator" as const };
const at = "2026-03-01T12:00:00.000Z";
const noon = Date.parse(at);

describe("can be taken back", () => {
  const undo = (state: RuleActionItem["state"]) => actionItem({ actionId: "2", measure: "unban", state, undoes: "1" });
  it.each<[string, Partial<RuleActionItem>, RuleActionItem[], boolean]>([
    ["a ban on its way", { measure: "ban", state: "planned" }, [], true],
    ["a ban of yesterday", { measure: "ban", endedAt: "2026-02-28T12:00:00.000Z" }, [], true],
    ["a ban that nobody answered to", { measure: "ban", state: "unknown" }, [], true],
    ["a ban that failed", { measure: "ban", state: "failed" }, [], false],
    ["a ban that was left to a person", { measure: "ban", state: "skipped", reason: "no_capability" }, [], false],
    ["a ban that is taken back", { measure: "ban", undoneBy: "2" }, [undo("done")], false],
    ["a ban that something not listed takes back", { measure: "ban", undoneBy: "2" }, [], false],
    ["a ban whose undo nobody answered to", { measure: "ban", undoneBy: "2" }, [undo("unknown")], true],
    ["a timeout that lasts", { seconds: 60, endedAt: "2026-03-01T11:59:01.000Z" }, [], true],
    ["a timeout that is over", { seconds: 60, endedAt: "2026-03-01T11:59:00.000Z" }, [], false],
    ["an undo", { measure: "unban" }, [], false],
  ])("%s", (_, facts, others, may) => {
    const item = actionItem(facts);
    expect(isUndoable(item, [item, ...others], noon)).toBe(may);
  });
});

it("is taken back once the undo is done", () => {
  const item = actionItem({ undoneBy: "2" });
  const undo = (state: RuleActionItem["state"]) => actionItem({ actionId: "2", measure: "unmute", undoes: "1", state });
  expect([undo("planned"), undo("done")].map((one) => isTakenBack(item, [one]))).toEqual([false, true]);
  expect([isTakenBack(item, []), isTakenBack(actionItem(), [])]).toEqual([true, false]);
});

it("waits for a person only as long as nobody closed it", () => {
  const open = actionItem({ state: "skipped", reason: "no_capability" });
  expect(waitsForPerson(open)).toBe(true);
  expect(waitsForPerson({ ...open, resolved: { outcome: "dismissed", at, by } })).toBe(false);
  expect(waitsForPerson({ ...open, reason: "streamer" })).toBe(false);
});

it("says what was done, and what is to be done", () => {
  expect(deedOf(actionItem({ seconds: 300 }))).toBe("Timeout, 5 min");
  expect(wishOf(actionItem({ seconds: 30 }), "@kofi")).toBe("Time out @kofi for 30 s");
  expect(wishOf(actionItem({ measure: "ban", seconds: null }), "@kofi")).toBe("Ban @kofi");
  expect(wishOf(actionItem({ type: "announce", measure: null, rendered: "Hello" }), "@kofi")).toBe(
    "Say in chat: “Hello”",
  );
});
