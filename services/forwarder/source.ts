import type { ServiceBroker } from "moleculer";
import type { ServedEvent } from "../../contracts/api.ts";
import { ask } from "../../lib/ask.ts";

export interface Page {
  items: { position: string; event: ServedEvent }[];
  /** Where to go on; null: `through` was reached. */
  next: string | null;
}

/** Part of a channel's events: after a position, up to and with another. */
export interface Range {
  channelId: string;
  after: string;
  through: string;
  limit: number;
}

/**
 * Where the sender takes events from: Postgres, through storage, up to the position below which it has all there is. So
 * what was forwarded is what is stored, in one order, and a destination that was away goes on as one that was not.
 */
export interface Source {
  boundary(): Promise<string>;
  page(range: Range): Promise<Page>;
}

/** @throws what isOutage in lib/errors.ts knows, while storage is away */
export function storedEvents(broker: ServiceBroker): Source {
  let asking: Promise<string> | undefined;
  return {
    /** All who ask at the same time get the same answer. */
    boundary() {
      asking ??= ask<{ position: string }>(broker, "storage.boundary")
        .then(({ position }) => position)
        .finally(() => {
          asking = undefined;
        });
      return asking;
    },
    page: (range) => ask<Page>(broker, "storage.feed", range),
  };
}
