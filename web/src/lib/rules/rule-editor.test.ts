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
