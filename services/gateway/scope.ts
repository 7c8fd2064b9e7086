import type { Scope } from "../../contracts/access.ts";
import { notFound } from "./errors.ts";
import { listRooms } from "./locate.ts";
import { reaches } from "./rights.ts";
import type { Call } from "./route.ts";
import { findRoom } from "./streams-list.ts";

/** What an id can name. A stream may also go by its streamer, while their room is connected. */
export type TargetKind = "channel" | "stream" | "session" | "streamer" | "rule" | "destination";

/** Where something belongs; nowhere as long as its channel is not known. */
interface Belongs {
  channelId: string | null;
  simulated: boolean;
}

/**
 * Refuses what the caller's right does not reach in the words that also answer for what does not exist: nobody learns
 * from us what others have.
 *
 * @throws ApiError 404
 */
export async function assertInScope(call: Call, scope: Scope, kind: TargetKind, id: string): Promise<void> {
  if (scope.channelIds === undefined && !scope.simulated) return;
  const found = (await call<Belongs | null>("storage.belongs", { kind, id })) ?? (await belongsByRoom(call, kind, id));
  if (!found || !reaches(scope, found)) throw notFound(`${kind} of that id`);
}

/** Of what nothing is stored yet. */
async function belongsByRoom(call: Call, kind: TargetKind, id: string): Promise<Belongs | null> {
  if (kind !== "stream") return null;
  const room = findRoom(await listRooms(call), id);
  if (!room) return null;
  if (room.channelId) return { channelId: room.channelId, simulated: room.simulated };
  return call<Belongs | null>("storage.belongs", { kind: "streamer", id: room.uniqueId });
}
