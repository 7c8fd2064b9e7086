import type { ServedEvent } from "../../contracts/api.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { comparePositions } from "../../lib/position.ts";

/** What one client of the feed wants to see. */
export interface Wish {
  streamId: string;
  /** One session, live or replayed; without it everything that is live. */
  sessionId?: string | undefined;
}

export const wants = ({ streamId, sessionId }: Wish, event: UnifiedEvent): boolean =>
  event.streamId === streamId && (sessionId === undefined ? event.source === "live" : event.sessionId === sessionId);

export interface PositionedEvent {
  position: string;
  event: ServedEvent;
}

/** What was found in a range; `next` is where to go on after, null when `through` was reached. */
interface Found {
  items: PositionedEvent[];
  next: string | null;
}

/** Part of the feed, `after` excluded and `through` included, at most `limit` entries. */
export interface Range {
  after: string;
  through: string;
  limit: number;
}

/** Where the events of the past lie: Postgres up to a boundary, `ttlc:events` above it (DESIGN section 6). */
export interface FeedSource {
  /** Position of the newest entry that `ttlc:events` ever had. */
  present(): Promise<string>;
  /** Up to here Postgres has everything. */
  boundary(): Promise<string>;
  /** Live events of one stream, from Postgres. */
  stored(streamId: string, range: Range): Promise<Found>;
  /** Entries of `ttlc:events`, of every stream; those of `streamId` with what their senders inherit. */
  entries(range: Range, streamId: string): Promise<Found>;
  /** Told why a client had to wait: the same is tried again. */
  failed(error: unknown): void;
}

interface FeedPage {
  items: PositionedEvent[];
  /** Last position examined: beyond `after`, at most `through`. */
  position: string;
}

/**
 * The next page of what `wish` asks for between `after` and `through`.
 *
 * Postgres has no hole below the boundary, the stream none above it. Entries below the boundary may be trimmed away
 * between the two looks, so a page of the stream counts only if the boundary is still at or below its beginning once
 * it was read; else Postgres has that page by now.
 */
export async function readPage(source: FeedSource, wish: Wish, range: Range): Promise<FeedPage> {
  for (let boundary = await source.boundary(); ; ) {
    if (comparePositions(range.after, boundary) < 0) {
      const through = comparePositions(boundary, range.through) < 0 ? boundary : range.through;
      return page(wish, await source.stored(wish.streamId, { ...range, through }), through);
    }
    const found = await source.entries(range, wish.streamId);
    boundary = await source.boundary();
    if (comparePositions(range.after, boundary) >= 0) return page(wish, found, range.through);
  }
}

const page = (wish: Wish, { items, next }: Found, through: string): FeedPage => ({
  items: items.filter(({ event }) => wants(wish, event)),
  position: next ?? through,
});
