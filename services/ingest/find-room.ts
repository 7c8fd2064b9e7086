import { ConnectError } from "./connect-error.ts";
import { type Belief, hintOf, roomOf, type Sight, type Sighting, verdict } from "./liveness.ts";
import type { Pages, RoomInfo } from "./providers/pages.ts";

export interface Found {
  roomId: string;
  info: RoomInfo | undefined;
  /** Why the connection may fail although the LIVE is there. */
  hint: Sighting["hint"];
}

const DOUBT_MS = 3_000;

/**
 * The room of a streamer's LIVE, from TikTok's pages: as many of them as it takes, none through the signer.
 *
 * @param streamId the room we were in, if any: asked for first, and taken when nobody says anything of it
 * @throws ConnectError
 */
export async function findRoom(
  pages: Pick<Pages, "api" | "page" | "info">,
  streamId: string | undefined,
  belief: Belief,
): Promise<Found> {
  const sightings: Sighting[] = [];
  let info: RoomInfo | undefined;
  const askInfo = async (roomId: string) => {
    const told = await pages.info(roomId);
    sightings.push(told.sighting);
    info = told.info;
  };
  if (streamId) await askInfo(streamId);
  if (!isUp(verdict(sightings))) sightings.push(await pages.api());
  const wasOver = sightings.some(({ from, sight }) => from === "info" && sight === "offline");
  const roomId = streamId && !wasOver ? streamId : roomOf(sightings);
  if (roomId && roomId !== streamId) await askInfo(roomId);
  if (!isUp(verdict(sightings)) && !isDown(verdict(sightings))) sightings.push(await pages.page());

  const sight = verdict(sightings);
  const hint = hintOf(sightings);
  if (isDown(sight)) {
    if (!belief.acceptsEnd()) throw new ConnectError("LIVENESS_DOUBTED", undefined, { retryAfterMs: DOUBT_MS });
    throw new ConnectError(sight === "absent" ? "USER_NOT_FOUND" : "OFFLINE");
  }
  const isThere = isUp(sight) || streamId !== undefined || sightings.some((one) => isUp(one.sight));
  const known = roomId ?? roomOf(sightings);
  if (!isThere || known === undefined) throw new ConnectError(hint ?? "LIVENESS_UNKNOWN");
  return { roomId: known, info, hint };
}

const isUp = (sight: Sight) => sight === "live" || sight === "paused";
const isDown = (sight: Sight) => sight === "offline" || sight === "absent";
