import type { ServedEvent } from "../../contracts/api.ts";
import { comparePositions } from "../../lib/position.ts";
import { type Wish, wantsReplays, wishMatcher } from "./wish.ts";

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
  /** Position of the oldest entry that `ttlc:events` still has; null when it has none. */
  oldest(): Promise<string | null>;
  /** Told why a client had to wait: the same is tried again. */
  failed(error: unknown): void;
}

interface FeedPage {
  items: PositionedEvent[];
  /** Last position examined: beyond `after`, at most `through`. */
  position: string;
  /** Replays in the range were wanted, and nobody has them any more. */
  lost: boolean;
}

/**
 * The next page of what `wish` asks for between `after` and `through`.
 *
 * Postgres has no hole below the boundary, the stream none above it. Entries below the boundary may be trimmed away
 * between the two looks, so a page of the stream counts only if the boundary is still at or below its beginning once
 * it was read; else Postgres has that page by now. Replays are in the stream alone: who wants them is read to from there
 * as long as nothing behind `after` was trimmed away.
 */
export async function readPage(source: FeedSource, wish: Wish, range: Range): Promise<FeedPage> {
  if (wantsReplays(wish)) {
    const found = await source.entries(range, wish.streamId);
    const oldest = await source.oldest();
    if (oldest !== null && comparePositions(oldest, range.after) <= 0) return page(wish, found, range.through);
  }
  for (let boundary = await source.boundary(); ; ) {
    if (comparePositions(range.after, boundary) < 0) {
      const through = comparePositions(boundary, range.through) < 0 ? boundary : range.through;
      const found = await source.stored(wish.streamId, { ...range, through });
      return { ...page(wish, found, through), lost: wantsReplays(wish) };
    }
    const found = await source.entries(range, wish.streamId);
    boundary = await source.boundary();
    if (comparePositions(range.after, boundary) >= 0) return page(wish, found, range.through);
  }
}

const page = (wish: Wish, { items, next }: Found, through: string): FeedPage => {
  const wanted = wishMatcher(wish);
  return { items: items.filter(({ event }) => wanted(event)), position: next ?? through, lost: false };
};
