import type { FeedFrames } from "../../contracts/api.ts";
import { type Dialect, pieces } from "./feed-frames.ts";

/** One Server-Sent Event. `id` is where a reconnecting client goes on; a frame without it leaves that as it is. */
export function frame<Name extends keyof FeedFrames>(event: Name, data: FeedFrames[Name], id?: string): string {
  return text(event, JSON.stringify(data), id);
}

/** How long a client that lost us waits before it comes back. */
export const retry = (ms: number): string => `retry: ${ms}\n\n`;

/** Server-Sent Events: the feed of a whole connection. */
export const sse: Dialect = {
  transport: "sse",
  key: "sse",
  batches: (items, examined) => pieces(items, examined).map(({ position, json }) => text("batch", json, position)),
  state: (room) => frame("state", room),
  gap: (gap) => frame("gap", gap, gap.to),
  ping: (position) => frame("ping", {}, position),
};

const text = (event: string, json: string, id: string | undefined): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
