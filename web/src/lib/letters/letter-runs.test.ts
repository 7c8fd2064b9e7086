import { afterEach, expect, it, vi } from "vitest";
import type { LetterJob } from "../../../../contracts/letters.ts";
import { ApiError, letterApi } from "../api.ts";
import { LetterRuns } from "./letter-runs.svelte.ts";

const run = (id: string, more: Partial<LetterJob> = {}): LetterJob => ({
  ...{ id, kind: "redrive", state: "running", total: 3, done: 0, failed: 0, rate: 500, reason: null },
  ...{ askedBy: "ops", why: null, startedAt: "2026-03-01T12:00:00Z", endedAt: null },
  ...more,
});
const answers = (...runs: LetterJob[]) => {
  const ask = vi.spyOn(letterApi, "run");
  for (const one of runs) ask.mockResolvedValueOnce(one as never);
  return ask;
};

afterEach(() => void vi.restoreAllMocks());

it("follows those that run to their end, and says when one has ended", async () => {
  const onend = vi.fn();
  const runs = new LetterRuns(onend);
  runs.show(run("old", { state: "done" }));
  runs.show(run("new"));
  const ask = answers(run("new", { done: 2 }), run("new", { state: "done", done: 3 }));
  await runs.follow();
  expect(runs.list.items).toMatchObject([{ id: "new", done: 2 }, { id: "old" }]);
  expect(onend).not.toHaveBeenCalled();
  await runs.follow();
  expect(runs.list.items).toMatchObject([{ id: "new", state: "done" }, { id: "old" }]);
  expect(onend).toHaveBeenCalledOnce();
  await runs.follow();
  expect(ask).toHaveBeenCalledTimes(2);
});

it("keeps what it knows while nobody answers", async () => {
  const runs = new LetterRuns(() => {});
  runs.show(run("new", { done: 1 }));
  vi.spyOn(letterApi, "run").mockRejectedValue(new ApiError(0, "NETWORK", "Away."));
  await runs.follow();
  expect(runs.list.items).toMatchObject([{ id: "new", done: 1, state: "running" }]);
});

it("stops one, or says why not", async () => {
  const onend = vi.fn();
  const runs = new LetterRuns(onend);
  runs.show(run("new"));
  const stop = vi.spyOn(letterApi, "stop").mockRejectedValueOnce(new ApiError(503, "OUTAGE", "Away."));
  await runs.stop(run("new"));
  expect(runs.refusal?.message).toBe("Away.");
  stop.mockResolvedValue(run("new", { state: "cancelled" }) as never);
  await runs.stop(run("new"));
  expect(runs.list.items).toMatchObject([{ state: "cancelled" }]);
  expect(runs.refusal).toBeNull();
  expect(onend).toHaveBeenCalledOnce();
});
