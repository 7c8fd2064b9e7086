import { render, screen, within } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import type { SessionItem } from "../../../../contracts/api.ts";
import type { RuleTest } from "../../../../contracts/rule.ts";
import { eventMaker } from "../../../../test/support/web-events.ts";
import { ApiError, ruleApi } from "../api.ts";
import { router } from "../router.svelte.ts";
import { RuleEditor } from "./rule-editor.svelte.ts";
import { starters } from "./starters.ts";
import Trial from "./Trial.svelte";

const { of, people } = eventMaker({ streamId: "1", sessionId: "s" });
const gift = (coins: number) =>
  of(
    "GIFT",
    {
      ...{ giftId: "1", giftName: "Galaxy", giftCount: 1, diamondCount: coins, coins },
      ...{ streakable: false, streakState: "none" },
    },
    people[0],
  );
const [big, small] = [gift(1_000), gift(5)];
const session = { streamId: "1", sessionId: "s", endedAt: null } as SessionItem;
const tested = (holds: boolean, coins: number): RuleTest => ({
  ...{ matched: holds, renderedTemplate: "Thank you Mila!", errors: [] },
  trace: [{ path: ">=", holds, reads: { "payload.coins": coins } }],
});
const editor = () => new RuleEditor(starters[0] as (typeof starters)[number]);

afterEach(() => vi.restoreAllMocks());

it("tells of each event whether it matches, what would be said, and the value that failed", async () => {
  const items = [
    { event: small, ...tested(false, 5) },
    { event: big, ...tested(true, 1_000) },
  ];
  const test = vi.spyOn(ruleApi, "testOnPast").mockResolvedValue({ errors: [], items });
  render(Trial, { editor: editor(), session });
  screen.getByRole("button", { name: "Test on the last events" }).click();
  const [first, second] = await screen.findAllByRole("listitem");
  within(first as HTMLElement).getByText("Does not match");
  within(first as HTMLElement).getByText("because Coins: 5");
  within(second as HTMLElement).getByText("Matches");
  within(second as HTMLElement).getByText("Thank you Mila!");
  screen.getByText("Matches 1 of 2.");
  expect(test).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ eventType: "GIFT" }), "1", 200);
});

it("marks what the gateway refuses in the form", async () => {
  const errors = [{ path: "condition.>=", message: "compares numbers with numbers" }];
  vi.spyOn(ruleApi, "testOnPast").mockResolvedValue({ errors, items: [] });
  const written = editor();
  render(Trial, { editor: written, session });
  screen.getByRole("button", { name: "Test on the last events" }).click();
  await vi.waitFor(() => expect(written.problems).toEqual(errors));
});

it("says why it could not be made", async () => {
  vi.spyOn(ruleApi, "testOnPast").mockRejectedValue(new ApiError(429, "RATE_LIMITED", "Wait a minute."));
  render(Trial, { editor: editor(), session });
  screen.getByRole("button", { name: "Test on the last events" }).click();
  await screen.findByText("Wait a minute.");
});

it("begins with the event that the address names", async () => {
  router.go("/app/rules/1?event=e1");
  const explain = vi.spyOn(ruleApi, "explain").mockResolvedValue({ event: small, channelId: null, rules: [] });
  vi.spyOn(ruleApi, "test").mockResolvedValue(tested(false, 5));
  render(Trial, { editor: editor(), session: undefined });
  await screen.findByText("because Coins: 5");
  expect(explain).toHaveBeenCalledWith("e1");
  router.go("/app/rules/1");
});

it("has nothing to try it on where nothing is stored", () => {
  render(Trial, { editor: editor(), session: undefined });
  screen.getByText("Nothing of this channel is stored yet.");
});
