import { afterEach, expect, it, vi } from "vitest";
import type { Rule } from "../../../../contracts/rule.ts";
import { ApiError, ruleApi } from "../api.ts";
import { madeRule, RuleEditor } from "./rule-editor.svelte.ts";
import { starters } from "./starters.ts";

const [starter] = starters as [(typeof starters)[number]];
const rule = { ...starter, ruleId: "r", channelId: "c", version: 1 } as Rule;

afterEach(() => vi.restoreAllMocks());

it("knows whether something would be lost", async () => {
  vi.spyOn(ruleApi, "update").mockImplementation(async (_id, version, draft) => ({
    ...rule,
    ...draft,
    version: version + 1,
  }));
  vi.spyOn(ruleApi, "remove").mockResolvedValue(undefined as never);
  const editor = new RuleEditor(rule);
  expect(editor.isChanged).toBe(false);
  editor.form.name = "Another";
  expect(editor.isChanged).toBe(true);
  editor.form.name = rule.name;
  expect(editor.isChanged).toBe(false);
  editor.form.name = "Another";
  await editor.save("c");
  expect([editor.isChanged, editor.isSaved]).toEqual([false, true]);
  editor.form.name = "A third";
  expect(await editor.remove()).toBe(true);
  expect(editor.isChanged).toBe(false);
});

it("loses nothing to what says the same", () => {
  const editor = new RuleEditor(rule);
  const next = { ...rule, name: "Another" };
  expect(editor.wouldLose(next)).toBe(false);
  editor.form.name = "Another";
  expect([editor.wouldLose(next), editor.wouldLose(rule)]).toEqual([false, true]);
});

it("marks the address that nothing is sent to", async () => {
  const message = "Nothing is sent to this address: it is not public.";
  vi.spyOn(ruleApi, "create").mockRejectedValue(new ApiError(422, "EGRESS_REFUSED", message));
  const editor = new RuleEditor(starter);
  await editor.save("c");
  expect(editor.problems).toEqual([{ path: "action.url", message }]);
});

it("goes on, once it made a rule, on the page of that rule", async () => {
  vi.spyOn(ruleApi, "create").mockResolvedValue(rule);
  const editor = new RuleEditor(starter);
  await editor.save("c");
  madeRule.keep(editor);
  expect(madeRule.take("r")).toBe(editor);
  expect(editor.isSaved).toBe(true);
  expect(madeRule.take("r")).toBeNull();
  madeRule.keep(editor);
  expect(madeRule.take("another")).toBeNull();
});

it("takes its own change, whose answer was lost, for nobody else's", async () => {
  const renamed = { ...rule, name: "Another", version: 2 };
  vi.spyOn(ruleApi, "update").mockRejectedValue(new ApiError(412, "PRECONDITION_FAILED", "It is at version 2."));
  const get = vi.spyOn(ruleApi, "get").mockResolvedValue(renamed);
  const editor = new RuleEditor(rule);
  editor.form.name = "Another";
  await editor.save("c");
  expect([editor.isSaved, editor.isBehind, editor.rule?.version]).toEqual([true, false, 2]);
  get.mockResolvedValue({ ...renamed, name: "Theirs", version: 3 });
  editor.form.name = "A third";
  await editor.save("c");
  expect([editor.isSaved, editor.isBehind]).toEqual([false, true]);
});

it("is gone also when an answer that said so was lost", async () => {
  vi.spyOn(ruleApi, "remove").mockRejectedValue(new ApiError(404, "NOT_FOUND", "There is no rule of that id."));
  expect(await new RuleEditor(rule).remove()).toBe(true);
});
