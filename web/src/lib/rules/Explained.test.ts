import { render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ExplainedRule } from "../../../../contracts/rule-explain.ts";
import { actionItem } from "../../../../test/support/web-actions.ts";
import { eventMaker } from "../../../../test/support/web-events.ts";
import { ApiError, ruleApi } from "../api.ts";
import Explained from "./Explained.svelte";

const { of, people } = eventMaker({ streamId: "1", sessionId: "s" });
const event = of("CHAT", { message: "hello" }, people[0]);
const rule = (ruleId: string, more: Partial<ExplainedRule>): ExplainedRule => ({
  ...{ ruleId, name: `Rule ${ruleId}`, enabled: true, version: 2, versionThen: 2, matched: false },
  ...{ failing: [], trace: [], rendered: null, why: "no_match", decided: [] },
  ...more,
});
const held = actionItem({ ruleId: "b", type: "log", measure: null, state: "skipped", reason: "cooldown" });
const rules = [
  rule("a", { failing: [{ path: "in", holds: false, reads: { "payload.message": "hello" } }] }),
  rule("b", { why: "decided", decided: [held] }),
  rule("c", { why: "was_off", versionThen: 1 }),
];

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn();
});
afterEach(() => vi.restoreAllMocks());

it("tells of each rule what became of the event, or the value that failed, and leads to it", async () => {
  vi.spyOn(ruleApi, "explain").mockResolvedValue({ event, channelId: "c", rules });
  render(Explained, { eventId: event.eventId });
  const lines = await screen.findAllByRole("listitem");
  expect(lines.map(({ textContent }) => textContent?.replaceAll(/\s+/g, " ").trim())).toEqual([
    "Rule a Does not match because Message: hello",
    "Rule b Not done: the pause after the last time",
    "Rule c It was switched off then. It was version 1 then.",
  ]);
  const link = within(lines[0] as HTMLElement).getByRole("link", { name: "Rule a" });
  expect(link.getAttribute("href")).toBe(`/app/rules/a?event=${event.eventId}`);
});

it("tells of one rule alone", async () => {
  vi.spyOn(ruleApi, "explain").mockResolvedValue({ event, channelId: "c", rules });
  render(Explained, { eventId: event.eventId, ruleId: "b" });
  await screen.findByText("Not done: the pause after the last time");
  expect(screen.getAllByRole("listitem")).toHaveLength(1);
});

it("says that an event is not stored", async () => {
  vi.spyOn(ruleApi, "explain").mockRejectedValue(new ApiError(404, "NOT_FOUND", "There is no event of that id."));
  render(Explained, { eventId: "e" });
  await screen.findByText(/^This event is not stored/);
});
