import { setTimeout as sleep } from "node:timers/promises";
import { OutageError } from "../../lib/errors.ts";
import { comparePositions } from "../../lib/position.ts";
import type { StreamChannels } from "../../lib/stream-channels.ts";

/** How long storage is waited for, in ms, before the entries are left for later; and how often it is asked. */
const PATIENCE_MS = 2_000;
const ASK_AGAIN_MS = 50;

/** What storage is asked. */
interface Storage {
  belongs(streamId: string): Promise<{ channelId: string | null } | null>;
  /** Up to where it has stored everything. */
  boundary(): Promise<string>;
}

/**
 * The channel of a stream; null when it belongs to none, which is certain only once storage has all there was up to `position`.
 *
 * @throws OutageError when storage does not get there
 */
export async function certainChannel(
  channels: StreamChannels,
  streamId: string,
  position: string,
  storage: Storage,
): Promise<string | null> {
  for (const startedAt = performance.now(); ; await sleep(ASK_AGAIN_MS)) {
    let isStored = false;
    const channelId = await channels.of(streamId, async () => {
      isStored = comparePositions(await storage.boundary(), position) >= 0;
      return storage.belongs(streamId);
    });
    if (channelId !== null || isStored) return channelId;
    if (performance.now() - startedAt > PATIENCE_MS) throw new OutageError("storage");
  }
}
