import type { View } from "../../contracts/access.ts";
import { type EventType, eventTypes } from "../../contracts/unified-event.ts";
import { type EventFilter, wordOf } from "../../lib/event-filter.ts";
import { ApiError } from "./errors.ts";
import { assertForwards, range } from "./input.ts";

const oneType = `(?:${eventTypes.join("|")})`;

/** How a request says which events it wants. */
export const eventQuestion = {
  types: { type: "string", pattern: `^${oneType}(?:,${oneType}){0,63}$`, description: "event types, comma separated" },
  userId: { type: "string", pattern: "^\\P{Cc}{1,128}$", description: "TikTok's id of who did it" },
  minCoins: { type: "integer", minimum: 0, maximum: 9_007_199_254_740_991, description: "gifts of so many coins" },
  q: { type: "string", pattern: "^\\P{Cc}{0,100}$", description: "a word in names, chat messages, gifts" },
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
 * @throws ApiError 400 for ranges that run backwards; 403 when who may not see people asks for one
 */
export function filterOf({ types, userId, minCoins, q, ...bounds }: EventQuestion, view: View): EventFilter {
  assertForwards(bounds);
  if (view !== "whole" && (userId !== undefined || wordOf(q) !== "")) {
    throw new ApiError(403, "PEOPLE_HIDDEN", "This key sees events without people: ask without userId and q.");
  }
  return { types: types?.split(",") as EventType[] | undefined, userId, minCoins, q };
}
