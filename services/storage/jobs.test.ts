import { expect, it } from "vitest";
import { jobSchema } from "../../contracts/job.ts";
import type { StoredReplay } from "../../contracts/replay.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";
import { toJob } from "./jobs.ts";

const isJob = createAjv().compile(jobSchema);
const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 2, 1, 12, minute, second)).toISOString();
const sessionId = "00000000-0000-4000-8000-000000000001";
const now = new Date("2026-03-02T12:00:00.000Z");

const replay = (fields: Partial<StoredReplay> = {}): StoredReplay => ({
  ...{ sessionId, streamId: "1", of: sessionId, speed: 5, state: "running", total: 1_000, published: 250 },
  ...{ startedAt: "2026-03-02T11:50:00.000Z", endedAt: null, through: "9", seen: { seqNo: 1, eventId: "" } },
  parts: [
    { sessionId, firstSeq: 0, lastSeq: 9, firstAt: at(0), lastAt: at(20) },
    { sessionId, firstSeq: 10, lastSeq: 19, firstAt: at(21), lastAt: at(40) },
  ],
  ...{ perSecond: 12.34, reachedAt: at(10), reportedAt: "2026-03-02T11:59:59.000Z" },
  ...fields,
});

const job = (fields?: Partial<StoredReplay>) => {
  const made = toJob(replay(fields), now);
  if (!isJob(made)) throw new Error(JSON.stringify(isJob.errors));
  return made;
};

it("tells how far a replay is, how fast it goes and where the room is", () => {
  expect(job()).toEqual({
    ...{ jobId: sessionId, kind: "replay", state: "running", startedAt: "2026-03-02T11:50:00.000Z", endedAt: null },
    progress: { total: 1_000, done: 250, percent: 25, perSecond: 12.3, secondsLeft: 360 },
    replay: { sessionId, streamId: "1", of: sessionId, speed: 5, from: at(0), to: at(40), reachedAt: at(10) },
  });
});

it.each([
  ["at most speed by its rate", { speed: "max", perSecond: 100 }, 8],
  ["of one that does not move is not known", { speed: "max", perSecond: 0 }, null],
  ["of one that is paused is not known", { state: "paused" }, null],
  ["of one that nobody has is not known", { reportedAt: "2026-03-02T11:59:00.000Z" }, null],
  ["of one that has sent nothing is not known", { reachedAt: null, perSecond: null }, null],
  ["of one that is done is not known", { state: "done", endedAt: at(50) }, null],
] as const)("the time left %s", (_what, fields, seconds) => {
  expect(job(fields).progress.secondsLeft).toBe(seconds);
});

it("is whole only when all is sent", () => {
  expect(job({ published: 999, total: 1_000 }).progress.percent).toBe(99.9);
  expect(job({ published: 999_999, total: 1_000_000 }).progress.percent).toBe(99.9);
  expect(job({ published: 7, total: 7 }).progress.percent).toBe(100);
});
