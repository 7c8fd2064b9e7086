import type { EventEntry } from "../../contracts/unified-event.ts";
import { later } from "../../lib/position.ts";
import type { StreamChannels } from "../../lib/stream-channels.ts";

/**
 * The newest position of each channel. A stream that storage does not have yet is nobody's news: senders look by themselves
 * whenever they renew their leases.
 *
 * @param belongs the action `storage.belongs` of a stream
 */
export async function newsOf(
  entries: readonly { id: string; message: EventEntry }[],
  channels: StreamChannels,
  belongs: (streamId: string) => Promise<{ channelId: string | null } | null>,
): Promise<Record<string, string>> {
  for (const { message } of entries) channels.hear(message.event);
  const newest = new Map(entries.map(({ id, message }) => [message.event.streamId, id]));
  const news: Record<string, string> = {};
  await Promise.all(
    [...newest].map(async ([streamId, id]) => {
      const channelId = await channels.of(streamId, () => belongs(streamId));
      if (channelId !== null) news[channelId] = later(news[channelId] ?? id, id);
    }),
  );
  return news;
}
