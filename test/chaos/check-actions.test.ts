import { describe, expect, it } from "vitest";
import { type ActionEvidence, type ActionSeen, checkActions, mostAttempts, type RuleSeen } from "./check-actions.ts";
import type { Hit } from "./outside.ts";

const aRule = (name: string, over: Partial<RuleSeen> = {}): RuleSeen => ({
  ...{ ruleId: name, name, action: "webhook", mode: "live", target: "takes", isLate: false },
  ...{ live: new Map([["e1", "1-0"]]), replayed: new Set() },
  ...over,
});
const row = (ruleId: string, over: Partial<ActionSeen> = {}): ActionSeen => ({
  ...{ ruleId, effectKey: "e1", eventId: "e1", state: "done", reason: null, rendered: null, userId: "7" },
  ...{ isReplay: false, attempts: 0 },
  ...over,
});
const hit = (name: string, over: Partial<Hit> = {}): Hit => ({
  ...{ target: "takes", path: `/rules/${name}`, webhookId: `msg_${name}`, bodyHash: "b", eventIds: ["e1"] },
  ...{ effectKey: "e1", isReplayed: false, isTaken: true },
  ...over,
});
const batch = (id: string, ...eventIds: string[]): Hit =>
  hit("", { path: "/destinations/takes", webhookId: id, eventIds, effectKey: undefined });
const refusal = (id: string, ...eventIds: string[]): Hit => ({
  ...batch(id, ...eventIds),
  ...{ target: "refuses", path: "/destinations/refuses", isTaken: false },
});

const hook = aRule("hook");
const ban = aRule("ban", { action: "moderate", target: undefined });
const tried = aRule("tried", { mode: "dry_run" });
const hanging = aRule("hanging", { target: "hangs" });

/** One event that four rules match and two destinations are sent, all as it should be. */
const good: ActionEvidence = {
  rules: [hook, ban, tried, hanging],
  rows: [
    row("hook"),
    row("ban"),
    row("tried", { state: "skipped", reason: "dry_run" }),
    row("hanging", { state: "executing", attempts: 2 }),
  ],
  destinations: [
    { destinationId: "d1", target: "takes", wanted: ["e1", "e2"] },
    { destinationId: "d2", target: "refuses", wanted: ["e1"] },
  ],
  letters: [{ destinationId: "d2", webhookId: "msg_3" }],
  hits: [
    hit("hook"),
    hit("hanging", { isTaken: false }),
    batch("msg_1", "e1"),
    batch("msg_2", "e2"),
    refusal("msg_3", "e1"),
  ],
  roomHits: [{ type: "moderate", what: "7" }],
  ...{ canaryHits: 0, ranMs: 5_000, disturbed: 0, unfinishedReplays: [], givenUp: [] },
};
const verdict = (over: Partial<ActionEvidence>) => {
  const findings = Object.entries(checkActions({ ...good, ...over })).filter(([, found]) => found.length > 0);
  return Object.fromEntries(findings.map(([kind, found]) => [kind, found.length]));
};
const rowsWith = (ruleId: string, over: Partial<ActionSeen>) =>
  good.rows.map((each) => (each.ruleId === ruleId ? { ...each, ...over } : each));
const without = (path: string) => good.hits.filter((each) => each.path !== path);

it("finds nothing where there is nothing", () => {
  expect(verdict({})).toEqual({});
});

it("lets one that refuses everything wait with the sixth batch", () => {
  const wanted = ["e1", "e2", "e3", "e4", "e5", "e6", "e7"];
  const destinations = [{ destinationId: "d2", target: "refuses" as const, wanted }];
  const hits = wanted.slice(0, 6).map((id) => refusal(`msg_${id}`, id));
  const letters = hits.slice(0, 5).map(({ webhookId }) => ({ destinationId: "d2", webhookId }));
  const fewer = { rules: [], rows: [], roomHits: [], destinations };
  expect(verdict({ ...fewer, letters, hits: [...hits, refusal("msg_e6", "e6")] })).toEqual({});
  expect(verdict({ ...fewer, letters: letters.slice(1), hits })).toEqual({ undone: 1 });
  expect(verdict({ ...fewer, letters, hits: hits.slice(0, 5) })).toEqual({ undone: 2 });
});

describe("undone", () => {
  it.each<[string, Partial<ActionEvidence>]>([
    [
      "an event that a rule was not asked about",
      {
        rules: [
          {
            ...hook,
            live: new Map([
              ["e1", "1-0"],
              ["e2", "2-0"],
            ]),
          },
          ban,
          tried,
          hanging,
        ],
      },
    ],
    ["a webhook that is still planned", { rows: rowsWith("hook", { state: "planned" }) }],
    ["a webhook of which nobody knows", { rows: rowsWith("hook", { state: "unknown" }) }],
    ["a webhook that was not taken", { hits: [...without("/rules/hook"), hit("hook", { isTaken: false })] }],
    ["a measure that is done and never arrived", { roomHits: [] }],
    ["an event that a destination did not get", { hits: [...good.hits.slice(0, 3), ...good.hits.slice(4)] }],
    [
      "one that it did not take",
      { hits: good.hits.map((each) => (each.webhookId === "msg_2" ? { ...each, isTaken: false } : each)) },
    ],
    ["a refused batch without a letter", { letters: [] }],
    ["an entry that was given up", { givenUp: ["ttlc:events 1-0"] }],
    ["a replay that did not end", { unfinishedReplays: ["r1"] }],
    ["a replay that is not recorded", { rules: [{ ...hook, replayed: new Set(["e1"]) }, ban, tried, hanging] }],
  ])("is %s", (_name, over) => {
    expect(verdict(over)).toEqual({ undone: 1 });
  });
});

describe("overdone", () => {
  it.each<[string, Partial<ActionEvidence>]>([
    ["an effect that was decided twice", { rows: [...good.rows, row("hook")] }],
    ["a measure that arrived twice", { roomHits: [...good.roomHits, ...good.roomHits] }],
    ["a measure that was skipped and arrived", { rows: rowsWith("ban", { state: "failed", reason: "stale" }) }],
    ["a webhook under two ids", { hits: [...good.hits, hit("hook", { webhookId: "msg_9" })] }],
    ["an id for two rules", { hits: [...without("/rules/hanging"), hit("hanging", { webhookId: "msg_hook" })] }],
    ["an id for two bodies", { hits: [...good.hits, hit("hook", { bodyHash: "c" })] }],
    ["a batch with two letters", { letters: [...good.letters, ...good.letters] }],
  ])("is %s", (_name, over) => {
    expect(verdict(over)).toEqual({ overdone: 1 });
  });

  it("is not a webhook that comes again under its id, nor a measure that may have got there", () => {
    expect(verdict({ hits: [...good.hits, hit("hook")] })).toEqual({});
    expect(verdict({ rows: rowsWith("ban", { state: "unknown" }) })).toEqual({});
    expect(verdict({ rows: rowsWith("ban", { state: "unknown" }), roomHits: [] })).toEqual({});
  });
});

describe("astray", () => {
  const replay = row("hook", { isReplay: true, state: "skipped", reason: "replay" });
  const rules = [{ ...hook, replayed: new Set(["e1"]) }, ban, tried, hanging];

  it.each<[string, Partial<ActionEvidence>]>([
    ["a connection to the canary", { canaryHits: 1 }],
    [
      "a dry run that acts",
      { rows: rowsWith("tried", { state: "done", reason: null }), hits: [...good.hits, hit("tried")] },
    ],
    ["a webhook that nobody decided", { hits: [...good.hits, hit("tried")] }],
    [
      "what is skipped without a reason to",
      { rows: rowsWith("ban", { state: "skipped", reason: "replay" }), roomHits: [] },
    ],
    ["a replay that acts", { rules, rows: [...good.rows, { ...replay, state: "done", reason: null }] }],
    ["a webhook of a replay", { hits: [...good.hits, hit("hook", { isReplayed: true })] }],
    ["more attempts than there is time for", { rows: rowsWith("hanging", { attempts: 20 }) }],
    ["a destination's event that it did not want", { hits: [...good.hits, batch("msg_5", "e9")] }],
    [
      "a letter for a batch that is to be tried on",
      { letters: [...good.letters, { destinationId: "d1", webhookId: "msg_1" }] },
    ],
  ])("is %s", (_name, over) => {
    expect(verdict(over)).toEqual({ astray: 1 });
  });

  it("is not a replay that is recorded beside what happened", () => {
    expect(verdict({ rules, rows: [...good.rows, replay] })).toEqual({});
    expect(verdict({ rules, rows: [...good.rows, replay, replay] })).toEqual({ overdone: 1 });
  });
});

it("finds batches that overtook each other", () => {
  const [hooked, hung, first, second, refused] = good.hits as [Hit, Hit, Hit, Hit, Hit];
  expect(verdict({ hits: [hooked, hung, second, first, refused] })).toEqual({ disordered: 1 });
  expect(verdict({ hits: [hooked, hung, first, second, first, refused] })).toEqual({});
});

it("expects nothing certain of a rule that was made in the middle of it", () => {
  const late = aRule("late", { isLate: true, replayed: new Set(["e1"]) });
  expect(verdict({ rules: [...good.rules, late] })).toEqual({});
});

it("knows how many attempts there is time for", () => {
  expect([0, 399, 400, 1_200, 100_000].map(mostAttempts)).toEqual([1, 1, 2, 3, 10]);
});
