import { describe, expect, it } from "vitest";
import type { RuleDraft } from "../../contracts/rule.ts";
import { draftViewFor } from "./rule-view.ts";

const draft = (action: RuleDraft["action"]): RuleDraft => ({
  ...{ name: "test", enabled: true, eventType: "GIFT", matchAll: true, condition: null },
  ...{ action, cooldown: 0, perUserCooldown: 0, limits: {}, mode: "live" },
});
const hook = draft({ type: "webhook", url: "https://bot:pw@hooks.example.org:8443/s/T0/secret?key=1", template: "{}" });
const shown = draft({ type: "webhook", url: "https://hooks.example.org:8443/…", template: "{}" });

describe("who may not change rules", () => {
  const view = draftViewFor({ role: "moderator" });

  it("sees where webhooks go, not the whole address; of a shadow too", () => {
    expect(view(hook)).toEqual(shown);
    const rule = { ...hook, ruleId: "r", shadow: { draft: hook, since: "s" } };
    expect(view(rule)).toEqual({ ...shown, ruleId: "r", shadow: { draft: shown, since: "s" } });
    expect(view(draft({ type: "webhook", url: "nowhere" })).action).toEqual({ type: "webhook", url: "/…" });
  });

  it("sees all else", () => {
    const log = draft({ type: "log", template: "https://example.org/secret" });
    expect(view(log)).toEqual(log);
  });
});

it.each(["admin", "streamer", "developer"] as const)("a %s sees the whole address", (role) => {
  expect(draftViewFor({ role })(hook)).toBe(hook);
});
