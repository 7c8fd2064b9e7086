import type { FeedFrames } from "../../contracts/api.ts";
import type { SocketFrame } from "../../contracts/feed.ts";
import type { Transport } from "./seats.ts";

/** Most events of one frame. */
const MAX_EVENTS = 200;

/** An event of the feed, serialised once for everybody who is shown the same of it. */
export interface FeedItem {
  position: string;
  /** The event as JSON. */
  json: string;
}

/** How the frames of a feed are written. Each text goes out in one piece. */
export interface Dialect {
  transport: Transport;
  /** Clients with the same key and the same wish are sent the same bytes. */
  key: string;
  /**
   * At most 200 events a frame, in order. The position of the last frame is `examined`: events after the last item were
   * looked at too, and left out. No items, no frame.
   */
  batches(items: readonly FeedItem[], examined: string): string[];
  state(room: FeedFrames["state"]): string;
  gap(gap: FeedFrames["gap"]): string;
  /** Of a connection that is a feed; one that carries several has a keepalive of its own. */
  ping?(position: string | undefined): string;
}

/** Items as JSON arrays of at most 200, each with the position that is reached by it. */
export function pieces(items: readonly FeedItem[], examined: string): { position: string; json: string }[] {
  return Array.from({ length: Math.ceil(items.length / MAX_EVENTS) }, (_, i) => {
    const some = items.slice(i * MAX_EVENTS, (i + 1) * MAX_EVENTS);
    const isLast = (i + 1) * MAX_EVENTS >= items.length;
    const position = isLast ? examined : (some.at(-1)?.position as string);
    return { position, json: `[${some.map(({ json }) => json).join()}]` };
  });
}

/** The feed of one subscription on a WebSocket. */
export const socketDialect = (subscription: string): Dialect => ({
  transport: "websocket",
  key: `ws ${subscription}`,
  batches: (items, examined) =>
    pieces(items, examined).map(
      ({ position, json }) =>
        `{"type":"batch","subscription":"${subscription}","position":"${position}","events":${json}}`,
    ),
  state: (room) => socketFrame({ type: "state", subscription, room: { ...room } }),
  gap: (gap) => socketFrame({ type: "gap", subscription, ...gap }),
});

export const socketFrame = (frame: SocketFrame): string => JSON.stringify(frame);
