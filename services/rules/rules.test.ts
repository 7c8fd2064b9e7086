import { describe, expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { RuleBook } from "./book.ts";
import { type Capabilities, refusalOf } from "./gate.ts";
import { prepareRule, testRule } from "./prepare.ts";
import { RuleSet } from "./rule-set.ts";

const aRule = (changes: Partial<RuleDraft> = {}): RuleDraft => ({
  name: "test",
  enabled: true,
  eventType: "GIFT",
  condition: { ">=": [{ var: "payload.coins" }, 10] },
  matchAll: false,
  action: { type: "log", template: "{username}: {coins}" },
  cooldown: 0,
  perUserCooldown: 0,
  limits: {},
  mode: "live",
  ...changes,
});

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
const gift = (payload: object, rest: object = {}) =>
  makeEvent("GIFT", { user: viewer(1), timestamp: at(0), payload: { coins: 10, ...payload }, ...rest }) as ServedEvent;

function setOf(draft: RuleDraft): RuleSet {
  const { rule, problems } = prepareRule(draft);
  expect(problems).toEqual([]);
  if (!rule) throw new Error("refused");
  return new RuleSet([{ ruleId: "r1", version: 1, rule }]);
}

describe("a rule", () => {
  it("is asked about a gift when it is over, unless it wants to see the progress", () => {
    const streak = (streakState: string) => gift({ streakId: "s".repeat(64), streakState });
    const keys = (draft: RuleDraft) =>
      ["progress", "final"].map((state) =>
        setOf(draft)
          .decide(streak(state))
          .map(({ effectKey }) => effectKey),
      );
    const condition = { "==": [{ var: "payload.streakState" }, "progress"] };
    expect(keys(aRule())).toEqual([[], ["s".repeat(64)]]);
    expect(keys(aRule({ condition }))).toEqual([["s".repeat(64)], []]);
  });

  it("that is wrong is told everything that is wrong with it", () => {
    const action = { type: "moderate", measure: "timeout", reason: "{nobody}" } as const;
    const { problems } = prepareRule(aRule({ condition: { and: [true] }, action }));
    expect(problems.map(({ path }) => path)).toEqual(["condition.and", "action.seconds", "action.reason"]);
    const { problems: missing } = prepareRule({ ...aRule(), condition: undefined });
    expect(missing).toEqual([{ path: "condition", message: expect.stringContaining("set matchAll") }]);
    expect(prepareRule(aRule({ matchAll: true })).problems).toHaveLength(1);
    expect(prepareRule({ ...aRule({ matchAll: true }), condition: undefined }).problems).toEqual([]);
  });

  it.each<[path: string, Partial<RuleDraft>]>([
    ["action.seconds", { action: { type: "moderate", measure: "ban", seconds: 60, reason: "x" } }],
    ["action", { eventType: "CONNECTED", action: { type: "announce", template: "hello" } }],
    ["action", { eventType: "RAW", action: { type: "announce", template: "hello" } }],
    ["action", { eventType: "DISCONNECTED", action: { type: "moderate", measure: "ban", reason: "x" } }],
    ["action", { eventType: "ROOM_USER", action: { type: "moderate", measure: "ban", reason: "x" } }],
    ["action.template", { eventType: "FOLLOW", action: { type: "announce", template: "{message}" } }],
    ["action.template", { eventType: "FOLLOW", action: { type: "announce", template: "  " } }],
    ["action.template", { eventType: "CHAT", action: { type: "webhook", url: "u", template: '{"a":"{coins}"}' } }],
    ["action.reason", { eventType: "CHAT", action: { type: "moderate", measure: "ban", reason: "{giftName}" } }],
  ])("is refused at %s when it could never do what it says: %j", (path, changes) => {
    const { problems } = prepareRule({ ...aRule({ matchAll: true, ...changes }), condition: undefined });
    expect(problems.map((problem) => problem.path)).toEqual([path]);
  });

  it("writes as it was said in the log, and as one short line in chat", () => {
    const chat = makeEvent("CHAT", {
      user: viewer(1),
      payload: { message: `@anna ${"x".repeat(300)}` },
    }) as ServedEvent;
    const say = (action: RuleDraft["action"]) => {
      const draft = { ...aRule({ eventType: "CHAT", matchAll: true, action }), condition: undefined };
      return testRule(draft, chat).renderedTemplate;
    };
    const whole = `viewer1: @anna ${"x".repeat(300)}`;
    expect(say({ type: "log", template: "{username}: {message}" })).toBe(whole);
    expect(say({ type: "moderate", measure: "ban", reason: "{username}: {message}" })).toBe(whole);
    expect(say({ type: "announce", template: "{message}" })).toMatch(/^@\u200banna x{142}…$/);
  });

  it("has no text that cannot be kept", () => {
    const { problems } = prepareRule(
      aRule({ name: "a\0b", condition: { "==": [{ var: "payload.giftName" }, "\ud800"] } }),
    );
    expect(problems.map(({ path }) => path)).toEqual(["name", "condition.==.1"]);
  });

  it("explains itself", () => {
    expect(testRule(aRule(), gift({ coins: 9 }))).toEqual({
      matched: false,
      renderedTemplate: "viewer1: 9",
      trace: [{ path: ">=", holds: false, reads: { "payload.coins": 9 } }],
      errors: [],
    });
    expect(testRule(aRule(), makeEvent("CHAT") as ServedEvent).errors).toEqual([
      { path: "eventType", message: "is for GIFT events, and this is CHAT" },
    ]);
    expect(testRule(aRule({ condition: "yes" }), gift({})).errors).toHaveLength(1);
  });
});

describe("nothing leaves", () => {
  const can: Capabilities = {
    types: new Set(["log", "announce"]),
    account: "bot",
    owner: { userId: viewer(9).userId, uniqueId: "anna" },
  };
  const now = Date.parse(at(30));
  const announce = aRule({ action: { type: "announce", template: "x" } });

  it.each([
    [null, {}, announce],
    ["replay", { source: "replay" }, announce],
    ["history", { isHistory: true }, announce],
    ["stale", { timestamp: "2026-03-01T11:59:00.000Z" }, announce],
    [null, { timestamp: "2026-03-01T11:59:00.000Z" }, aRule()],
    ["own_account", { user: { ...viewer(1), uniqueId: "Bot" } }, announce],
    ["streamer", { user: viewer(9) }, aRule({ action: { type: "moderate", measure: "ban", reason: "x" } })],
    ["lifecycle", { eventType: "CONNECTED" }, announce],
    ["no_user", { user: null }, aRule({ action: { type: "moderate", measure: "ban", reason: "x" } })],
    ["no_capability", { provider: "simulator" }, announce],
    ["dry_run", {}, aRule({ mode: "dry_run" })],
    ["shadow", {}, aRule({ mode: "shadow" })],
    ["no_capability", {}, aRule({ action: { type: "moderate", measure: "ban", reason: "x" } })],
  ] as const)("because of %s", (reason, event, draft) => {
    expect(refusalOf({ event: gift({}, event), rendered: "x" }, draft, can, now)).toBe(reason);
  });

  it.each(["", " \u00a0", null])("because its text came out as %j", (rendered) => {
    expect(refusalOf({ event: gift({}), rendered }, announce, can, now)).toBe("empty");
    expect(refusalOf({ event: gift({}), rendered }, aRule(), can, now)).toBeNull();
  });
});

describe("the book", () => {
  const stored = (version: number, changes: Partial<RuleDraft> = {}) => ({
    ...{ ruleId: "r1", channelId: "c1", version, draft: aRule(changes), shadow: null },
    ...{ since: at(0), until: null },
  });

  it("asks of a rule as it was when the event came, however late that is", () => {
    const book = new RuleBook();
    book.load([
      { ...stored(1), since: at(10), until: at(20) },
      { ...stored(2), since: at(20), until: at(30) },
      { ...stored(3, { enabled: false }), since: at(30) },
    ]);
    const versionAt = (seconds: number) =>
      book
        .rulesOf("c1")
        ?.decide(gift({}, { ingestedAt: at(seconds) }))
        .map(({ version }) => version);
    expect([9, 10, 19, 20, 29, 30].map(versionAt)).toEqual([[], [1], [1], [2], [2], []]);
  });

  it("asks a shadow beside the rule, and lets neither act for the other", () => {
    const book = new RuleBook();
    const shadow = { draft: aRule(), since: at(0) };
    const event = gift({}, { ingestedAt: at(2) });
    const decided = () =>
      book
        .rulesOf("c1")
        ?.decide(event)
        .map(({ rule }) => rule.draft.mode);
    book.load([{ ...stored(1), shadow }]);
    expect(decided()).toEqual(["live", "shadow"]);
    book.load([{ ...stored(2, { mode: "shadow" }), shadow }]);
    expect(decided()).toHaveLength(1);
  });

  it("waits for nothing when nothing is enabled, and names what it does not understand", () => {
    const book = new RuleBook();
    expect(book.load([stored(1, { enabled: false }), { ...stored(1, { condition: "?" }), ruleId: "r2" }])).toEqual([
      "r2",
    ]);
    expect(book.rulesOf("c1")).toBeUndefined();
  });
});
