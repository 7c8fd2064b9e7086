import type { LetterCause, LetterFilter } from "../../../../contracts/letters.ts";
import { paths } from "../routes.ts";
import { letterMessages as texts } from "./messages.ts";

/** Services that give entries up; letters of others are listed too. */
export const stages = ["ingest", "normalizer", "storage", "rules", "forwarder"];
export const reasons = Object.keys(texts.reasons) as NonNullable<LetterFilter["reason"]>[];
export const states = Object.keys(texts.states) as NonNullable<LetterFilter["state"]>[];

/** `?stage=normalizer&reason=PARSE_ERROR&state=new&cause=…&from=2026-03-01T12:00:00.000Z`; what is no filter is left out. */
export function readLetterFilter(search: URLSearchParams): LetterFilter {
  const stage = search.get("stage")?.slice(0, 64);
  const reason = reasons.find((one) => one === search.get("reason"));
  const state = states.find((one) => one === search.get("state"));
  const cause = /^[0-9a-f]{16}$/.exec(search.get("cause") ?? "")?.[0];
  const from = instant(search.get("from"));
  const to = instant(search.get("to"));
  return {
    ...(stage && { stage }),
    ...(reason && { reason }),
    ...(state && { state }),
    ...(cause && { cause }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

/** The page that shows what `filter` fits. */
export function lettersPath(filter: LetterFilter): string {
  const search = String(new URLSearchParams(filter));
  return paths.letters() + (search && `?${search}`);
}

export const isEverything = (filter: LetterFilter) => Object.keys(filter).length === 0;

/** The letters of every cause that fit otherwise. */
export function ofAnyCause({ cause: _, ...rest }: LetterFilter): LetterFilter {
  return rest;
}

/**
 * What `filter` means, for a person who is about to change all that it fits.
 *
 * @param cause the one that it names
 */
export function aboutFilter({ stage, reason, state, from, to }: LetterFilter, cause?: LetterCause): string {
  const { about } = texts;
  const parts = [
    ...(cause
      ? [texts.reasons[cause.reason], cause.stage, cause.destination, cause.error]
      : [reason && texts.reasons[reason], stage]),
    state && texts.states[state],
    from && about.from(from),
    to && about.to(to),
  ].filter(Boolean);
  return parts.join(" · ") || about.everything;
}

/** An instant as a `datetime-local` input has it: to the minute, in the browser's time zone. */
export function toLocal(at: string | undefined): string {
  if (at === undefined) return "";
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What such an input says as an instant; undefined when it says nothing. */
export const fromLocal = (local: string): string | undefined => instant(local);

function instant(text: string | null): string | undefined {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
