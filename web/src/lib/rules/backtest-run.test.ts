import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RuleDraft } from "../../../../contracts/rule.ts";
import type { Backtest } from "../../../../contracts/rule-backtest.ts";
import { ApiError, ruleApi } from "../api.ts";
import { BacktestRun } from "./backtest-run.svelte.ts";

const draft = {} as RuleDraft;
const at = (state: Backtest["state"], events: number, backtestId = "b") => ({ backtestId, state, events }) as Backtest;
const shown = ({ backtest, error }: BacktestRun) => [backtest?.state, backtest?.events, error?.code];
const running = (backtestId: string) =>
  new ApiError(409, "BACKTEST_RUNNING", "One runs at a time.", { details: { backtestId } });

beforeEach(() => {
  vi.spyOn(ruleApi, "backtest").mockResolvedValue(at("running", 0));
});
afterEach(() => {
  vi.restoreAllMocks();
  sessionStorage.clear();
});

it("is followed to its end, also when somebody does not answer for a while", async () => {
  const status = vi.spyOn(ruleApi, "backtestStatus").mockResolvedValueOnce(at("running", 10));
  status.mockRejectedValueOnce(new ApiError(0, "NETWORK", "Away.")).mockResolvedValueOnce(at("done", 20));
  const run = new BacktestRun("r");
  await run.run(draft, "s");
  await run.refresh();
  await run.refresh();
  expect(shown(run)).toEqual(["running", 10, undefined]);
  await run.refresh();
  await run.refresh();
  expect(shown(run)).toEqual(["done", 20, undefined]);
  expect(status).toHaveBeenCalledTimes(3);
});

it("is found again on the page of its rule, and on no other", async () => {
  await new BacktestRun("r").run(draft, "s");
  vi.spyOn(ruleApi, "backtestStatus").mockResolvedValue(at("running", 10));
  const [again, other] = [new BacktestRun("r"), new BacktestRun("another")];
  await Promise.all([again.find(), other.find()]);
  expect([again.backtest?.events, other.backtest]).toEqual([10, null]);
});

it("shows the one that is in the way, and ends it", async () => {
  vi.mocked(ruleApi.backtest).mockRejectedValueOnce(running("other"));
  vi.spyOn(ruleApi, "backtestStatus").mockResolvedValue(at("running", 5, "other"));
  const stop = vi.spyOn(ruleApi, "stopBacktest").mockResolvedValue(at("cancelled", 6, "other"));
  const run = new BacktestRun("r");
  await run.run(draft, "s");
  expect([...shown(run), run.isOther]).toEqual(["running", 5, undefined, true]);
  await run.stop();
  expect(stop).toHaveBeenCalledWith("other");
  expect(shown(run)).toEqual(["cancelled", 6, undefined]);
});

it("is over when it is not known any more", async () => {
  const run = new BacktestRun("r");
  await run.run(draft, "s");
  vi.spyOn(ruleApi, "backtestStatus").mockRejectedValue(new ApiError(404, "NOT_FOUND", "There is none."));
  await run.refresh();
  expect(shown(run)).toEqual([undefined, undefined, "NOT_FOUND"]);
});
