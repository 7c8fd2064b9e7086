import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";

const claimRoom = loadScript(new URL("lua/claim-room.lua", import.meta.url));

/** A record that was not renewed for this long is nobody's: what a take-over waits for after a kill. */
export const EXPIRY_MS = 6_000;

/** In whose name something is published: an acquisition of a room, told apart from every other by its token. */
export interface Fence {
  /** Of the room's ownership record in Redis. */
  key: string;
  /** The process. */
  node: string;
  token: string;
}

/** What an owner wrote is published together with what it wrote itself: the script compares one token a call. */
export const isSameFence = (one: Fence | undefined, other: Fence | undefined) => one?.token === other?.token;

/** Takes a room that is free, or that a former life of the same process left; the acquisition, or null. */
export async function acquire(redis: Commands, { key, node, token }: Fence): Promise<Fence | null> {
  const held = (await claimRoom(redis, [key], [node, token, EXPIRY_MS, 0])) as string | null;
  return held === null ? null : { key, node, token: held };
}

/** Goes on with an acquisition; false when another one has followed it. A record that Redis lost is made again. */
export async function renew(redis: Commands, { key, node, token }: Fence): Promise<boolean> {
  return (await claimRoom(redis, [key], [node, token, EXPIRY_MS, 1])) !== null;
}
