import type { View } from "../../contracts/access.ts";
import { type EventType, eventTypes } from "../../contracts/unified-event.ts";
import type { EventFilter } from "../../lib/event-filter.ts";
import { ApiError, invalid } from "./errors.ts";
import { assertForwards, range } from "./input.ts";

/** How a request says which events it wants; `types` with commas between. */
export const eventQuestion = {
  types: { type: "string", pattern: "^[A-Z_]{2,20}(,[A-Z_]{2,20}){0,30}$" },
  userId: { type: "string", pattern: "^\\P{Cc}{1,128}$" },
  minCoins: { type: "integer", minimum: 0, maximum: 9_007_199_254_740_991 },
  q: { type: "string", pattern: "^\\P{Cc}{1,100}$" },
  ...range,
} as const;

export interface EventQuestion {
  types?: string;
  userId?: string;
  minCoins?: number;
  q?: string;
  from?: string;
  to?: string;
}

/**
 * The filter that a question means.
 *
 * @throws ApiError 400 for types that do not exist and ranges that run backwards; 403 when who may not see people asks for one
 */
export function filterOf({ types, userId, minCoins, q, ...bounds }: EventQuestion, view: View): EventFilter {
  assertForwards(bounds);
  if (view === "masked" && (userId !== undefined || q !== undefined)) {
    throw new ApiError(
      403,
      "MASKED",
      "This key sees events without people, so it cannot look for them: leave out userId and q.",
    );
  }
  return { types: types === undefined ? undefined : types.split(",").map(typeOf), userId, minCoins, q };
}

function typeOf(name: string): EventType {
  const known = eventTypes.find((type) => type === name);
  if (!known) throw invalid([{ field: "types", message: `must be among ${eventTypes.join(", ")}` }]);
  return known;
}
