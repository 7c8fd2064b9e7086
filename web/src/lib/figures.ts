import { formatCompact, formatCount } from "./format.ts";
import { messages } from "./messages.ts";
import type { Summary } from "./totals.ts";

const texts = messages.live;

/** The three numbers a streamer looks at first: shortened, and in full. */
export function figures({ viewers, likes, diamonds }: Pick<Summary, "viewers" | "likes" | "diamonds">) {
  const values = [
    [texts.viewers, viewers],
    [texts.likes, likes],
    [texts.diamonds, diamonds],
  ] as const;
  return values.map(([label, value]) =>
    value === null ? { label, short: "–" } : { label, short: formatCompact(value), full: formatCount(value) },
  );
}
