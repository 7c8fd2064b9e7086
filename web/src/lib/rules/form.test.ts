import { describe, expect, it } from "vitest";
import { draftOf, formOf, type GivenDraft, logicOf, problemsAt, type RuleForm, rowPath, withWhen } from "./form.ts";
import { starters } from "./starters.ts";

const defaults = { enabled: true, matchAll: false, cooldown: 0, perUserCooldown: 0, limits: {}, mode: "live" };
const field = { var: "payload.coins" };
const deep = { and: [{ ">=": [field, 10] }, { or: [{ "!!": [field] }, { "<": [field, 99] }] }] };
const given = (more: Partial<GivenDraft>): GivenDraft => ({
  ...{ name: "a", eventType: "GIFT", condition: { ">=": [field, 10] }, action: { type: "log", template: "x" } },
  ...more,
});

describe.each(starters)("$name", (starter) => {
  it("is sent as it was, but for lists of one", () => {
    const sugar = JSON.stringify({ ...defaults, ...starter }).replaceAll(/("!":)(\{"var":"[^"]+"\})/g, "$1[$2]");
    expect(draftOf(formOf(starter))).toEqual({ draft: JSON.parse(sugar), problems: [] });
  });
});

it.each<[string, Partial<GivenDraft>]>([
  ["a condition that no rows say", { condition: deep }],
  ["a ban", { action: { type: "moderate", measure: "ban", reason: "spam" } }],
  ["a webhook of events", { action: { type: "webhook", url: "https://example.org/" } }],
  ["every limit", { cooldown: 5, perUserCooldown: 6, limits: { perMinute: 7 }, mode: "dry_run", enabled: false }],
])("keeps %s", (_, more) => {
  expect(draftOf(formOf(given(more))).draft).toEqual({ ...defaults, ...given(more) });
});

describe("the condition", () => {
  const rows = formOf(given({}));

  it("goes from rows to text and back", () => {
    const text = withWhen(rows, "logic") as RuleForm;
    expect(JSON.parse(text.logic)).toEqual({ ">=": [field, 10] });
    expect(withWhen(text, "any")).toMatchObject({ when: "any", rows: rows.rows });
  });

  it("stays a text that rows cannot say", () => {
    const text = formOf(given({ condition: deep }));
    expect(text.when).toBe("logic");
    expect(withWhen(text, "all")).toBeNull();
    expect(withWhen({ ...text, logic: '{"or":[{"var":"a"},{"var":"b"}]}' }, "all")).toBeNull();
    expect(withWhen({ ...text, logic: "{" }, "any")).toBeNull();
    expect(withWhen({ ...text, logic: " " }, "all")?.rows).toEqual([]);
  });

  it("is kept while every event is looked at", () => {
    const every = withWhen(rows, "every") as RuleForm;
    expect(logicOf(every)).toBeUndefined();
    expect(draftOf(every).draft).toMatchObject({ matchAll: true });
    expect(withWhen(every, "all")).toEqual({ ...rows, when: "all" });
  });
});

it.each<[string, Partial<RuleForm>, string]>([
  ["no name", { name: " " }, "name"],
  ["no condition", { rows: [] }, "condition"],
  ["a condition without value", { rows: [{ field: "user.uniqueId", comparison: "is", value: "" }] }, "condition"],
  ["no JSON", { when: "logic", logic: "{" }, "condition"],
  ["no text", { template: "" }, "action.template"],
  ["no reason", { type: "moderate", reason: "" }, "action.reason"],
  ["no length", { type: "moderate", reason: "x", seconds: null }, "action.seconds"],
  ["no address", { type: "webhook" }, "action.url"],
])("marks %s", (_, change, path) => {
  expect(draftOf({ ...formOf(given({})), ...change }).problems.map((problem) => problem.path)).toEqual([path]);
});

it("finds what is wrong with a row", () => {
  const { rows } = formOf(given({}));
  const form = { rows: [...rows, ...rows], when: "any" as const };
  const problems = [{ path: "condition.or.1.>=", message: "compares a text" }];
  expect(problemsAt(problems, rowPath(form, 1))).toEqual(["compares a text"]);
  expect(problemsAt(problems, rowPath(form, 0))).toEqual([]);
  expect(rowPath({ rows, when: "all" }, 0)).toBe("condition");
});
