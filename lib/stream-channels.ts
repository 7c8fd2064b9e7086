import type { UnifiedEvent } from "../contracts/unified-event.ts";

/** Streams remembered. */
const MAX_STREAMS = 1_000;

/** Which channel each stream belongs to: that never changes once it is known. */
export class StreamChannels {
  readonly #known = new Map<string, string>();

  /**
   * Null when it belongs to none, or storage does not have it yet: CONNECTED may have gone to another process of ours.
   *
   * @param ask the action `storage.belongs`, for one that we did not hear of
   */
  async of(streamId: string, ask: () => Promise<{ channelId: string | null } | null>): Promise<string | null> {
    const known = this.#known.get(streamId);
    if (known !== undefined) return known;
    const channelId = (await ask())?.channelId ?? null;
    if (channelId !== null) this.#learn(streamId, channelId);
    return channelId;
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
