import { expect, it } from "vitest";
import type { Job } from "../../../contracts/job.ts";
import { jobOf, progressText } from "./replay-progress.ts";

const job: Job = {
  jobId: "job",
  kind: "replay",
  state: "running",
  startedAt: "2026-03-02T09:00:00Z",
  endedAt: null,
  progress: { total: 58_210, done: 12_340, percent: 21, perSecond: 380, secondsLeft: 121 },
  replay: {
    ...{ sessionId: "job", streamId: "1", of: "session", speed: 20 },
    ...{ from: "2026-03-01T20:00:00Z", to: "2026-03-01T22:00:00Z", reachedAt: "2026-03-01T20:41:10Z" },
  },
};

it("says how many, how far, how fast and how long yet", () => {
  expect(progressText(job)).toBe("12,340 of 58,210 · 41:10 · ×20 · about 2 min left");
});

it("promises no time while it is paused, and names no place before the first event", () => {
  const replay = { ...job.replay, speed: "max" as const, reachedAt: null };
  expect(progressText({ ...job, state: "paused", replay })).toBe("12,340 of 58,210 · Max");
});

it("finds the job about a session, and the one that a session is", () => {
  const other = { ...job, jobId: "other", replay: { ...job.replay, of: "another" } };
  expect(jobOf("session", [other, job])).toBe(job);
  expect(jobOf("other", [other, job])).toBe(other);
  expect(jobOf("nobody's", [other, job])).toBeUndefined();
});
