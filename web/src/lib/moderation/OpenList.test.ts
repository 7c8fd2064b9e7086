import { render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OpenAction } from "../../../../contracts/open-action.ts";
import { actionItem } from "../../../../test/support/web-actions.ts";
import { moderationApi } from "../api.ts";
import { Names } from "../names.svelte.ts";
import OpenList from "./OpenList.svelte";

const open = (actionId: string, more: Partial<OpenAction> = {}): OpenAction => ({
  ...actionItem({ actionId, state: "skipped", reason: "no_capability", ...more }),
  ...{ ruleName: null, event: null },
  ...more,
});
const ofRule = { ruleId: "r", ruleName: "No links", actor: null, givenReason: null };
const show = async (...items: OpenAction[]) => {
  vi.spyOn(moderationApi, "open").mockResolvedValue({ items, next: null });
  render(OpenList, { names: new Names(), roomOf: (id) => id, onperson: vi.fn() });
  await vi.advanceTimersByTimeAsync(0);
};
const lines = () => screen.getAllByRole("listitem");
const button = (name: string | RegExp, line = 0) => within(lines()[line] as HTMLElement).getByRole("button", { name });
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  vi.spyOn(moderationApi, "person").mockRejectedValue(new Error("not now"));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("stands still as long as somebody is at it, and is loaded anew after that", async () => {
  await show(open("1"), open("2"));
  await seconds(10);
  expect(moderationApi.open).toHaveBeenCalledTimes(2);
  button(/^Done by hand/).focus();
  await seconds(20);
  expect(moderationApi.open).toHaveBeenCalledTimes(2);
  button(/^Done by hand/).blur();
  await seconds(0);
  expect(moderationApi.open).toHaveBeenCalledTimes(3);
});

it("keeps what is closed in its place, with how", async () => {
  await show(open("1"), open("2"));
  const by = { id: null, name: "Bea", role: "moderator" as const };
  const resolved = { outcome: "dismissed" as const, at: "2026-03-01T12:00:00.000Z", by };
  vi.spyOn(moderationApi, "resolve").mockResolvedValue(actionItem({ actionId: "1", resolved }));
  button(/^Dismiss/, 1).focus();
  button(/^Dismiss/).click();
  await seconds(0);
  await tick();
  expect(lines().map((line) => within(line).queryAllByRole("button", { name: /^Dismiss/ }).length)).toEqual([0, 1]);
  within(lines()[0] as HTMLElement).getByText("Dismissed by Bea");
});

it("names the rule, unless it is gone, and lets all of it be dismissed at once", async () => {
  await show(open("1", ofRule), open("2", ofRule), open("3", { ...ofRule, ruleId: "gone", ruleName: null }));
  const hrefs = lines().map((line) => within(line).queryByRole("link", { name: "No links" })?.getAttribute("href"));
  expect(hrefs).toEqual(["/app/rules/r", "/app/rules/r", undefined]);
  within(lines()[2] as HTMLElement).getByText(/a rule that is gone/);
  const dismissAll = vi.spyOn(moderationApi, "dismissAll").mockResolvedValue({ ruleId: "r", resolved: 2 });
  expect(screen.getAllByRole("button", { name: "Dismiss all of this rule" })).toHaveLength(1);
  button("Dismiss all of this rule").click();
  await seconds(0);
  expect(dismissAll).toHaveBeenCalledWith("r");
  screen.getByText("2 wishes of No links dismissed.");
});
