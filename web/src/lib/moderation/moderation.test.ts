import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RuleActionItem } from "../../../../contracts/rule.ts";
import { actionItem } from "../../../../test/support/web-actions.ts";
import { ApiError, moderationApi } from "../api.ts";
import { Moderation } from "./moderation.svelte.ts";

const kofi = { userId: "9", name: "Kofi", reason: "spam", eventId: "e" };
const planned = (more: Partial<RuleActionItem> = {}) =>
  actionItem({ actionId: "2", decidedAt: "2026-03-01T12:00:00.000Z", endedAt: null, state: "planned", ...more });
let moderation: Moderation;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(moderationApi, "capabilities").mockResolvedValue({ streamId: "7300" } as never);
  vi.spyOn(moderationApi, "actionsOn").mockResolvedValue({ items: [actionItem()], next: null });
  moderation = new Moderation("7300");
  await moderation.open("9");
});
afterEach(() => {
  moderation.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const told = () => [moderation.news?.item.actionId, moderation.news?.item.state];

it("sends a wish with its evidence, and tells of it until its end is known and for six seconds more", async () => {
  const timeOut = vi.spyOn(moderationApi, "timeOut").mockResolvedValue(planned());
  const action = vi.spyOn(moderationApi, "action").mockResolvedValueOnce(planned({ state: "executing" }));
  action.mockResolvedValueOnce(planned({ state: "done" }));
  expect(await moderation.timeOut(kofi, 60)).toBe(true);
  expect(timeOut).toHaveBeenCalledWith({ streamId: "7300", userId: "9", reason: "spam", eventId: "e", seconds: 60 });
  expect(moderation.items.map(({ actionId }) => actionId)).toEqual(["2", "1"]);
  expect(told()).toEqual(["2", "planned"]);
  await vi.advanceTimersByTimeAsync(700);
  expect(told()).toEqual(["2", "executing"]);
  await vi.advanceTimersByTimeAsync(700);
  expect(told()).toEqual(["2", "done"]);
  await vi.advanceTimersByTimeAsync(5_999);
  expect(told()).toEqual(["2", "done"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(moderation.news).toBeNull();
  expect(action).toHaveBeenCalledTimes(2);
});

it.each([
  [true, { "Idempotent-Replayed": "true" }],
  [false, {}],
])("knows what was done before, until its end is known too: %s", async (before, headers) => {
  vi.stubGlobal("fetch", async () => Response.json(planned(), { status: 202, headers }));
  vi.spyOn(moderationApi, "action").mockResolvedValue(planned({ state: "done" }));
  await moderation.timeOut(kofi, 60);
  expect([...told(), moderation.news?.before]).toEqual(["2", "planned", before]);
  await vi.advanceTimersByTimeAsync(700);
  expect([...told(), moderation.news?.before]).toEqual(["2", "done", before]);
});

it("tells of a failure also when something else has been done since", async () => {
  vi.spyOn(moderationApi, "timeOut").mockResolvedValueOnce(planned());
  vi.spyOn(moderationApi, "ban").mockResolvedValueOnce(
    planned({ actionId: "3", userId: "8", measure: "ban", state: "done" }),
  );
  vi.spyOn(moderationApi, "action").mockResolvedValue(planned({ state: "failed", reason: "http_403" }));
  await moderation.timeOut(kofi, 60);
  await moderation.ban({ ...kofi, name: "Greta", userId: "8" });
  expect([...told(), moderation.news?.name]).toEqual(["3", "done", "Greta"]);
  await vi.advanceTimersByTimeAsync(700);
  expect([...told(), moderation.news?.name]).toEqual(["2", "failed", "Kofi"]);
  expect(moderation.items.map(({ actionId }) => actionId)).toEqual(["2", "1"]);
});

it("shows what takes an action back, and that it is taken back", async () => {
  vi.spyOn(moderationApi, "undo").mockResolvedValue(planned({ measure: "unmute", undoes: "1", state: "done" }));
  vi.spyOn(moderationApi, "action").mockResolvedValue(actionItem({ undoneBy: "2" }));
  await moderation.undo(actionItem(), "Kofi");
  expect(moderation.items).toMatchObject([{ measure: "unmute" }, { actionId: "1", undoneBy: "2" }]);
});

it("keeps why a wish was refused until the next one, and takes one at a time", async () => {
  const late = Promise.withResolvers<RuleActionItem>();
  const timeOut = vi.spyOn(moderationApi, "timeOut").mockReturnValueOnce(late.promise);
  const first = moderation.timeOut(kofi, 60);
  expect(await moderation.timeOut(kofi, 60)).toBe(false);
  expect(timeOut).toHaveBeenCalledTimes(1);
  late.reject(new ApiError(409, "STREAM_ENDED", "The broadcast is over."));
  expect(await first).toBe(false);
  expect([moderation.refusal?.code, moderation.busy, moderation.news]).toEqual(["STREAM_ENDED", false, null]);
  timeOut.mockResolvedValueOnce(planned({ state: "done" }));
  await moderation.timeOut(kofi, 60);
  expect(moderation.refusal).toBeNull();
});
