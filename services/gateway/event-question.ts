import type { View } from "../../contracts/access.ts";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import { eventFilterFields } from "../../contracts/event-filter.ts";
import { instant } from "../../contracts/fields.ts";
import { type EventType, eventTypes } from "../../contracts/unified-event.ts";
import { wordOf } from "../../lib/event-filter.ts";
import { isInstant } from "../../lib/instant.ts";
import { maskEvent } from "../../lib/mask-event.ts";
import { isPosition } from "../../lib/position.ts";
import { ApiError, invalid } from "./errors.ts";
import { assertForwards } from "./input.ts";

/** How a request says which events it wants: of the live feed, of a history, of an export. */

const oneType = `(?:${eventTypes.join("|")})`;
const { userId, minCoins, q } = eventFilterFields;

/** Of what happens now. */
export const eventFilter = {
  types: { type: "string", pattern: `^${oneType}(?:,${oneType}){0,63}$`, description: "Event types, comma separated." },
  ...{ userId, minCoins, q },
} as const;

/** Of what was. */
export const eventQuestion = {
  ...eventFilter,
  from: { ...instant, description: "Of `timestamp`, inclusive." },
  to: { ...instant, description: "Of `timestamp`, exclusive." },
  asOf: { type: "string", maxLength: 64, description: "A position or an instant: what was stored up to then." },
} as const;

/** To look into what events say takes reading all of them that come before the page is full. */
export const costOfQuestion = ({
  userId,
  minCoins,
  q,
}: {
  userId?: unknown;
  minCoins?: unknown;
  q?: unknown;
}): number => (userId === undefined && minCoins === undefined && q === undefined ? 1 : 5);

interface Asked {
  types?: string | undefined;
  userId?: string | undefined;
  q?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  asOf?: string | undefined;
}

/**
 * A checked input with the filter that it means, as storage takes it and lib/event-filter.ts.
 *
 * @throws ApiError 400 for a range that runs backwards or an `asOf` that is no time; 403 when who may not see people asks for one
 */
export function filterOf<Input extends Asked>(
  { types, ...rest }: Input,
  view: View,
): Omit<Input, "types"> & { types?: EventType[] } {
  if (rest.userId !== undefined || wordOf(rest.q) !== "") assertSeesPeople(view);
  assertForwards(rest);
  if (rest.asOf !== undefined && !isPosition(rest.asOf) && !isInstant(rest.asOf)) {
    throw invalid([{ field: "asOf", message: "must be a position (digits-digits) or an instant" }]);
  }
  return { ...rest, ...(types !== undefined && { types: types.split(",") as EventType[] }) };
}

/** @throws ApiError 403: who may not see people may not look for them either, as each answer would tell who is there */
export function assertSeesPeople(view: View): void {
  if (view === "whole") return;
  throw new ApiError(403, "PEOPLE_HIDDEN", "This key sees events without people: ask without userId and q.");
}

/** A page as somebody with this view is shown it. */
export const shownPage = ({ items, next }: Page<ServedEvent>, view: View): Page<ServedEvent> => ({
  items: view === "whole" ? items : items.map(maskEvent),
  next,
});
