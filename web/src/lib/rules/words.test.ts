import { describe, expect, it } from "vitest";
import type { RuleActionItem } from "../../../../contracts/rule.ts";
import { labelOf } from "./fields.ts";
import { starters } from "./starters.ts";
import { summaryOf } from "./summary.ts";
import { placeholdersFor, preview } from "./template.ts";
import { troubles } from "./troubles.ts";

it("finds the rules whose last decision needs a person", () => {
  const item = (ruleId: string, state: RuleActionItem["state"], more: Partial<RuleActionItem> = {}) =>
    ({ ruleId, state, reason: null, mode: "live", ...more }) as RuleActionItem;
  const found = troubles([
    item("a", "failed"),
    item("a", "done"),
    item("b", "done"),
    item("b", "failed"),
    item("c", "failed", { mode: "shadow" }),
    item("d", "skipped", { reason: "no_capability" }),
    item("e", "skipped", { reason: "cooldown" }),
    item("e", "skipped", { reason: "user_cooldown" }),
    item("e", "skipped", { reason: "limit" }),
    item("e", "failed"),
  ]);
  expect([...found.keys()]).toEqual(["a", "d", "e"]);
});

it("sums up a rule", () => {
  expect(starters.map(summaryOf)).toEqual([
    "When somebody sends a gift: say in chat “Thank you {displayName} for {giftCount} x {giftName}!”",
    "When somebody follows: say in chat “Welcome {username}!”",
    "When somebody writes in chat: time them out for 60 s",
    "When somebody writes in chat: write in the log “{username}: {message}”",
    "When the number of viewers is told: send a webhook to example.org",
  ]);
});

it("calls a field by its word, or as it is", () => {
  expect(["payload.coins", "payload.streakState"].map((path) => labelOf("GIFT", path))).toEqual([
    "Coins",
    "payload.streakState",
  ]);
});

describe("a template", () => {
  it("offers what events of the type fill", () => {
    expect(placeholdersFor("GIFT").slice(0, 3)).toEqual(["giftName", "giftCount", "coins"]);
    expect(placeholdersFor("FOLLOW")).not.toContain("message");
  });

  it("is shown filled in, without what is not there", () => {
    expect(preview("{displayName}: {giftName}! {nobody} {eventType}", "CHAT", "announce")).toBe(
      "Mila Novák: ! {nobody} CHAT",
    );
    expect(preview('{"m": "{message}"}', "CHAT", "webhook")).toBe('{"m": "Hello from Lisbon"}');
  });
});
