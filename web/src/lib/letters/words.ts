import type { Letter, LetterJob } from "../../../../contracts/letters.ts";
import { letterMessages as texts } from "./messages.ts";

/** Whether it can be redriven or discarded: not what came back as another letter, which that is now. */
export const isOpen = ({ state, failedAs }: Pick<Letter, "state" | "failedAs">): boolean =>
  state === "new" || (state === "failed" && failedAs === null);

/** The colour that goes with a state. */
export function toneOf(state: Letter["state"]): string {
  if (state === "redriven") return "text-ok";
  return state === "new" || state === "failed" ? "text-bad" : "text-muted";
}

/** "120 of 300 letters · 3 refused at once" */
export function progressOf({ total, done, failed, state }: LetterJob): string {
  if (total === 0 && state === "done") return texts.runs.nothing;
  return [texts.runs.of(done, total), failed > 0 && texts.runs.refused(failed)].filter(Boolean).join(" · ");
}

/** A run that takes nothing is whole at once. */
export function percentOf({ total, done, state }: LetterJob): number {
  if (total === 0) return state === "running" ? 0 : 100;
  return Math.min(100, (100 * done) / total);
}

/** One side of a difference. Text is told from numbers by its quotes. */
export const inJson = (value: unknown): string => (value === null ? texts.trial.absent : JSON.stringify(value));
