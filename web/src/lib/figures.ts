import { formatCompact, formatCount } from "./format.ts";
import { messages } from "./messages.ts";
import type { Summary } from "./totals.ts";

const texts = messages.live;

/**
 * The three numbers a streamer looks at first: shortened, and in full. TikTok's own figures where it tells them; what is
 * `observed` is a sum of what reached us.
 */
export function figures(summary: Pick<Summary, "viewers" | "likes" | "observedLikes" | "diamonds">) {
  const { viewers, likes, observedLikes, diamonds } = summary;
  const seenLikes = likes === null && observedLikes > 0;
  const values = [
    [texts.viewers, viewers, false],
    [texts.likes, seenLikes ? observedLikes : likes, seenLikes],
    [texts.diamonds, diamonds, true],
  ] as const;
  return values.map(([label, value, observed]) =>
    value === null
      ? { label, observed, short: "–" }
      : { label, observed, short: formatCompact(value), full: formatCount(value) },
  );
}
