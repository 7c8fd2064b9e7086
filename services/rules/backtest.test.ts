import { describe, expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { emptyTally, Look } from "./backtest.ts";
import type { Capabilities } from "./gate.ts";
import { prepareRule } from "./prepare.ts";
import { Rehearsal } from "./rehearsal.ts";

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
const gift = (payload: object = {}, rest: object = {}) =>
  makeEvent("GIFT", {
    ...{ user: viewer(1), timestamp: at(0), ingestedAt: at(1) },
    payload: { coins: 10, ...payload },
    ...rest,
  }) as ServedEvent;
const { sessionId, streamId } = gift();

/** What a rule for gifts of ten coins and more makes of events. */
function lookAt(
  events: readonly ServedEvent[],
  changes: Partial<RuleDraft> = {},
  known: Pick<Capabilities, "account" | "owner"> = {},
): Backtest {
  const draft: RuleDraft = {
    ...{ name: "test", enabled: true, eventType: "GIFT", condition: { ">=": [{ var: "payload.coins" }, 10] } },
    ...{ matchAll: false, action: { type: "log", template: "{username}: {coins}" }, cooldown: 0, perUserCooldown: 0 },
    ...{ limits: {}, mode: "live" },
    ...changes,
  };
  const { rule, problems } = prepareRule(draft);
  if (!rule) throw new Error(JSON.stringify(problems));
  const found: Backtest = {
    ...{ backtestId: "b", state: "running", ...emptyTally(events.length) },
    sessions: [{ sessionId, streamId, ...emptyTally(events.length), gaps: 0, deadLettered: 0 }],
    ...{ firings: [], unlisted: 0 },
  };
  new Look(found).at(new Rehearsal(rule, known), events);
  return found;
}

describe("a backtest", () => {
  it("comes out as the session did, and counts what was held back, in all and by session", () => {
    const events = Array.from({ length: 20 }, (_, i) => gift({ coins: i }, { timestamp: at(i), user: viewer(i % 3) }));
    const found = lookAt(events, { cooldown: 5 });
    const counted = { matched: 10, fired: 2, held: { cooldown: 8, user_cooldown: 0, limit: 0 } };
    expect(found).toMatchObject(counted);
    expect(found.sessions).toMatchObject([counted]);
    expect(found.firings.map(({ timestamp }) => timestamp)).toEqual([at(10), at(15)]);
  });

  it("fires once for a gift streak, when it is over", () => {
    const frame = (coins: number, streakState: string) => gift({ streakId: "s".repeat(64), coins, streakState });
    const found = lookAt([frame(10, "progress"), frame(20, "progress"), frame(30, "final"), frame(40, "final")]);
    expect(found.firings.map(({ rendered }) => rendered)).toEqual(["viewer1: 30"]);
  });

  const announce: Partial<RuleDraft> = { action: { type: "announce", template: "x" } };
  const ban: Partial<RuleDraft> = { action: { type: "moderate", measure: "ban", reason: "x" } };
  const nameless: Partial<RuleDraft> = { action: { type: "announce", template: "{username}" } };
  it.each([
    ["history", { isHistory: true }, announce],
    ["stale", { ingestedAt: "2026-03-01T12:01:00.001Z" }, announce],
    ["own_account", { user: { ...viewer(1), uniqueId: "Bot" } }, announce],
    ["streamer", { user: { ...viewer(1), uniqueId: "Anna" } }, ban],
    ["no_user", { user: null }, ban],
    ["empty", { user: { ...viewer(1), displayName: "", uniqueId: "" } }, nameless],
  ])("tells that nothing would have been done because of %s", (reason, event, changes) => {
    const found = lookAt([gift({}, event)], changes, { account: "bot", owner: { userId: null, uniqueId: "anna" } });
    expect([found.matched, found.fired, found.skipped]).toEqual([1, 0, { ...emptyTally(0).skipped, [reason]: 1 }]);
  });

  it.each([
    ["that only tries", { mode: "dry_run" as const }],
    ["for which there are no means", announce],
  ])("takes a rule %s as if it were live", (_, changes) => {
    expect(lookAt([gift({}, { provider: "simulator" })], changes).fired).toBe(1);
  });

  it("counts what somebody who was erased did, of whom nothing is left", () => {
    expect(lookAt([gift({}, { user: null, erased: true }), gift()]).erased).toBe(1);
  });

  it("lists the first thousand firings, as far as they are not too long, and counts all", () => {
    const gifts = Array.from({ length: 1_500 }, () => gift());
    const { fired, firings, unlisted } = lookAt(gifts);
    expect([fired, firings.length, unlisted]).toEqual([1_500, 1_000, 500]);
    const named = gifts.slice(0, 100).map((event) => ({ ...event, user: { ...viewer(1), uniqueId: "a".repeat(500) } }));
    const template = JSON.stringify({ text: "{username}".repeat(50) });
    const long = lookAt(named, { action: { type: "webhook", url: "https://example.org/", template } });
    expect([long.fired, long.firings.length + long.unlisted]).toEqual([100, 100]);
    expect(JSON.stringify(long.firings).length).toBeLessThan(1_100_000);
  });
});
