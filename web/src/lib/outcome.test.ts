import { expect, it } from "vitest";
import type { RuleActionItem } from "../../../contracts/rule.ts";
import { actionItem } from "../../../test/support/web-actions.ts";
import { outcomeOf, toneOf } from "./outcome.ts";

const by = { id: null, name: "Bea", role: "moderator" as const };
const at = "2026-03-01T12:00:00.000Z";
const webhook = { type: "webhook", measure: null, ruleId: "r", actor: null } as const;
const left = { state: "skipped", reason: "no_capability" } as const;

it.each<[Partial<RuleActionItem>, string, string]>([
  [{ state: "planned" }, "On its way", "text-muted"],
  [{ state: "done" }, "Done", "text-ok"],
  [{ state: "failed", reason: "http_403" }, "Failed: the account does not moderate this room", "text-bad"],
  [{ state: "failed", reason: "http_502" }, "Failed: the answer was 502", "text-bad"],
  [{ state: "failed", reason: "undone" }, "Failed: taken back before it left", "text-muted"],
  [{ state: "failed", reason: "rule_off" }, "Failed: its rule was switched off or deleted before", "text-bad"],
  [{ state: "failed", reason: "something_new" }, "Failed: something_new", "text-bad"],
  [{ state: "unknown", reason: "timeout" }, "Nobody knows: no answer in time, look in the room", "text-bad"],
  [{ state: "skipped", reason: "streamer" }, "Not done: nothing is done to the streamer", "text-bad"],
  [{ ruleId: "r", state: "skipped", reason: "cooldown" }, "Not done: the pause after the last time", ""],
  [left, "Left to a person: no account may do that here", "text-warn"],
  [{ ...left, resolved: { outcome: "done_by_hand", at, by } }, "Done by hand by Bea", "text-ok"],
  [{ ...left, resolved: { outcome: "dismissed", at, by } }, "Dismissed by Bea", "text-muted"],
  [{ ...webhook, state: "failed", reason: "http_403" }, "Failed: the answer was 403", "text-bad"],
  [{ ...webhook, state: "planned", reason: "connect" }, "On its way: no connection to the address", "text-muted"],
  [{ ...webhook, state: "unknown", reason: "interrupted" }, "Nobody knows: ttlc was interrupted at it", "text-bad"],
])("%j is told as %j", (facts, words, tone) => {
  expect(outcomeOf(actionItem(facts))).toBe(words);
  expect(toneOf(actionItem(facts))).toBe(tone);
});
