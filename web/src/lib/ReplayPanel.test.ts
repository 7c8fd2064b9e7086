import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Job } from "../../../contracts/job.ts";
import { ApiError, api } from "./api.ts";
import ReplayPanel from "./ReplayPanel.svelte";

const job = (more: Partial<Job> = {}): Job => ({
  ...{ jobId: "job", kind: "replay", state: "running", startedAt: "2026-03-02T09:00:00Z", endedAt: null },
  progress: { total: 200, done: 50, percent: 25, perSecond: 10, secondsLeft: 15 },
  replay: {
    ...{ sessionId: "job", streamId: "1", of: "session", speed: 5 },
    ...{ from: "2026-03-01T20:00:00Z", to: "2026-03-01T22:00:00Z", reachedAt: "2026-03-01T20:30:00Z" },
  },
  ...more,
});
const jobs = (...items: Job[]) => vi.spyOn(api, "jobs").mockResolvedValue({ items, next: null } as never);
const button = (name: string) => screen.findByRole<HTMLButtonElement>("button", { name });

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("starts a replay at the chosen speed", async () => {
  jobs();
  const replay = vi.spyOn(api, "replay").mockResolvedValue({ sessionId: "job" } as never);
  vi.spyOn(api, "job").mockResolvedValue(job() as never);
  render(ReplayPanel, { sessionId: "session" });
  await vi.waitFor(async () => expect((await button("Replay")).disabled).toBe(false));
  (await button("×20")).click();
  (await button("Replay")).click();
  await button("Pause");
  expect(replay).toHaveBeenCalledWith("session", 20);
});

it("shows the one that runs, wherever it was started, and follows it to its end", async () => {
  jobs(job());
  const ask = vi.spyOn(api, "job").mockResolvedValue(job({ state: "done" }) as never);
  render(ReplayPanel, { sessionId: "session" });
  expect((await screen.findByRole("progressbar")).getAttribute("aria-valuenow")).toBe("25");
  vi.advanceTimersByTime(1_000);
  await button("Replay again");
  vi.advanceTimersByTime(5_000);
  expect(ask).toHaveBeenCalledOnce();
});

it("pauses, and goes on at another speed", async () => {
  jobs(job());
  vi.spyOn(api, "pauseJob").mockResolvedValue(job({ state: "paused" }) as never);
  const speed = vi.spyOn(api, "setJobSpeed").mockResolvedValue(job({ state: "paused" }) as never);
  render(ReplayPanel, { sessionId: "session" });
  (await button("Pause")).click();
  await button("Resume");
  (await button("Max")).click();
  expect(speed).toHaveBeenCalledWith("job", "max");
});

it("offers no replay of a replay", async () => {
  jobs(job({ state: "done" }));
  render(ReplayPanel, { sessionId: "job" });
  await screen.findByRole("progressbar");
  expect(screen.queryByRole("button")).toBeNull();
});

it("says what failed, with the id of the request", async () => {
  vi.spyOn(api, "jobs").mockRejectedValue(new ApiError(503, "OUTAGE", "Away.", { correlationId: "c-1" }));
  render(ReplayPanel, { sessionId: "session" });
  await screen.findByText("Away.");
  await screen.findByText("c-1");
});
