import type { Scope } from "../../contracts/access.ts";
import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { notFound } from "./errors.ts";
import { listRooms } from "./locate.ts";
import { reaches } from "./rights.ts";
import type { Call } from "./route.ts";
import { findRoom } from "./streams-list.ts";

/** What an id can name. A stream may also go by its streamer, while their room is connected. */
export type TargetKind = "channel" | "stream" | "session" | "streamer" | "rule" | "destination" | "action";

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
  if (isUnlimited(scope)) return;
  for (const found of await belongings(call, kind, id)) if (reaches(scope, found)) return;
  throw notFound(`${kind} of that id`);
}

/**
 * Refuses to follow the streamer of a handle, really or as a simulation, if that is beyond the caller's reach, or would
 * put an end to a real room that is. One of them at a time is followed under a handle.
 *
 * @param otherwise the provider, if none is named, of a handle that is not followed yet
 * @throws ApiError 404
 */
export async function assertMayFollow(
  call: Call,
  scope: Scope,
  { uniqueId, provider }: { uniqueId: string; provider?: Provider | undefined },
  otherwise: Provider,
): Promise<void> {
  if (isUnlimited(scope)) return;
  const name = uniqueId.replace(/^@/, "").toLowerCase();
  const before = (await listRooms(call)).find((room) => room.uniqueId === name);
  const simulated = provider || !before ? (provider ?? otherwise) === "simulator" : before.simulated;
  const isMine = reaches(scope, await ofRoom(call, { uniqueId: name, simulated }));
  const endsAnothers = simulated && before?.simulated === false && !(await reachesRoom(call, scope, before));
  if (!isMine || endsAnothers) throw notFound("streamer of that name with that provider");
}

/** Whether a room that is followed is within the caller's reach. */
export async function reachesRoom(call: Call, scope: Scope, room: Room): Promise<boolean> {
  return isUnlimited(scope) || reaches(scope, await ofRoom(call, room));
}

const isUnlimited = ({ channelIds, simulated }: Scope): boolean => channelIds === undefined && !simulated;

/** A handle may be that of a simulation and of a real streamer. */
async function belongings(call: Call, kind: TargetKind, id: string): Promise<Belongs[]> {
  const ask = (more: object = {}) => call<Belongs | null>("storage.belongs", { kind, id, ...more });
  if (kind === "streamer") {
    const both = await Promise.all([ask({ simulated: false }), ask({ simulated: true })]);
    return both.filter((found) => found !== null);
  }
  const found = (await ask()) ?? (kind === "stream" ? await byRoom(call, id) : null);
  return found ? [found] : [];
}

/** Of what nothing is stored yet. */
async function byRoom(call: Call, id: string): Promise<Belongs | null> {
  const room = findRoom(await listRooms(call), id);
  return room ? ofRoom(call, room) : null;
}

type Room = Pick<RoomStatus, "uniqueId" | "channelId" | "simulated">;

/** A room that has met no broadcast yet is that of its streamer, who is real or not as the room is. */
async function ofRoom(call: Call, { uniqueId, channelId, simulated }: Room): Promise<Belongs> {
  if (channelId) return { channelId, simulated };
  const found = await call<Belongs | null>("storage.belongs", { kind: "streamer", id: uniqueId, simulated });
  return { channelId: found?.channelId ?? null, simulated };
}
