import type { View } from "../../contracts/access.ts";
import type { ServedEvent } from "../../contracts/api.ts";
import { type EventFilter, eventMatcher, wordOf } from "../../lib/event-filter.ts";
import { maskEvent } from "../../lib/mask-event.ts";
import { type OverlayEvent, overlayEvent } from "../../lib/overlay-event.ts";

/** live: what happens now · replay: what a replay tells again · all: both */
export const feedSources = ["live", "replay", "all"] as const;

/** What one client of the feed wants to see, and how much of it it may. */
export interface Wish extends EventFilter {
  streamId: string;
  /** One session, live or replayed. */
  sessionId?: string | undefined;
  /** Default: of a session everything, else what is live. */
  source?: (typeof feedSources)[number] | undefined;
  view: View;
}

/** What a wish is for, made ready once. */
export function wishMatcher(wish: Wish): (event: ServedEvent) => boolean {
  const { streamId, sessionId, source = sessionId === undefined ? "live" : "all" } = wish;
  const passes = eventMatcher(wish);
  return (event) =>
    event.streamId === streamId &&
    (source === "all" || event.source === source) &&
    (sessionId === undefined || event.sessionId === sessionId) &&
    passes(event);
}

/** Equal for wishes that mean the same. */
export function wishKey({ streamId, sessionId, source, types, userId, minCoins, q, view }: Wish): string {
  const own = source === "live" && sessionId === undefined ? undefined : source;
  return JSON.stringify([
    streamId,
    sessionId,
    own,
    types && [...new Set(types)].sort(),
    userId,
    minCoins,
    wordOf(q),
    view,
  ]);
}

/** Whether Postgres has not all of it: a replay leaves no rows of its own. */
export const wantsReplays = ({ source = "live" }: Wish): boolean => source !== "live";

/** An event as somebody with this view is shown it. */
export function shown(event: ServedEvent, view: View): ServedEvent | OverlayEvent {
  if (view === "whole") return event;
  return view === "chosen" ? overlayEvent(event) : maskEvent(event);
}
