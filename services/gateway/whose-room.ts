import type { RoomStatus } from "../../contracts/room.ts";
import type { Listener } from "./feed-client.ts";
import { reaches } from "./rights.ts";

/**
 * Whether the state of a room is news for somebody who listens to the stream `wished`: of that stream, or of its
 * streamer before and after it. A handle alone names nobody: a simulation may go by it, and another account once this
 * one has given it up. A broadcast that is not known to be within the listener's reach is nothing to them.
 */
export function isNewsFor(listener: Listener, wished: string, state: RoomStatus): boolean {
  const { streamId, uniqueId, channelId, simulated } = state;
  const isOther = streamId !== undefined && streamId !== wished;
  if (streamId !== wished && uniqueId !== listener.uniqueId) return false;
  if (simulated !== (listener.simulated ?? simulated)) return false;
  if (channelId && channelId !== (listener.channelId ?? channelId)) return false;
  const { simulated: onlySimulated } = listener.scope;
  const scope = channelId || isOther ? listener.scope : onlySimulated ? { simulated: onlySimulated } : {};
  return reaches(scope, { channelId: channelId ?? null, simulated });
}
