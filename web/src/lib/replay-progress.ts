import type { Job } from "../../../contracts/job.ts";
import { formatDuration } from "./format.ts";
import { messages } from "./messages.ts";

const texts = messages.replay;

/** The speeds that are offered, slowest first. */
export const speeds = [1, 5, 20, "max"] as const;

export const isOpen = ({ state }: Job) => state === "running" || state === "paused";

/** The job that is, or was last, about this session: its replay, or the replay that it is itself. `jobs`: newest first. */
export const jobOf = (sessionId: string, jobs: Job[]) =>
  jobs.find(({ jobId, replay }) => jobId === sessionId || replay.of === sessionId);

/** "12,340 of 58,210 · 41:10 · ×20 · about 2 min left": how many, how far in the room's time, how fast, how long yet. */
export function progressText({ progress, replay, state }: Job): string {
  const { done, total, secondsLeft } = progress;
  const reached = replay.reachedAt && formatDuration(Date.parse(replay.reachedAt) - Date.parse(replay.from));
  const left = state === "running" && secondsLeft !== null && texts.left(secondsLeft);
  const speed = texts.speeds[replay.speed] ?? `×${replay.speed}`;
  return [texts.of(done, total), reached, speed, left].filter(Boolean).join(" · ");
}
