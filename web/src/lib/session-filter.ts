import type { EventQuestion } from "./api.ts";
import { everything, type Filter, readFilter, writeFilter } from "./filter.ts";
import { type ChipKind, typesOf } from "./rows.ts";

/** Which events of a past session are shown: asked of the gateway, other than the live view's, which has them all. */
export interface SessionFilter extends Filter {
  /** TikTok's id of the one person whose events are shown. */
  userId?: string | undefined;
  /** Only gifts of so many diamonds. */
  minCoins?: number | undefined;
}

/** `?types=gift&q=rose&user=7001&minCoins=100` */
export function readSessionFilter(search: URLSearchParams): SessionFilter {
  const minCoins = Number(search.get("minCoins"));
  return {
    ...readFilter(search),
    userId: search.get("user") || undefined,
    minCoins: Number.isSafeInteger(minCoins) && minCoins > 0 ? minCoins : undefined,
  };
}

export const writeSessionFilter = (filter: SessionFilter) => ({
  ...writeFilter(filter),
  user: filter.userId,
  minCoins: filter.minCoins?.toString(),
});

export const isEverything = ({ kinds, query, userId, minCoins }: SessionFilter) =>
  kinds === everything.kinds && query === "" && userId === undefined && minCoins === undefined;

/** The filter as the gateway takes it. Lines about the session itself come along unless one person is looked for. */
export function questionOf({ kinds, query, userId, minCoins }: SessionFilter): EventQuestion {
  const word = query.trim();
  const isNarrow = word !== "" || userId !== undefined || minCoins !== undefined;
  const types = [...([...kinds] as ChipKind[]).flatMap(typesOf), ...(isNarrow ? [] : typesOf("session"))];
  return {
    // No chip at all and a narrow filter: nothing can match, which no list of types says.
    types: types.join(",") || "STREAM_END",
    ...(word && { q: word }),
    ...(userId && { userId }),
    ...(minCoins && { minCoins }),
  };
}
