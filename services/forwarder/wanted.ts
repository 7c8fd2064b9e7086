import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { type EventFilter, eventMatcher } from "../../lib/event-filter.ts";
import type { Batch } from "./delivery-log.ts";
import { asUnified } from "./envelope.ts";
import type { Page, Source } from "./source.ts";

interface Positioned {
  position: string;
  event: UnifiedEvent;
}

/** Live events only: a replay is stored nowhere, and what was before the connection is old. */
function wantedOf({ items }: Page, filter: EventFilter): Positioned[] {
  const isWanted = eventMatcher(filter);
  return items
    .map(({ position, event }) => ({ position, event: asUnified(event) }))
    .filter(({ event }) => event.source === "live" && !event.isHistory && isWanted(event));
}

/** What a recorded batch holds, as long as that is stored and wanted. @param limit of one page */
export async function eventsOf(
  source: Source,
  channelId: string,
  filter: EventFilter,
  { after, through }: Pick<Batch, "after" | "through">,
  limit: number,
): Promise<UnifiedEvent[]> {
  const events: UnifiedEvent[] = [];
  for (let from: string | null = after; from !== null; ) {
    const page: Page = await source.page({ channelId, after: from, through, limit });
    events.push(...wantedOf(page, filter).map(({ event }) => event));
    from = page.next;
  }
  return events;
}

/**
 * As many of a page as make a body of at most about `maxBytes`, at least one, and up to where that is all that is wanted.
 *
 * @param last of the range that the page begins
 */
export function fitting(page: Page, filter: EventFilter, last: string, maxBytes: number) {
  const wanted = wantedOf(page, filter);
  let bytes = 0;
  const over = wanted.findIndex(({ event }, i) => {
    bytes += JSON.stringify(event).length;
    return i > 0 && bytes > maxBytes;
  });
  const taken = over === -1 ? wanted : wanted.slice(0, over);
  const through = over === -1 ? (page.next ?? last) : (taken.at(-1) as Positioned).position;
  return { events: taken.map(({ event }) => event), through };
}
