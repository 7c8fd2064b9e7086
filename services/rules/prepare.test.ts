import { expect, it } from "vitest";
import type { RuleDraft } from "../../contracts/rule.ts";
import { prepareRule } from "./prepare.ts";

const log = { type: "log", template: "x" } as const;
const drafts = {
  "a ban with a length": { eventType: "CHAT", action: { type: "moderate", measure: "ban", seconds: 60, reason: "x" } },
  "a placeholder that is never filled": { eventType: "FOLLOW", action: { ...log, template: "{message}" } },
  "chat about what nobody did": { eventType: "CONNECTED", action: { type: "announce", template: "hello" } },
  "a part that is always true": {
    ...{ eventType: "GIFT", action: log, matchAll: false },
    condition: { and: [{ ">": [{ var: "payload.coins" }, 5] }, { "==": [1, 1] }] },
  },
} as unknown as Record<string, Partial<RuleDraft>>;

it.each(Object.entries(drafts))("%s is refused when it is saved, and runs where it was saved before", (_, fields) => {
  const draft = { name: "x", enabled: true, matchAll: true, mode: "live", cooldown: 0, ...fields } as RuleDraft;
  expect(prepareRule(draft).problems).toHaveLength(1);
  expect(prepareRule(draft, true).problems).toEqual([]);
});
