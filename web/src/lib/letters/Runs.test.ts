import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LetterJob } from "../../../../contracts/letters.ts";
import { letterApi } from "../api.ts";
import { signedIn } from "../signed-in.svelte.ts";
import { LetterRuns } from "./letter-runs.svelte.ts";
import Runs from "./Runs.svelte";

const run = (id: string, more: Partial<LetterJob> = {}): LetterJob => ({
  ...{ id, kind: "redrive", state: "running", total: 4, done: 1, failed: 0, rate: 500, reason: null },
  ...{ askedBy: "ops", why: null, startedAt: "2026-03-01T12:00:00Z", endedAt: null },
  ...more,
});
function show(...given: LetterJob[]) {
  const runs = new LetterRuns(() => {});
  runs.list.items = given;
  render(Runs, { runs });
}
const button = (name: string) => screen.findByRole<HTMLButtonElement>("button", { name });

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  signedIn.me = null;
});

it("shows how far one is, what it waits for, and follows it to its end", async () => {
  show(run("1", { reason: "waits: ingest is unavailable" }));
  expect((await screen.findByRole("progressbar")).getAttribute("aria-valuenow")).toBe("25");
  screen.getByText("waits: ingest is unavailable");
  vi.spyOn(letterApi, "run").mockResolvedValue(run("1", { state: "done", done: 4, failed: 1 }) as never);
  vi.advanceTimersByTime(1_000);
  await screen.findByText("4 of 4 letters · 1 refused at once");
  expect(screen.queryByRole("progressbar")).toBeNull();
});

it("shows the newest and those that run, and older ones when asked", async () => {
  show(run("3", { state: "done" }), run("2", { state: "done" }), run("1"));
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  (await button("Older runs")).click();
  await vi.waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(3));
  expect(screen.queryByRole("button", { name: "Older runs" })).toBeNull();
});

it("stops one, for those who may", async () => {
  show(run("1"));
  const stop = vi.spyOn(letterApi, "stop").mockResolvedValue(run("1", { state: "cancelled" }) as never);
  (await button("Stop")).click();
  await screen.findByText("Stopped");
  expect(stop).toHaveBeenCalledWith("1");
});

it("offers nothing to who only looks", () => {
  signedIn.me = { rights: { "pipeline.read": "whole" } } as never;
  show(run("1"));
  expect(screen.queryByRole("button")).toBeNull();
});
