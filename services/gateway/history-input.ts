import type { View } from "../../contracts/access.ts";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import { type EventType, eventTypes } from "../../contracts/unified-event.ts";
import { wordOf } from "../../lib/event-filter.ts";
import { maskEvent } from "../../lib/mask-event.ts";
import { isPosition } from "../../lib/position.ts";
import { ApiError, invalid } from "./errors.ts";
import { page } from "./input.ts";

/** What history is asked for: every list of events takes these. */

const oneType = `(?:${eventTypes.join("|")})`;
const instant = { type: "string", format: "date-time" } as const;

/** TikTok's id of a person. */
export const userId = { type: "string", pattern: "^\\P{Cc}{1,128}$" } as const;

const withoutPerson = {
  ...page,
  types: { type: "string", pattern: `^${oneType}(?:,${oneType}){0,63}$`, description: "event types, comma separated" },
  minCoins: { type: "integer", minimum: 0, maximum: 9_007_199_254_740_991, description: "gifts of so many coins" },
  q: { type: "string", pattern: "^\\P{Cc}{0,100}$", description: "a word in names, chat messages, gifts" },
  from: { ...instant, description: "of `timestamp`, inclusive" },
  to: { ...instant, description: "of `timestamp`, exclusive" },
  asOf: { type: "string", maxLength: 64, description: "a position or an instant: what was stored up to then" },
} as const;

/** The fields of a filter and of a page; `userHistory` has all but `userId`. */
export const filters = {
  ofEvents: { ...withoutPerson, userId: { ...userId, description: "TikTok's id of who did it" } },
  ofPerson: withoutPerson,
} as const;

interface Asked {
  types?: string | undefined;
  userId?: string | undefined;
  q?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  asOf?: string | undefined;
}

/**
 * A checked input as storage takes it.
 *
 * @throws ApiError 400 for a time that there is not; 403 when a masked view would find people
 */
export function historyQuery<Input extends Asked>(
  { types, ...rest }: Input,
  view: View,
): Omit<Input, "types"> & { types?: EventType[] } {
  if (view !== "whole" && (rest.userId !== undefined || wordOf(rest.q) !== "")) throw hidden();
  for (const field of ["from", "to", "asOf"] as const) {
    const value = rest[field];
    const isPlace = field === "asOf" && isPosition(value ?? "");
    if (value !== undefined && !isPlace && !isInstant(value)) {
      const what = field === "asOf" ? "a position (digits-digits) or an instant" : "an instant";
      throw invalid([{ field, message: `must be ${what} like 2026-03-01T12:00:00Z` }]);
    }
  }
  return { ...rest, ...(types !== undefined && { types: types.split(",") as EventType[] }) };
}

const isInstant = (text: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text));

/** Who may not see people may not look for them either: each answer would tell who is there. */
export const hidden = (): ApiError =>
  new ApiError(403, "PEOPLE_HIDDEN", "This key sees events without people: ask without userId and q.");

/** A page as somebody with this view is shown it. */
export const shownPage = ({ items, next }: Page<ServedEvent>, view: View): Page<ServedEvent> => ({
  items: view === "whole" ? items : items.map(maskEvent),
  next,
});
