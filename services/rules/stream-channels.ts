import { setTimeout as sleep } from "node:timers/promises";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { OutageError } from "../../lib/errors.ts";
import { comparePositions } from "../../lib/position.ts";

/** Streams remembered. */
const MAX_STREAMS = 1_000;
/** How long storage is waited for, in ms, before the entries are left for later; and how often it is asked. */
const PATIENCE_MS = 2_000;
const ASK_AGAIN_MS = 50;

/** What storage is asked. */
interface Storage {
  belongs(streamId: string): Promise<{ channelId: string | null } | null>;
  /** Up to where it has stored everything. */
  boundary(): Promise<string>;
}

/** Which channel each stream belongs to: that never changes once it is known. */
export class StreamChannels {
  readonly #known = new Map<string, string>();

  /**
   * Null when it belongs to none. That is certain only once storage has all there was up to `position`: CONNECTED may have
   * gone to another process of ours.
   *
   * @throws OutageError when storage does not get there
   */
  async of(streamId: string, position: string, storage: Storage): Promise<string | null> {
    const known = this.#known.get(streamId);
    if (known !== undefined) return known;
    for (const startedAt = performance.now(); ; await sleep(ASK_AGAIN_MS)) {
      const isStored = comparePositions(await storage.boundary(), position) >= 0;
      const channelId = (await storage.belongs(streamId))?.channelId ?? null;
      if (channelId !== null) this.#learn(streamId, channelId);
      if (channelId !== null || isStored) return channelId;
      if (performance.now() - startedAt > PATIENCE_MS) throw new OutageError("storage");
    }
  }

  /** CONNECTED comes before all else of a session, and tells. */
  hear(event: UnifiedEvent): void {
    if (event.eventType === "CONNECTED") this.#learn(event.streamId, event.payload.channelId);
  }

  #learn(streamId: string, channelId: string): void {
    this.#known.set(streamId, channelId);
    if (this.#known.size > MAX_STREAMS) this.#known.delete(this.#known.keys().next().value as string);
  }
}
