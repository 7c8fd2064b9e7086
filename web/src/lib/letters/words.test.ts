import { expect, it } from "vitest";
import type { LetterJob } from "../../../../contracts/letters.ts";
import { inJson, isOpen, percentOf, progressOf } from "./words.ts";

const run = (more: Partial<LetterJob>): LetterJob => ({
  ...{ id: "1", kind: "redrive", state: "running", total: 300, done: 120, failed: 0, rate: 500, reason: null },
  ...{ askedBy: "ops", why: null, startedAt: "2026-03-01T12:00:00Z", endedAt: null },
  ...more,
});

it.each([
  [{ state: "new", failedAs: null }, true],
  [{ state: "failed", failedAs: null }, true],
  [{ state: "failed", failedAs: "2-0" }, false],
  [{ state: "redriving", failedAs: null }, false],
  [{ state: "discarded", failedAs: null }, false],
] as const)("a letter that is %o is open: %s", (letter, open) => {
  expect(isOpen(letter)).toBe(open);
});

it.each([
  [{}, "120 of 300 letters", 40],
  [{ done: 300, failed: 3, state: "done" }, "300 of 300 letters · 3 refused at once", 100],
  [{ total: 0, done: 0, state: "done" }, "There was nothing left to do.", 100],
  [{ total: 0, done: 0 }, "0 of 0 letters", 0],
  [{ total: 1, done: 2 }, "2 of 1 letter", 100],
] as const)("a run of %o is at %j", (more, words, percent) => {
  expect(progressOf(run(more))).toBe(words);
  expect(percentOf(run(more))).toBe(percent);
});

it("shows a value as JSON, and what is not there as a dash", () => {
  expect([null, "1", 1, { a: [] }].map(inJson)).toEqual(["–", '"1"', "1", '{"a":[]}']);
});
