import type { FeedFrames } from "../../contracts/api.ts";

/** Most events of one `batch` frame. */
const MAX_EVENTS = 200;

/** An event of the feed, serialised once for everybody who gets it. */
export interface FeedItem {
  position: string;
  /** The event as JSON. */
  json: string;
}

/** One Server-Sent Event. `id` is where a reconnecting client goes on; a frame without it leaves that as it is. */
export function frame<Name extends keyof FeedFrames>(event: Name, data: FeedFrames[Name], id?: string): string {
  return text(event, JSON.stringify(data), id);
}

/**
 * `batch` frames of at most 200 events, in order. The id of the last one is `examined`: events after the last item
 * were looked at too, and left out. No items, no frame.
 */
export function batchFrames(items: readonly FeedItem[], examined: string): string {
  let frames = "";
  for (let start = 0; start < items.length; start += MAX_EVENTS) {
    const some = items.slice(start, start + MAX_EVENTS);
    const last = start + MAX_EVENTS >= items.length;
    frames += text("batch", `[${some.map(({ json }) => json).join()}]`, last ? examined : some.at(-1)?.position);
  }
  return frames;
}

/** How long a client that lost us waits before it comes back. */
export const retry = (ms: number): string => `retry: ${ms}\n\n`;

const text = (event: string, json: string, id: string | undefined): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
