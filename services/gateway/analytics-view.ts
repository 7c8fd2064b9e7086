import type { View } from "../../contracts/access.ts";
import type { Analytics } from "../../contracts/analytics.ts";

/** What of it a caller may see. An overlay shows a goal or a leaderboard: sums, and who gave most by their shown name. */
export function analyticsView({ timeline, gifts, top, ...figures }: Analytics, view: View): Analytics {
  if (view === "chosen") {
    const gifters = (top?.gifters ?? []).map(({ displayName, count, coins = 0 }) => ({ displayName, count, coins }));
    return { ...figures, top: { gifters } };
  }
  const impersonal = { ...figures, ...(timeline && { timeline }), ...(gifts && { gifts }) };
  return view === "whole" && top ? { ...impersonal, top } : impersonal;
}
