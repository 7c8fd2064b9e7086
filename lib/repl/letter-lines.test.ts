import { expect, it } from "vitest";
import type { LetterDetail, LetterJob } from "../../contracts/letters.ts";
import { causeRows, jobLine, letterLines } from "./letter-lines.ts";

const letter = {
  id: "9-0",
  state: "new",
  stage: "normalizer",
  reason: "SCHEMA_ERROR",
  error: "payload.count must be >= 0",
  failedAt: "2026-03-01T12:00:00.000Z",
  lastError: null,
  redriveOf: "5-0",
  failedAs: null,
  decidedBy: null,
  why: null,
  lineage: [{ id: "5-0" }, { id: "3-0" }],
  entry: { type: "WebcastLikeMessage", data: "[hidden: 20 characters]" },
  trial: {
    ...{ outcome: "stored", reason: null, error: null, before: null, after: {} },
    rules: [],
    changes: [{ path: "payload.count", before: null, after: 3 }],
  },
} as unknown as LetterDetail;

it("shows a letter, where it comes from and what a redrive would do", () => {
  expect(letterLines(letter)).toEqual([
    "9-0, new",
    "2026-03-01T12:00:00.000Z normalizer SCHEMA_ERROR: payload.count must be >= 0",
    "redriven from 5-0, from 3-0",
    "  type: WebcastLikeMessage",
    "  data: [hidden: 20 characters]",
    "a redrive would store it:",
    "  payload.count: null -> 3",
  ]);
});

it("shows what rules would decide", () => {
  const rule = { ruleId: "r", name: "Hello", type: "announce", mode: "live", reason: null, actionId: null } as const;
  const rules = [
    { ...rule, state: "skipped" as const, reason: "stale" },
    { ...rule, type: "log" as const, state: null, actionId: "7" },
  ];
  const trial = { ...letter.trial, outcome: "decided" as const, changes: [], rules };
  expect(letterLines({ ...letter, trial }).slice(-3)).toEqual([
    "rules would decide about it:",
    "  Hello (announce, live): skipped, stale",
    "  Hello (log, live): decided before, 7",
  ]);
});

it("shows what became of a letter", () => {
  const trial = { ...letter.trial, outcome: "impossible" as const, error: "nothing is left", changes: [] };
  const gone = { ...letter, state: "discarded" as const, decidedBy: "ops", why: "old", redriveOf: null, entry: null };
  expect(letterLines({ ...gone, lastError: "no", failedAs: "11-0", trial })).toEqual([
    "9-0, discarded, by ops, old",
    "2026-03-01T12:00:00.000Z normalizer SCHEMA_ERROR: payload.count must be >= 0",
    "refused when it came back: no",
    "came back as 11-0: redrive that one",
    "it cannot be redriven: nothing is left",
  ]);
});

it("shows causes and runs", () => {
  const cause = { cause: "00ff", stage: "storage", reason: "STORE_REJECTED", error: "no", count: 7, open: 2 } as const;
  const times = { firstAt: "a", lastAt: "b", sample: "9-0" };
  const gone = { destinationName: null, destinationHost: null };
  const [, row, other, named] = causeRows([
    { ...cause, ...times, ...gone, destination: null },
    { ...cause, ...times, ...gone, destination: "d" },
    { ...cause, ...times, destination: "d", destinationName: "my bot", destinationHost: "example.org" },
  ]);
  expect(row).toEqual(["00ff", "storage", "STORE_REJECTED", "2", "7", "b", "9-0", "no"]);
  expect([other?.at(-1), named?.at(-1)]).toEqual(["d: no", "my bot (example.org): no"]);
  const job = {
    id: "j",
    kind: "redrive",
    state: "running",
    total: 9,
    done: 4,
    failed: 1,
    reason: "waits",
  } as LetterJob;
  expect(jobLine(job)).toBe("redrive j: running, 4 of 9, 1 refused, waits");
});
