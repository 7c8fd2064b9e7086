import type { RuleActionItem } from "../../contracts/rule.ts";

/** A timeout that a moderator commanded and TikTok took, but for `more`. */
export const actionItem = (more: Partial<RuleActionItem> = {}): RuleActionItem => ({
  ...{ actionId: "1", ruleId: null, ruleVersion: null, streamId: "7300", sessionId: "s", eventId: null, userId: "9" },
  unconfirmed: false,
  ...{ type: "moderate", rendered: null, mode: "live", state: "done", reason: null, measure: "timeout", seconds: 60 },
  ...{
    eventAt: "2026-03-01T11:59:00.000Z",
    decidedAt: "2026-03-01T11:59:00.000Z",
    endedAt: "2026-03-01T11:59:01.000Z",
  },
  ...{ actor: { id: null, name: "Bea", role: "moderator" }, givenReason: "spam" },
  ...{ undoes: null, undoneBy: null, resolved: null },
  ...more,
});
